"""Models: plain objects inside plain objects become dotted paths, in conditions and in updates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.intake import MAX_DEPTH, take_in

__all__ = ["flatten"]

_CIRCULAR, _TYPE_ERROR = -402001, -401003


def flatten(fields: Mapping[str, object], name: str) -> dict[str, object]:
    """The leaves by their paths: `{a: {b: 1}}` is `{"a.b": 1}`, and `{a: {}}` is nothing at all.

    Leaves are all but plain objects: commands, arrays, dates, geo values, null, `MISSING`. Keys
    that start with `$` stay with the object they are in, and what they hold stays as it is.

    Args:
        fields: what the app gave.
        name: how error texts call it.

    Raises:
        Refusal: an object within itself, or nested too deeply; a key that is no string.
    """
    return _flatten(fields, (), name)


def _flatten(
    fields: Mapping[Any, object], above: tuple[Mapping[Any, object], ...], name: str
) -> dict[str, object]:
    _refuse_endless(fields, above, name)
    flat: dict[str, object] = {}
    for key, value in fields.items():
        if not isinstance(key, str):
            take_in({key: None}, name)
        if isinstance(value, Mapping) and not key.startswith("$"):
            flat.update(_prefixed(key, _flatten(value, (*above, fields), name)))
        else:
            flat[key] = value
    return flat


def _prefixed(key: str, nested: dict[str, object]) -> dict[str, object]:
    operators = {name: value for name, value in nested.items() if name.startswith("$")}
    flat: dict[str, object] = {key: operators} if operators else {}
    flat |= {f"{key}.{name}": nested[name] for name in nested if name not in operators}
    return flat


def _refuse_endless(
    fields: Mapping[Any, object], above: tuple[Mapping[Any, object], ...], name: str
) -> None:
    if any(fields is one for one in above):
        raise Refusal(_CIRCULAR, texts.CIRCULAR)
    if len(above) > MAX_DEPTH:
        raise Refusal(_TYPE_ERROR, texts.too_deep(name, MAX_DEPTH))
