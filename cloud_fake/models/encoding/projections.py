"""Models: what `field()` is given, in MongoDB's wire form."""

from __future__ import annotations

from collections.abc import Mapping

from cloud_fake.errors import Refusal
from cloud_fake.errors.texts import wrong_type
from cloud_fake.models.commands import ProjectionCommand
from cloud_fake.models.encoding.queries import QueryEncoder
from cloud_fake.values.intake import take_in
from cloud_fake.values.kinds import MISSING, Value

__all__ = ["encode_projection"]


def encode_projection(
    field: object, *, server: bool = False, name: str = "field"
) -> dict[str, Value]:
    """The projection: `{"a": 1, "b": {"$slice": 2}}`.

    Args:
        field: what the app gave; anything but an object asks for nothing.
        server: as the server SDK does it, which takes every number (those above 0 include) and
            every object; the client only `True`, `False`, 1 and 0. The rest is left out silently.
        name: how error texts call it.

    Raises:
        Refusal: it holds what the platform cannot hold.
    """
    if not isinstance(field, Mapping):
        return {}
    _check_keys(field, name)
    read = _read_by_server if server else _read_by_client
    read_fields = ((path, read(value, f"{name}.{path}")) for path, value in field.items())
    return {path: value for path, value in read_fields if value is not MISSING}


def _check_keys(field: Mapping[object, object], name: str) -> None:
    for key in field:
        if not isinstance(key, str):
            text = wrong_type(name, "an object with string keys", f"the key {key!r}")
            raise Refusal(-401003, text)


def _read_by_client(value: object, name: str) -> Value:
    if isinstance(value, ProjectionCommand):
        return _command(value, name)
    if isinstance(value, (bool, int, float)) and value in (0, 1):
        return int(value)
    return MISSING


def _read_by_server(value: object, name: str) -> Value:
    if isinstance(value, ProjectionCommand):
        return _command(value, name)
    if isinstance(value, (bool, int, float)):
        return int(value > 0)
    # `typeof null` is "object".
    if value is None or isinstance(value, (Mapping, list, tuple)):
        return take_in(value, name)
    return MISSING


def _command(command: ProjectionCommand, name: str) -> dict[str, Value]:
    operand = command.operands[0]
    if command.name == "elemMatch":
        return {"$elemMatch": QueryEncoder(name).element(operand)}
    return {f"${command.name}": take_in(operand, name)}
