"""Scenarios: `${name}` and `${name.path.0}` in the texts of a file.

A text that is nothing but a reference becomes the value itself, of whatever type; inside a longer
text its value is written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloud_fake.scenarios.composing import Path

__all__ = ["fill", "filled", "references"]

_REFERENCE = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)(?P<path>(?:\.[\w-]+)*)\}")


def fill(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with every reference to a known name replaced; others stay as they are.

    Raises:
        LookupError: a path leads nowhere.
    """
    if isinstance(value, str):
        return _fill_text(value, known)
    if isinstance(value, Mapping):
        return {key: fill(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    return value


def filled(value: Any, saved: Mapping[str, Any]) -> Any:
    """The value with every reference in it replaced.

    Raises:
        LookupError: something was never saved, for its call failed; or a path leads nowhere.
    """
    complete = fill(value, saved)
    for _path, name in references(complete):
        raise LookupError(f"nothing was saved as {name!r}: that call got no answer")
    return complete


def references(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every reference in a value: where it stands, and which name it has."""
    if isinstance(value, str):
        for found in _REFERENCE.finditer(value):
            yield path, found["name"]
    for key, item in _items(value):
        yield from references(item, (*path, key))


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _fill_text(text: str, known: Mapping[str, Any]) -> Any:
    whole = _REFERENCE.fullmatch(text)
    if whole is not None and whole["name"] in known:
        return _found(whole, known)
    return _REFERENCE.sub(_writer(known), text)


def _writer(known: Mapping[str, Any]) -> Callable[[re.Match[str]], str]:
    def write(found: re.Match[str]) -> str:
        return str(_found(found, known)) if found["name"] in known else found[0]

    return write


def _found(reference: re.Match[str], known: Mapping[str, Any]) -> Any:
    value = known[reference["name"]]
    for key in reference["path"].split(".")[1:]:
        value = _step(value, key, reference[0])
    return value


def _step(value: Any, key: str, whole: str) -> Any:
    if isinstance(value, Mapping) and key in value:
        return value[key]
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    raise LookupError(f"{whole} leads nowhere: there is no {key!r}")
