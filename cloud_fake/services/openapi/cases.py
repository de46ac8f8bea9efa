"""`touserName` and `touser_name`: the server SDK speaks camel case, WeChat's servers snake case.

Source: wx-server-sdk 4.0.2, `convertCase`, run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["to_camel", "to_snake"]

Rename = Callable[[str], str]


def to_snake(value: Any) -> Any:
    """The value with every key in snake case, at any depth."""
    return _renamed(value, _snake)


def to_camel(value: Any) -> Any:
    """The value with every key in camel case, at any depth."""
    return _renamed(value, _camel)


def _snake(key: str) -> str:
    return re.sub("[A-Z]", lambda found: "_" * bool(found.start()) + found[0].lower(), key)


def _camel(key: str) -> str:
    return re.sub("_[a-z]", lambda found: found[0][1].upper(), key)


def _renamed(value: Any, rename: Rename) -> Any:
    if isinstance(value, Mapping):
        return {rename(str(key)): _renamed(item, rename) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_renamed(item, rename) for item in value]
    return value
