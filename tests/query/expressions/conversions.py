"""Types. Source: MongoDB manual, "type expression operators"; codes as in its server."""

from __future__ import annotations

import math
from datetime import datetime

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.regex import Regex

NOON = datetime.fromisoformat("2026-01-02T12:00:00Z")
NOON_MILLIS = 1767355200000
D = {
    "i": 7, "long": 2**40, "f": 2.7, "neg": -2.7, "s": "x", "e": "", "nul": None, "yes": True,
    "no": False, "z": 0, "a": [1, 2, 4], "o": {"k": 1}, "t": NOON, "r": Regex("^a", "i"),
    "digits": "12", "point": "1.5", "id": "0123456789abcdef01234567",
    "mixed": [3, None, "x", 1.5, [9]], "words": ["b", "a"],
}  # fmt: skip


def overflow(value: str) -> QueryError:
    return QueryError(
        241, f"Conversion would overflow target type in $convert with no onError value: {value}"
    )


def unsupported(source: str, target: str) -> QueryError:
    return QueryError(
        241, f"Unsupported conversion from {source} to {target} in $convert with no onError value"
    )


def unparsable(text: str, why: str) -> QueryError:
    return QueryError(
        241, f"Failed to parse number '{text}' in $convert with no onError value: {why}"
    )


