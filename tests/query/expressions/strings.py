"""Strings. Source: MongoDB manual, "string expression operators"; codes as in its server."""

from __future__ import annotations

from datetime import datetime

from cloud_fake.errors import QueryError

D = {
    "s": "Hello", "cjk": "你好吗", "emoji": "a\U0001f600b", "e": "", "nul": None, "n": 12, "f": 0.1,
    "b": True, "pad": " \t\n x y \0", "t": datetime.fromisoformat("2026-01-02T03:04:05.678Z"),
    "big": 1e20, "third": 1 / 3, "half": "\ud83d",
}  # fmt: skip

CASES = {
    "$concat": [
        (["$s", " ", "$cjk"], D, "Hello 你好吗"),
        ([], D, ""),
        ("$s", D, "Hello"),
        (["$s", "$nul"], D, None),
        (["$missing", "$n"], D, None),
        (["$s", "$n"], D, QueryError(16702, "$concat only supports strings, not int")),
        (["$n", "$nul"], D, QueryError(16702, "")),
    ],
    "$indexOfBytes": [
        (["$s", "l"], D, 2),
        (["$s", "l", 3], D, 3),
        (["$s", "o", 0, 4], D, -1),
        (["$cjk", "好"], D, 3),
        (["$s", "x"], D, -1),
        (["$s", ""], D, 0),
        (["$s", "", 5], D, 5),
        (["$s", "l", 9], D, -1),
        (["$s", "l", 3, 1], D, -1),
        (["$nul", "x"], D, None),
        (["$missing", "x"], D, None),
        (["$n", "x"], D,
         QueryError(40091, "$indexOfBytes requires a string as the first argument, found: int")),
        (["$s", "$nul"], D,
         QueryError(40092, "$indexOfBytes requires a string as the second argument, found: null")),
        (["$s", "l", "1"], D, QueryError(40096, "")),
        (["$s", "l", -1], D, QueryError(40097, "")),
    ],
    "$indexOfCP": [
        (["$s", "l"], D, 2),
        (["$cjk", "好"], D, 1),
        (["$emoji", "b"], D, 2),
        (["$s", "l", 4], D, -1),
        (["$s", "o", 0, 4], D, -1),
        # what begins before the end may reach beyond it, unlike with bytes
        (["$s", "lo", 0, 4], D, 3),
        (["$e", ""], D, 0),
        (["$s", "", 5], D, -1),
        (["$nul", "x"], D, None),
        (["$missing", "x"], D, None),
        (["$n", "x"], D, QueryError(40093, "")),
        (["$s", "$n"], D, QueryError(40094, "")),
        (["$s", "l", 0.5], D,
         QueryError(40096, "$indexOfCPrequires an integral starting index, found a value of type: "
                           "double, with value: 0.5")),
    ],
    "$ltrim": [
        ({"input": "$pad"}, D, "x y \0"),
        ({"input": "xxyx", "chars": "x"}, D, "yx"),
        ({"input": "$nul"}, D, None),
        ({"input": "$n"}, D, QueryError(50699, "$ltrim requires its input to be a string, got 12 "
                                               "(of type int) instead.")),
    ],
    "$rtrim": [
        ({"input": "$pad"}, D, " \t\n x y"),
        ({"input": "xyxx", "chars": "x"}, D, "xy"),
        ({"input": "$missing"}, D, None),
    ],
    "$trim": [
        ({"input": "$pad"}, D, "x y"),
        ({"input": "\u00a0\u2003x\u200a"}, D, "x"),
        ({"input": "$s", "chars": "oH"}, D, "ell"),
        ({"input": "你好你", "chars": "你"}, D, "好"),
        ({"input": " x ", "chars": ""}, D, " x "),
        ({"input": "$nul"}, D, None),
        ({"input": "$s", "chars": "$missing"}, D, None),
        ({"input": "$n"}, D, QueryError(50699, "")),
        ({"input": "$s", "chars": "$b"}, D,
         QueryError(50700, "$trim requires 'chars' to be a string, got true (of type bool) "
                           "instead.")),
    ],
    "$split": [
        (["a-b-c", "-"], D, ["a", "b", "c"]),
        (["$s", "l"], D, ["He", "", "o"]),
        (["$s", "-"], D, ["Hello"]),
        (["$e", "-"], D, [""]),
        (["-a", "-"], D, ["", "a"]),
        (["$nul", "-"], D, None),
        (["$s", "$missing"], D, None),
        (["$n", "-"], D,
         QueryError(40085, "$split requires an expression that evaluates to a string as a first "
                           "argument, found: int")),
        (["$s", "$n"], D, QueryError(40086, "")),
        (["$s", "$e"], D, QueryError(40087, "$split requires a non-empty separator")),
    ],
    "$strcasecmp": [
        (["$s", "hELLO"], D, 0),
        (["a", "B"], D, -1),
        (["b", "A"], D, 1),
        (["$nul", "$missing"], D, 0),
        (["$nul", "a"], D, -1),
        (["$n", "12"], D, 0),
        (["ä", "Ä"], D, 1),
        (["$b", "a"], D, QueryError(16007, "can't convert from BSON type bool to String")),
    ],
    "$strLenBytes": [
        ("$s", D, 5),
        ("$cjk", D, 9),
        ("$emoji", D, 6),
        ("$e", D, 0),
        ("$nul", D, QueryError(34473, "$strLenBytes requires a string argument, found: null")),
        ("$n", D, QueryError(34473, "")),
    ],
    "$strLenCP": [
        ("$s", D, 5),
        ("$cjk", D, 3),
        ("$emoji", D, 3),
        ("$missing", D, QueryError(34471, "$strLenCP requires a string argument, found: missing")),
    ],
    "$substr": [
        (["$s", 1, 2], D, "el"),
        (["$s", 2, -1], D, "llo"),
        (["$nul", 0, 1], D, ""),
        # the older name speaks with the newer one's words
        (["$s", "x", 1], D, QueryError(16034, "$substrBytes:  starting index must be a numeric "
                                              "type (is BSON type string)")),
    ],
    "$substrBytes": [
        (["$s", 0, 2], D, "He"),
        (["$s", 9, 2], D, ""),
        (["$s", 1.9, 1.9], D, "e"),
        (["$cjk", 3, 3], D, "好"),
        (["$n", 0, 1], D, "1"),
        (["$f", 0, 9], D, "0.1"),
        (["$t", 0, 10], D, "2026-01-02"),
        (["$nul", 0, 1], D, ""),
        (["$missing", 0, 1], D, ""),
        (["$half", 0, -1], D, "\ud83d"),
        (["$s", 0, "$nul"], D, QueryError(16035, "$substrBytes:  length must be a numeric type (is "
                                                 "BSON type null)")),
        (["$s", -1, 1], D,
         QueryError(50752, "$substrBytes:  starting index must be non-negative (got: -1)")),
        (["$cjk", 1, 2], D,
         QueryError(28656, "$substrBytes:  Invalid range, starting index is a UTF-8 continuation "
                           "byte.")),
        (["$cjk", 0, 2], D,
         QueryError(28657, "$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 "
                           "character.")),
        (["$b", 0, 1], D, QueryError(16007, "")),
    ],
    "$substrCP": [
        (["$cjk", 1, 2], D, "好吗"),
        (["$emoji", 1, 1], D, "\U0001f600"),
        (["$s", 9, 1], D, ""),
        (["$s", 0, 0], D, ""),
        (["$n", 0, 1], D, "1"),
        (["$nul", 0, 1], D, ""),
        (["$s", "$nul", 1], D,
         QueryError(34450, "$substrCP: starting index must be a numeric type (is BSON type null)")),
        (["$s", 0.5, 1], D,
         QueryError(34451, "$substrCP: starting index cannot be represented as a 32-bit integral "
                           "value: 0.5")),
        (["$s", 0, "x"], D, QueryError(34452, "")),
        (["$s", 0, 0.5], D, QueryError(34453, "")),
        (["$s", 0, -1], D, QueryError(34454, "$substrCP: length must be a nonnegative integer.")),
        (["$s", -1, 1], D,
         QueryError(34455, "$substrCP: the starting index must be nonnegative integer.")),
    ],
    "$toLower": [
        ("$s", D, "hello"),
        ("ÄÖ你A", D, "ÄÖ你a"),
        ("$n", D, "12"),
        ("$big", D, "1e+20"),
        ("$third", D, "0.3333333333333333"),
        ("$t", D, "2026-01-02t03:04:05.678z"),
        ("$nul", D, ""),
        ("$missing", D, ""),
        ([["a"]], D, QueryError(16007, "can't convert from BSON type array to String")),
    ],
    "$toUpper": [
        ("$s", D, "HELLO"),
        ("straße", D, "STRAßE"),
        ("$nul", D, ""),
        ("$b", D, QueryError(16007, "")),
    ],
}  # fmt: skip

REFUSED = {
    "$trim": [
        ("$s", QueryError(50696, "$trim only supports an object as an argument, found string")),
        ({"input": "$s", "char": "x"}, QueryError(50694, "$trim found an unknown argument: char")),
        ({"chars": "x"}, QueryError(50695, "$trim requires an 'input' field")),
    ],
    "$ltrim": [(["$s"], QueryError(50696, "$ltrim only supports an object as an argument, found "
                                          "array"))],
    "$substr": [(["$s", 1], QueryError(16020, "Expression $substr takes exactly 3 arguments. "
                                              "2 were passed in."))],
    "$split": [("$s", QueryError(16020, ""))],
    "$strLenCP": [([], QueryError(16020, ""))],
}  # fmt: skip
