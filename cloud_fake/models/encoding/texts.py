"""What the SDKs say about queries that they do not take. Source: @cloudbase/database 1.4.3."""

from __future__ import annotations

__all__ = [
    "CENTER_SPHERE",
    "CONDITION_NOT_AN_OBJECT",
    "CONDITION_UNDEFINED",
    "NO_FIELD",
    "geometry",
]

#: Server SDK: `where(5)`.
CONDITION_NOT_AN_OBJECT = "查询参数必须为对象"
#: Server SDK: `where({a: undefined})`.
CONDITION_UNDEFINED = "查询参数对象值不能均为undefined"
CENTER_SPHERE = "centersPhere结构不合法"
NO_FIELD = "Cannot encode a comparison command with unset field name"


def geometry(wanted: str, actual: str) -> str:
    """The geometry of a geo command is missing or of another kind."""
    return f'"geometry" must be of type {wanted}. Received type {actual}'
