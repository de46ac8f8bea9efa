"""The placeholder that the backend replaces by the caller's openid, in conditions and in data."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["replace_openid"]

_PLACEHOLDER = "{openid}"


def replace_openid(value: Value, openid: str) -> Value:
    """`value` with every string that is exactly `{openid}` replaced; itself where there is none."""
    kind = type(value)
    if kind is str:
        return openid if value == _PLACEHOLDER else value
    if kind is dict:
        replaced = {key: replace_openid(item, openid) for key, item in value.items()}
        return replaced if any(replaced[key] is not value[key] for key in replaced) else value
    if kind is list:
        items = [replace_openid(item, openid) for item in value]
        return items if any(map(operator.is_not, items, value)) else value
    return value