CASES = {
    "$type": [
        ("$i", D, "int"),
        ("$long", D, "long"),
        (2**31 - 1, D, "int"),
        (-(2**31), D, "int"),
        (2**31, D, "long"),
        ("$f", D, "double"),
        ("$s", D, "string"),
        ("$o", D, "object"),
        ("$a", D, "array"),
        ("$yes", D, "bool"),
        ("$t", D, "date"),
        ("$r", D, "regex"),
        ("$nul", D, "null"),
        ("$missing", D, "missing"),
    ],
    "$toInt": [
        ("$f", D, 2),
        ("$neg", D, -2),
        ("$yes", D, 1),
        ("$digits", D, 12),
        ("-5", D, -5),
        ("+5", D, 5),
        (["$i"], D, 7),
        ("$nul", D, None),
        ("$missing", D, None),
        ("2147483647", D, 2**31 - 1),
        ("$long", D, overflow("1099511627776")),
        ("$point", D, unparsable("1.5", 'Bad digit "." while parsing 1.5')),
        ("$e", D, unparsable("", "No digits")),
        (" 1", D, unparsable(" 1", 'Bad digit " " while parsing  1')),
        ("2147483648", D, unparsable("2147483648", "Overflow")),
        ("0x1f", D, QueryError(241, "Illegal hexadecimal input in $convert with no onError value: "
                                    "0x1f")),
        ("$t", D, unsupported("date", "int")),
        ("$a", D, unsupported("array", "int")),
        ({"$exp": 1000}, D, QueryError(241, "Attempt to convert infinity value to integer type in "
                                            "$convert with no onError value")),
        ({"$pow": [-8, 0.5]}, D, QueryError(241, "Attempt to convert NaN value to integer type in "
                                                 "$convert with no onError value")),
    ],
    "$toLong": [
        ("$t", D, NOON_MILLIS),
        ("$f", D, 2),
        ("$no", D, 0),
        ("1099511627776", D, 2**40),
        ("9223372036854775807", D, float(2**63)),
        ("$nul", D, None),
        (1e19, D, overflow("1e+19")),
        ("9223372036854775808", D, unparsable("9223372036854775808", "Overflow")),
        ("$o", D, unsupported("object", "long")),
    ],
    "$toDouble": [
        ("$point", D, 1.5),
        ("-1.5e3", D, -1500),
        (".5", D, 0.5),
        ("$i", D, 7),
        ("$f", D, 2.7),
        ("$yes", D, 1),
        ("$t", D, NOON_MILLIS),
        ("-Infinity", D, -math.inf),
        ("NaN", D, math.nan),
        ("$nul", D, None),
        ("$e", D, unparsable("", "Empty string")),
        ("1_0", D, unparsable("1_0", "Did not consume whole number.")),
        ("1e999", D, unparsable("1e999", "Out of range")),
        ("0x1", D, QueryError(241, "")),
        ("$a", D, unsupported("array", "double")),
    ],
    "$toDecimal": [
        ("$nul", D, None),
        ("$i", D, NotSupportedByFake()),
        ("$point", D, NotSupportedByFake()),
        ("$a", D, unsupported("array", "decimal")),
    ],
    "$toString": [
        ("$i", D, "7"),
        ("$long", D, "1099511627776"),
        ("$f", D, "2.7"),
        (1e20, D, "1e+20"),
        ("$yes", D, "true"),
        ("$s", D, "x"),
        ("$t", D, "2026-01-02T12:00:00.000Z"),
        ({"$exp": 1000}, D, "Infinity"),
        ({"$subtract": [0, {"$exp": 1000}]}, D, "-Infinity"),
        ({"$pow": [-8, 0.5]}, D, "NaN"),
        ("$nul", D, None),
        ("$missing", D, None),
        ("$a", D, unsupported("array", "string")),
        ("$o", D, unsupported("object", "string")),
        ("$r", D, unsupported("regex", "string")),
    ],
    "$toBool": [
        ("$i", D, True),
        ("$z", D, False),
        (0.0, D, False),
        ("$f", D, True),
        ("$no", D, False),
        ("$s", D, True),
        ("$e", D, True),
        ("false", D, True),
        ("$t", D, True),
        ("$a", D, True),
        ("$o", D, True),
        ("$r", D, True),
        ("$nul", D, None),
    ],
    "$toDate": [
        (NOON_MILLIS, D, NOON),
        (NOON_MILLIS + 0.9, D, NOON),
        ("2026-01-02T12:00:00Z", D, NOON),
        ("$t", D, NOON),
        ("$nul", D, None),
        # MongoDB manual, "$toDate": there is no row for int
        ("$i", D, unsupported("int", "date")),
        ("$yes", D, unsupported("bool", "date")),
        ("$s", D, QueryError(241, "")),
        (10**17, D, NotSupportedByFake()),
    ],
    "$toObjectId": [
        ("$nul", D, None),
        ("$id", D, NotSupportedByFake()),
        ("$s", D, QueryError(241, "Failed to parse objectId 'x' in $convert with no onError value: "
                                  "Invalid string length for parsing to OID, expected 24 but found "
                                  "1")),
        ("$i", D, unsupported("int", "objectId")),
    ],
    "$convert": [
        ({"input": "$f", "to": "int"}, D, 2),
        *[
            ({"input": "$f", "to": code}, D, expected)
            for code, expected in {1: 2.7, 2: "2.7", 8: True, 16: 2, 18: 2}.items()
        ],
        ({"input": 1767355200000, "to": 9}, D, NOON),
        ({"input": "$digits", "to": "double"}, D, 12),
        ({"input": "$a", "to": "bool"}, D, True),
        ({"input": "$s", "to": "int", "onError": "$i"}, D, 7),
        ({"input": "$s", "to": "int", "onError": "$missing"}, D, MISSING),
        ({"input": "$nul", "to": "int"}, D, None),
        ({"input": "$missing", "to": "int", "onNull": "none"}, D, "none"),
        ({"input": "$i", "to": "$nul"}, D, None),
        ({"input": "$nul", "to": "$nul", "onNull": 0}, D, 0),
        ({"input": "$i", "to": "missing"}, D, unsupported("int", "missing")),
        ({"input": "$i", "to": "object"}, D, unsupported("int", "object")),
        ({"input": "$i", "to": "decimal", "onError": 0}, D, NotSupportedByFake()),
        ({"input": "$s", "to": "int"}, D, QueryError(241, "")),
        # these are no failures of conversion: onError does not help
        ({"input": "$i", "to": "$s", "onError": 0}, D, QueryError(2, "Unknown type name: x")),
        ({"input": "$i", "to": "$f"}, D,
         QueryError(9, "In $convert, numeric 'to' argument is not an integer")),
        ({"input": "$i", "to": 99}, D,
         QueryError(9, "In $convert, numeric value for 'to' does not correspond to a BSON type: "
                       "99")),
        ({"input": "$i", "to": "$a"}, D,
         QueryError(9, "$convert's 'to' argument must be a string or number, but is array")),
    ],
}  # fmt: skip

REFUSED = {
    "$toInt": [([1, 2], QueryError(50723, "$toInt requires a single argument, got 2"))],
    "$type": [([], QueryError(16020, ""))],
    "$convert": [
        ("$i", QueryError(9, "$convert expects an object of named arguments but found: string")),
        ({"input": 1, "to": 1, "as": 1}, QueryError(9, "$convert found an unknown argument: as")),
        ({"to": "int"}, QueryError(9, "Missing 'input' parameter to $convert")),
        ({"input": "$i"}, QueryError(9, "Missing 'to' parameter to $convert")),
    ],
}  # fmt: skip
