"""Query floor, update operators: how one says what it cannot do, in MongoDB's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.errors import QueryError
from cloud_fake.values.dates import to_millis
from cloud_fake.values.kinds import Document, Kind, Value, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "IMMUTABLE_ID",
    "Path",
    "Unfit",
    "dollar_prefixed",
    "dotted",
    "refuse_dollar_keys",
    "shown",
]

#: A dotted path, split.
Path: TypeAlias = tuple[str, ...]

IMMUTABLE_ID = "Performing an update on the path '{path}' would modify the immutable field '_id'"


def dotted(path: Path) -> str:
    """The path as it was written."""
    return ".".join(path)


class Unfit(Exception):  # noqa: N818 - not yet an error: the document still has to be named
    """An operator met a value that it cannot work on.

    An operator sees a value and nothing around it, so the text stays a template until the whole
    document is at hand (`worded`). It may name `{id}`, `{path}`, `{name}` (the field in which the
    value stands), `{part}` (the segment after that field) and the facts given here.

    Args:
        code: MongoDB's.
        template: MongoDB's words, for `str.format`.
        path: of the change; an array update fills in its index for `$[]` while this passes.
        depth: which segment of the path is `{name}`.
        facts: what else the template names.
    """

    def __init__(self, code: int, template: str, path: Path, depth: int = -1, **facts: str) -> None:
        super().__init__(template)
        self.code, self.template = code, template
        self.path = list(path)
        self.depth = depth % len(path)
        self.facts = facts

    def worded(self, document: Document) -> QueryError:
        """The error as the server words it about this document."""
        text = self.template.format(
            id=f"_id: {shown(document['_id'])}" if "_id" in document else "no id",
            path=dotted(tuple(self.path)),
            name=self.path[self.depth],
            part="".join(self.path[self.depth + 1 : self.depth + 2]),
            **self.facts,
        )
        return QueryError(self.code, text)


def dollar_prefixed(key: str, above: Path) -> QueryError:
    """What is said of a key that no document may hold."""
    whole = dotted((*above, key))
    text = f"The dollar ($) prefixed field '{key}' in '{whole}' is not valid for storage."
    return QueryError(52, text)


def refuse_dollar_keys(value: Value, above: Path) -> None:
    """Refuse a value that no document may hold: one with a key that starts with `$`.

    Raises:
        QueryError: 52, naming the key and its path, which begins with `above`.
    """
    if type(value) is dict:
        for key, item in value.items():
            if key.startswith("$"):
                raise dollar_prefixed(key, above)
            refuse_dollar_keys(item, (*above, key))
    elif type(value) is list:
        for index, item in enumerate(value):
            refuse_dollar_keys(item, (*above, str(index)))


def shown(value: Value) -> str:
    """A value as these texts print it, which is BSON's way: `{ a: [ 1, "x", null ] }`."""
    kind = kind_of(value)
    printer = _PRINTERS.get(kind)
    return printer(value) if printer else str(value)


def _object(value: dict[str, Value]) -> str:
    return _enclosed("{}", [f"{key}: {shown(item)}" for key, item in value.items()])


def _array(value: list[Value]) -> str:
    return _enclosed("[]", [shown(item) for item in value])


def _enclosed(brackets: str, items: list[str]) -> str:
    return f"{brackets[0]} {', '.join(items)} {brackets[1]}" if items else brackets


_PRINTERS: dict[Kind, Callable[[Value], str]] = {
    Kind.NULL: lambda _value: "null",
    Kind.STRING: lambda value: f'"{value}"',
    Kind.OBJECT: _object,
    Kind.ARRAY: _array,
    Kind.BOOLEAN: lambda value: str(value).lower(),
    Kind.DATE: lambda value: f"new Date({to_millis(value)})",
    Kind.REGEX: lambda value: f"/{value.pattern}/{value.options}",
}
