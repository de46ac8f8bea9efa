"""Models: conditions in MongoDB's wire form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from cloud_fake.errors import NotSupportedByFake, Refusal, texts
from cloud_fake.models.commands import LogicCommand, QueryCommand
from cloud_fake.models.encoding.flattening import flatten
from cloud_fake.models.encoding.geo import GEO_OPERANDS
from cloud_fake.values.intake import take_in
from cloud_fake.values.kinds import MISSING, Value, js_type

__all__ = ["QueryEncoder", "encode_query"]

_PARAMETER_ERROR, _TYPE_ERROR = -401002, -401003

_COMBINING = frozenset({"and", "or", "nor"})
_COMBINATIONS = frozenset({"$and", "$or", "$nor"})


def encode_query(
    condition: object, *, server: bool = False, name: str = "condition"
) -> dict[str, Value]:
    """The condition of `where`, of `match` and of `elemMatch`.

    Args:
        condition: an object, or conditions on whole records combined by `_.or_` and its like.
        server: as the server SDK does it. It refuses conditions of nothing but `undefined`, and
            merges two fields' `_.or_` into one, so that either suffices (the client means both).
        name: how error texts call it.

    Raises:
        Refusal: it is no condition, or holds what the platform cannot hold.
    """
    encoder = QueryEncoder(name, merges_ors=server)
    if isinstance(condition, LogicCommand):
        return encoder.command(condition, None)
    if not isinstance(condition, Mapping):
        text = texts.wrong_type(name, "object", js_type(condition))
        raise Refusal(_TYPE_ERROR, texts.CONDITION_NOT_AN_OBJECT if server else text)
    if server and condition and all(value is MISSING for value in condition.values()):
        raise Refusal(_PARAMETER_ERROR, texts.CONDITION_UNDEFINED)
    return encoder.query(condition)


@dataclass(frozen=True)
class QueryEncoder:
    """Encodes one condition."""

    name: str
    merges_ors: bool = False

    def query(self, fields: Mapping[str, object]) -> dict[str, Value]:
        """Conditions on a record, flattened: an object asks for those keys that it names."""
        return self.document(flatten(fields, self.name))

    def document(self, fields: Mapping[str, object]) -> dict[str, Value]:
        """Conditions on an object, not flattened: an object inside is compared whole."""
        encoded: dict[str, Value] = {}
        for path, value in fields.items():
            if value is not MISSING:
                for key, condition in self._field(path, value).items():
                    self._add(encoded, key, condition)
        return encoded

    def _add(self, encoded: dict[str, Value], key: str, condition: Value) -> None:
        if key not in encoded or key not in _COMBINATIONS:
            encoded[key] = condition
        elif key != "$or" or self.merges_ors:
            encoded[key] = [*encoded[key], *condition]
        else:
            self._add(encoded, "$and", [{"$or": condition}])

    def _field(self, path: str, value: object) -> dict[str, Value]:
        if isinstance(value, LogicCommand):
            return self.command(value, path)
        if path in _COMBINATIONS and isinstance(value, (list, tuple)):
            return {path: [self.element(member) for member in value]}
        return {path: take_in(value, f"{self.name}.{path}")}

    def command(self, command: LogicCommand, path: str | None) -> dict[str, Value]:
        """A command as a query of its own; without a path it speaks of whole records."""
        path = path if command.fieldName is None else command.fieldName
        if command.name in _COMBINING:
            return {f"${command.name}": [self._member(each, path) for each in command.operands]}
        if path is None:
            raise Refusal(_PARAMETER_ERROR, texts.NO_FIELD)
        if command.name == "not":
            return self._negation(command.operands[0], path)
        return {path: self._at(path).condition(command)}

    def _at(self, path: str) -> QueryEncoder:
        return QueryEncoder(f"{self.name}.{path}", self.merges_ors)

    def _member(self, operand: object, path: str | None) -> Value:
        """One of several combined conditions. A plain object speaks of the record, not of `path`.

        A literal stays one: MongoDB refuses it, and nobody would know what else was meant.
        """
        if isinstance(operand, LogicCommand):
            return self.command(operand, path)
        if isinstance(operand, Mapping):
            return self.query(operand)
        taken = take_in(operand, self.name)
        is_literal = isinstance(operand, (str, int, float, list, tuple, type(None)))
        return taken if path is None or is_literal else {path: taken}

    def _negation(self, operand: object, path: str) -> dict[str, Value]:
        if isinstance(operand, LogicCommand) and not isinstance(operand, QueryCommand):
            # @cloudbase/database loses what is inside and sends `{path: {}}`; here it is meant.
            return {"$nor": [self.command(operand, path)]}
        return {path: {"$not": self._at(path).element(operand)}}

    def element(self, condition: object) -> Value:
        """What is asked of one element: by a command, a query on an object, or a literal."""
        if isinstance(condition, LogicCommand):
            return self.condition(condition)
        if isinstance(condition, Mapping):
            return self.document(condition)
        return take_in(condition, self.name)

    def condition(self, command: LogicCommand) -> dict[str, Value]:
        """A command as a condition on a value: `{"$gt": 1, "$lt": 5}`.

        Raises:
            NotSupportedByFake: MongoDB has no words for it, as for an `or` of two values.
        """
        if command.name == "not":
            return {"$not": self.element(command.operands[0])}
        if command.name in _COMBINING and _is_about_objects(command):
            return {f"${command.name}": [self.element(each) for each in command.operands]}
        if command.name == "and":
            return self._conjunction(command)
        if command.name in _COMBINING:
            raise NotSupportedByFake(f"{command!r} as a condition on an array's elements")
        return {_WIRE_NAMES.get(command.name, f"${command.name}"): self._operand(command)}

    def _conjunction(self, command: LogicCommand) -> dict[str, Value]:
        conditions: dict[str, Value] = {}
        for operand in command.operands:
            further = self.element(operand)
            if type(further) is not dict or further.keys() & conditions.keys():
                raise NotSupportedByFake(f"{command!r} as a condition on an array's elements")
            conditions |= further
        return conditions

    def _operand(self, command: LogicCommand) -> Value:
        operand = command.operands[0]
        if command.name == "elemMatch":
            return self.element(operand)
        if command.name == "all" and isinstance(operand, (list, tuple)):
            return [self._literal_or_command(member) for member in operand]
        geo = GEO_OPERANDS.get(command.name)
        if geo is None:
            return take_in(operand, self.name)
        if not isinstance(operand, Mapping):
            text = texts.wrong_type(command.name, "object", js_type(operand))
            raise Refusal(_TYPE_ERROR, text)
        return geo(cast("Mapping[str, Any]", operand), command.name)

    def _literal_or_command(self, member: object) -> Value:
        if isinstance(member, LogicCommand):
            return self.condition(member)
        return take_in(member, self.name)


def _is_about_objects(condition: object) -> bool:
    if isinstance(condition, LogicCommand):
        return condition.name in _COMBINING and all(map(_is_about_objects, condition.operands))
    return isinstance(condition, Mapping)


_WIRE_NAMES = {"neq": "$ne", "geoNear": "$nearSphere"}
