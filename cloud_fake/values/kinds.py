"""What a value is: the kinds of a document's values, in the order in which MongoDB ranks them.

A document that is stored, and every value a compiled query sees, holds exact types only: `None`,
`bool`, `int`, `float`, `str`, a real UTC `datetime`, `dict`, `list`, `Regex`. `values.intake`
makes it so at the door; therefore one dictionary look-up tells the kind.
"""

from __future__ import annotations

import enum
from typing import Any, Final, TypeAlias, final

from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.regex import Regex

__all__ = ["MISSING", "Document", "Kind", "Missing", "Value", "js_type", "kind_of"]

#: Anything a document may hold. The one honest `Any` of the project.
Value: TypeAlias = Any
Document: TypeAlias = dict[str, Value]


@final
class Missing(enum.Enum):
    """The type of `MISSING`; an enum, so that type checkers can narrow it away."""

    MISSING = "undefined"

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


#: No value at all: JavaScript's `undefined`, and a path that leads nowhere.
MISSING: Final = Missing.MISSING


class Kind(enum.IntEnum):
    """A value's kind; the numbers are MongoDB's order between kinds."""

    MISSING = 0
    NULL = 1
    NUMBER = 2
    STRING = 3
    OBJECT = 4
    ARRAY = 5
    BOOLEAN = 8
    DATE = 9
    REGEX = 11


_KINDS: dict[type, Kind] = {
    Missing: Kind.MISSING,
    type(None): Kind.NULL,
    int: Kind.NUMBER,
    float: Kind.NUMBER,
    str: Kind.STRING,
    dict: Kind.OBJECT,
    list: Kind.ARRAY,
    bool: Kind.BOOLEAN,
    DATE_TYPE[0]: Kind.DATE,
    Regex: Kind.REGEX,
}


def kind_of(value: Value) -> Kind:
    """The kind of a value that is inside the house (exact types only)."""
    return _KINDS[type(value)]


_JS_TYPES: dict[type, str] = {
    Missing: "undefined",
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    dict: "object",
    list: "array",
    tuple: "array",
    bytes: "arraybuffer",
    bytearray: "arraybuffer",
    memoryview: "arraybuffer",
    DATE_TYPE[0]: "date",
    Regex: "regexp",
}


def js_type(value: object) -> str:
    """What the SDKs call a value in their error texts: `Object.prototype.toString`, lower case.

    A Python value that JavaScript has no word for is called by its Python class.
    """
    for cls in type(value).__mro__:
        if cls in _JS_TYPES:
            return _JS_TYPES[cls]
    if callable(value):
        return "function"
    return type(value).__name__
