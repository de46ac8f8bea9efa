"""Query stages: group and sortByCount, which make one document of many, and their accumulators."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.query.operators.accumulators import ACCUMULATORS
from cloud_fake.query.operators.expr_values import is_number
from cloud_fake.query.ordering import compile_order
from cloud_fake.query.stages.columns import Column, Reading, reading, runs
from cloud_fake.query.stages.keys import OWN_KEYS, key_of
from cloud_fake.query.stages.stage import Place, Source, Stage, demand
from cloud_fake.values.kinds import MISSING, Document, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "Output",
    "group",
    "group_read",
    "grouping",
    "is_computed",
    "outputs_of",
    "sort_by_count",
    "summary",
]


# --- the fields of a result ----------------------------------------------------------------------


class Output(NamedTuple):
    """A field of the result: what is collected, and what it comes to."""

    name: str
    column: Column
    finish: Callable[[list[Value]], Value]


def outputs_of(fields: Mapping[str, Value], read: Reading) -> list[Output]:
    """The accumulators of a stage, `{name: {$accumulator: expression}}`.

    Raises:
        QueryError: one of the fields is no accumulator.
    """
    return [_output(name, written, read) for name, written in fields.items()]


def _output(name: str, written: Value, read: Reading) -> Output:
    demand("." not in name, 40235, f"The field name '{name}' cannot contain '.'")
    demand(name[:1] != "$", 40236, f"The field name '{name}' cannot be an operator name")
    demand(
        type(written) is dict and next(iter(written), "").startswith("$"),
        40234,
        f"The field '{name}' must be an accumulator object",
    )
    demand(len(written) == 1, 40238, f"The field '{name}' must specify one accumulator")
    [(accumulator, operand)] = written.items()
    demand(type(operand) is not list, 40237, f"The {accumulator} accumulator is a unary operator")
    demand(accumulator in ACCUMULATORS, 15952, f"unknown group operator '{accumulator}'")
    return Output(name, read.column(operand), ACCUMULATORS[accumulator].finish)


def summary(identity: Value, members: list[Document], outputs: Iterable[Output]) -> Document:
    """One document for some: their `_id` and every output."""
    return {"_id": identity, **{name: finish(column(members)) for name, column, finish in outputs}}


# --- groups --------------------------------------------------------------------------------------


class Identity(NamedTuple):
    """What makes documents members of one group.

    Attributes:
        keys: for a run of documents a key each, equal for the members of one group.
        value: the group's `_id`, from any member.
    """

    keys: Callable[[list[Document]], list[Hashable]]
    value: Callable[[Document], Value]


def grouping(identity: Identity, outputs: Sequence[Output]) -> Stage:
    """One document for each group, in the order in which the first members came."""

    def grouped(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        identities: dict[Hashable, Value] = {}
        collected: list[dict[Hashable, list[Value]]] = [defaultdict(list) for _ in outputs]
        for run in runs(documents):
            keys = identity.keys(run)
            new = set(keys) - identities.keys()
            if new:
                identities |= _first_met(new, keys, run, identity.value)
            for values_of, output in zip(collected, outputs, strict=True):
                for key, value in zip(keys, output.column(run), strict=True):
                    values_of[key].append(value)
        for key, value in identities.items():
            result = {"_id": value}
            for values_of, output in zip(collected, outputs, strict=True):
                result[output.name] = output.finish(values_of[key])
            yield result

    return grouped


def _first_met(
    new: set[Hashable],
    keys: Iterable[Hashable],
    documents: Iterable[Document],
    value_of: Callable[[Document], Value],
) -> dict[Hashable, Value]:
    """The new groups' `_id`s, in the order in which their first members come."""
    met: dict[Hashable, Value] = {}
    for key, document in zip(keys, documents, strict=True):
        if not new:
            break
        if key in new:
            new.remove(key)
            met[key] = value_of(document)
    return met


def group(spec: Value, place: Place) -> Stage:
    """One document for each value of `_id`."""
    return group_read(spec, reading(place.scope))


def group_read(spec: Value, read: Reading) -> Stage:
    """The same of anything from which expressions can be read."""
    demand(type(spec) is dict, 15947, "a group's fields must be specified in an object")
    fields = dict(spec)
    demand("_id" in fields, 15955, "a group specification must include an _id")
    identity = _identity(fields.pop("_id"), read)
    return grouping(identity, outputs_of(fields, read))


def _identity(written: Value, read: Reading) -> Identity:
    if type(written) is not dict or not written or is_computed(written):
        return _single(written, read)
    for part in written.values():
        demand(
            type(part) is not bool and not is_number(part),
            17390,
            "$group does not support inclusion-style expressions",
        )
    if len(written) > 1:
        return _several(written, read)
    [(name, part)] = written.items()
    only = _single(part, read)
    return Identity(only.keys, lambda document: {name: only.value(document)})


def _single(written: Value, read: Reading) -> Identity:
    """By one value; what is missing counts as null."""
    column, expression = read.column(written), read.value(written)

    def keys(documents: list[Document]) -> list[Hashable]:
        values = column(documents)
        if OWN_KEYS.issuperset(map(type, values)):
            return values
        return [None if value is MISSING else key_of(value) for value in values]

    def value_of(document: Document) -> Value:
        value = expression(document)
        return None if value is MISSING else value

    return Identity(keys, value_of)


def _several(written: Mapping[str, Value], read: Reading) -> Identity:
    """By several values; here missing and null make two groups, as in MongoDB."""
    columns = [read.column(part) for part in written.values()]

    def keys(documents: list[Document]) -> list[Hashable]:
        return list(zip(*[map(key_of, column(documents)) for column in columns], strict=True))

    return Identity(keys, read.value(written))


def is_computed(written: Value) -> bool:
    """Whether it is a `$path` or an `{$operator: ...}`, and no constant or plain object."""
    first = next(iter(written), "") if type(written) is dict else written
    return type(first) is str and first.startswith("$")


# --- sortByCount ---------------------------------------------------------------------------------


_NOT_COMPUTED = (
    "the sortByCount field must be defined as a $-prefixed path or an expression inside an object"
)
_CODES: Mapping[type, int] = {dict: 40147, str: 40148}
_FREQUENT_FIRST = compile_order([("count", -1)])


def sort_by_count(expression: Value, place: Place) -> Stage:
    """How many documents there are of each value, the most frequent first."""
    demand(is_computed(expression), _CODES.get(type(expression), 40149), _NOT_COMPUTED)
    counted = group({"_id": expression, "count": {"$sum": 1}}, place)
    return lambda documents, source: _FREQUENT_FIRST.sorted(counted(documents, source))
