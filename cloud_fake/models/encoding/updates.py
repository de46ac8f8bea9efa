"""Models: updates in MongoDB's wire form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cloud_fake.errors import Refusal, texts
from cloud_fake.models.commands import UpdateCommand
from cloud_fake.models.encoding.flattening import flatten
from cloud_fake.models.encoding.queries import QueryEncoder
from cloud_fake.values.intake import take_in
from cloud_fake.values.kinds import MISSING, Value, js_type

__all__ = ["encode_update"]

_TYPE_ERROR = -401003


def encode_update(
    data: object, *, server: bool = False, name: str = "data"
) -> dict[str, dict[str, Value]]:
    """The data of `update`: `{"$set": {"a.b": 1}, "$inc": {"n": 1}}`.

    An object is merged, key by key; `_.set({...})` replaces, and so does an array. `{}` does
    nothing. `undefined` is left out, but a client's update of nothing else becomes `{"$set": {}}`,
    which the database refuses.

    Args:
        data: what the app gave.
        server: as the server SDK does it, which takes `_.push(v, w)`.
        name: how error texts call it.

    Raises:
        Refusal: it is no object, or holds what the platform cannot hold.
    """
    if not isinstance(data, Mapping):
        raise Refusal(_TYPE_ERROR, texts.wrong_type(name, "object", js_type(data)))
    encoded: dict[str, dict[str, Value]] = {}
    for path, value in flatten(data, name).items():
        if path.startswith("$"):
            _merge_raw(encoded, path, take_in(value, f"{name}.{path}"))
            continue
        operator, operand = _Leaf(f"{name}.{path}", server).change(value)
        if operand is not MISSING:
            fields = encoded.setdefault(operator, {})
            if type(fields) is dict:  # what else the app wrote there the database refuses
                fields[path] = operand
        elif not server:
            encoded.setdefault(operator, {})
    return encoded


def _merge_raw(encoded: dict[str, dict[str, Value]], operator: str, operands: Value) -> None:
    """An operator that the app wrote in MongoDB's own way passes as it is."""
    mergeable = type(operands) is dict and operator in encoded
    encoded[operator] = {**encoded[operator], **operands} if mergeable else operands


@dataclass(frozen=True)
class _Leaf:
    """Encodes what stands at one path; `name` is how error texts call it."""

    name: str
    server: bool

    def change(self, value: object) -> tuple[str, Value]:
        """MongoDB's operator and its operand; `MISSING` where there is nothing to do."""
        if isinstance(value, UpdateCommand):
            return self._command(value)
        return "$set", self._taken(value)

    def _command(self, command: UpdateCommand) -> tuple[str, Value]:
        match command.name:
            case "remove":
                return "$unset", ""
            case "pop":
                return "$pop", 1
            case "shift":
                return "$pop", -1
            case "push":
                return "$push", self._pushed(command.operands)
            case "unshift":
                return "$push", {"$each": self._taken(list(command.operands)), "$position": 0}
            case "pull":
                return "$pull", QueryEncoder(self.name).element(command.operands[0])
            case "addToSet":
                return "$addToSet", self._added(self._taken(command.operands[0]))
            case plain:
                return f"${plain}", self._taken(command.operands[0])

    def _taken(self, value: object) -> Value:
        return MISSING if value is MISSING else take_in(value, self.name)

    def _pushed(self, values: tuple[object, ...]) -> Value:
        first = values[0] if values else MISSING
        if isinstance(first, Mapping) and "each" in first:
            given = self._taken({key: first[key] for key in _PUSH_OPTIONS if key in first})
            return {f"${key}": option for key, option in given.items()}
        if isinstance(first, (list, tuple)):
            return {"$each": self._taken(first)}
        return {"$each": self._taken(values if self.server else values[:1])}

    def _added(self, value: Value) -> Value:
        """`{each: [...]}` is how WeChat's manual calls `{$each: [...]}` in its table."""
        if type(value) is dict and value.keys() == {"each"} and type(value["each"]) is list:
            return {"$each": value["each"]}
        return value


_PUSH_OPTIONS = ("each", "position", "sort", "slice")
