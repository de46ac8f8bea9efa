"""The rules of MongoDB's matcher, written down one after the other and without a thought for speed.

`matches(document, query)` walks query and document anew for every answer; `order(one, other)` goes
by the order across kinds. They know what the property tests need of the query language, and share
nothing with the code that is checked.
"""

import math
import re

from cloud_fake.values.dates import DATE_TYPE
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.regex import Regex

#: The operators that do not look into an array at the end of a path.
WHOLE = {"$exists", "$size", "$elemMatch"}


def matches(document, query):
    return all(_clause(document, key, asked) for key, asked in query.items())


def _clause(document, key, asked):
    if key == "$and":
        return all(matches(document, part) for part in asked)
    if key == "$or":
        return any(matches(document, part) for part in asked)
    if key == "$nor":
        return not any(matches(document, part) for part in asked)
    return all(_holds(document, key.split("."), *each) for each in _operators(asked))


def _operators(asked):
    if type(asked) is Regex:
        return [("$regex", asked)]
    if type(asked) is dict and asked and next(iter(asked)).startswith("$"):
        return list(asked.items())
    return [("$eq", asked)]


def _holds(document, path, name, operand):
    match name:
        case "$ne":
            return not _holds(document, path, "$eq", operand)
        case "$nin":
            return not _holds(document, path, "$in", operand)
        case "$not":
            return not all(_holds(document, path, *each) for each in _operators(operand))
        case "$exists" if not operand:
            return not _holds(document, path, "$exists", True)
        case "$all":
            return operand != [] and all(
                _holds(document, path, *each) for part in operand for each in _operators(part)
            )
    return any(_meets(value, name, operand) for value in _found(document, path, name not in WHOLE))


def _found(document, path, opens):
    """Every value on a path; those in an array at its end, too, if it `opens` them."""
    key, *rest = path
    value = document.get(key, MISSING)
    if not rest:
        yield value
        if opens and type(value) is list:
            yield from value
    elif type(value) is dict:
        yield from _found(value, rest, opens)
    elif type(value) is list:
        yield from _found_in(value, rest, opens)
    else:
        yield MISSING


def _found_in(array, path, opens):
    for index, item in enumerate(array):
        if type(item) is dict:
            yield from _found(item, path, opens)
        if path[0] == str(index):
            if len(path) == 1:
                yield item
            elif type(item) is dict:
                yield from _found(item, path[1:], opens)
            elif type(item) is list:
                yield from _found_in(item, path[1:], opens)


def _meets(value, name, operand):  # noqa: C901 - one case an operator
    """What one operator says of one value, taken by itself."""
    match name:
        case "$eq":
            return _same(value, operand)
        case "$gt" | "$gte" | "$lt" | "$lte":
            return _compares(value, name, operand)
        case "$in":
            return any(_same_or_found(value, option) for option in operand)
        case "$regex":
            return _same_or_found(value, operand)
        case "$exists":
            return value is not MISSING
        case "$size":
            return type(value) is list and len(value) == operand
        case "$mod":
            return _rank(value) == 2 and math.fmod(int(value), operand[0]) == operand[1]
        case "$elemMatch":
            return type(value) is list and any(_member(item, operand) for item in value)
        case "$ne" | "$nin":
            return not _meets(value, {"$ne": "$eq", "$nin": "$in"}[name], operand)
        case "$not":
            return not all(_meets(value, *each) for each in _operators(operand))
        case "$all":
            return operand != [] and all(
                _meets(value, *each) for part in operand for each in _operators(part)
            )
    raise AssertionError(name)


def _member(item, asked):
    if asked and next(iter(asked)).startswith("$"):
        return all(_meets(item, *each) for each in asked.items())
    if type(item) is list:
        item = {str(index): inner for index, inner in enumerate(item)}
    return type(item) is dict and matches(item, asked)


def _same_or_found(value, option):
    if type(option) is Regex and type(value) is str:
        flags = re.IGNORECASE if "i" in option.options else 0
        return re.search(option.pattern, value, flags) is not None
    return _same(value, option)


def _same(value, other):
    if other is None:
        return value is None or value is MISSING
    return _rank(value) == _rank(other) and order(value, other) == 0


def _compares(value, name, operand):
    if operand is None:
        return name in ("$gte", "$lte") and _same(value, None)
    if _rank(value) != _rank(operand):
        return False
    sign = order(value, operand)
    return {"$gt": sign > 0, "$gte": sign >= 0, "$lt": sign < 0, "$lte": sign <= 0}[name]


def _rank(value):
    kinds = {type(None): 1, int: 2, float: 2, str: 3, dict: 4, list: 5, bool: 8, Regex: 11}
    kinds |= {DATE_TYPE[0]: 9, type(MISSING): 0}
    return kinds[type(value)]


def order(one, other):
    """-1, 0 or 1, pair by pair and byte by byte."""
    if _rank(one) != _rank(other):
        return -1 if _rank(one) < _rank(other) else 1
    if type(one) is str:
        one, other = one.encode(), other.encode()
    elif type(one) is list:
        return _order_of_pairs([("", item) for item in one], [("", item) for item in other])
    elif type(one) is dict:
        return _order_of_pairs(list(one.items()), list(other.items()))
    elif type(one) is Regex:
        one, other = (one.pattern, one.options), (other.pattern, other.options)
    elif one is None:
        return 0
    return (one > other) - (one < other)


def _order_of_pairs(ones, others):
    for (key, item), (other_key, other_item) in zip(ones, others, strict=False):
        kinds = (_rank(item) > _rank(other_item)) - (_rank(item) < _rank(other_item))
        keys = (key > other_key) - (key < other_key)
        decided = kinds or keys or order(item, other_item)
        if decided:
            return decided
    return (len(ones) > len(others)) - (len(ones) < len(others))
