"""Models: `db.command.aggregate`, the `$` of every expression.

`$.add(["$a", 1])` is just `{"$add": ["$a", 1]}`: the names are the typings', what they mean is the
query floor's affair.
"""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AggregateCommand", "Operator"]


class Operator:
    """An operator of expressions: `$.name(operand)`.

    An operand that is an object may be given by keyword, where a keyword of Python gets a trailing
    underscore: `$.cond(if_="$done", then=1, else_=0)`.
    """

    def __init__(self, description: str) -> None:
        self.__doc__ = description

    def __set_name__(self, _owner: type, name: str) -> None:
        self._wire_name = _WIRE_NAMES.get(name, f"${_bare(name)}")

    def __call__(self, val: object = MISSING, /, **members: object) -> dict[str, Any]:
        """The expression in wire form."""
        if val is MISSING:
            val = {_bare(name): member for name, member in members.items()}
        return {self._wire_name: val}

    def __repr__(self) -> str:
        return f"<_.aggregate: {self._wire_name}>"


_WIRE_NAMES = {"neq": "$ne"}


def _bare(name: str) -> str:
    bare = name.removesuffix("_")
    return bare if keyword.iskeyword(bare) else name


class AggregateCommand:
    """All operators; those whose names are keywords of Python have a trailing underscore.

    Args:
        pipeline: makes the chain of stages that `pipeline()` begins.
    """

    def __init__(self, pipeline: Callable[[], Any] | None = None) -> None:
        self._pipeline = pipeline

    def pipeline(self) -> Any:
        """Begins the chain of stages for `lookup`'s `pipeline`; `.done()` ends it."""
        if self._pipeline is None:
            raise NotSupportedByFake("_.aggregate.pipeline() of a command without a database")
        return self._pipeline()

    # --- numbers ----------------------------------------------------------------------------------

    abs = Operator("The number without its sign.")
    add = Operator("The sum of numbers, of which one may be a date (the rest is milliseconds).")
    ceil = Operator("The least integer that is not less.")
    divide = Operator("The first of two numbers by the second.")
    exp = Operator("e to the power of the number.")
    floor = Operator("The greatest integer that is not greater.")
    ln = Operator("The natural logarithm.")
    log = Operator("The logarithm of the first to the base of the second.")
    log10 = Operator("The logarithm to the base 10.")
    mod = Operator("The remainder of a division; it has the sign of the dividend.")
    multiply = Operator("The product of numbers.")
    pow = Operator("The first to the power of the second.")
    sqrt = Operator("The square root.")
    subtract = Operator("The difference of numbers, of dates (milliseconds), or a date moved back.")
    trunc = Operator("The number cut to an integer, towards zero.")

    # --- comparison and logic ---------------------------------------------------------------------

    eq = Operator("Whether two values are equal.")
    neq = Operator("Whether two values are not equal.")
    gt = Operator("Whether the first is greater, in the order of all values.")
    gte = Operator("Whether the first is greater or equal.")
    lt = Operator("Whether the first is less.")
    lte = Operator("Whether the first is less or equal.")
    cmp = Operator("-1, 0 or 1.")
    and_ = Operator("Whether all are true; all values are but false, 0, null and missing.")
    or_ = Operator("Whether one is true.")
    not_ = Operator("Whether the value is not true.")
    cond = Operator("One of two values: `{if, then, else}` or `[if, then, else]`.")
    ifNull = Operator("The first unless it is null or missing, else the second.")
    switch = Operator("The first case that is true: `{branches: [{case, then}], default}`.")

    # --- arrays and sets --------------------------------------------------------------------------

    arrayElemAt = Operator("The element at an index, which may count from the end.")
    arrayToObject = Operator("The object of `[{k, v}]` or `[[k, v]]`.")
    concatArrays = Operator("One array of several.")
    filter = Operator("Those elements for which it is true: `{input, as, cond}`.")
    in_ = Operator("Whether the first is an element of the second.")
    indexOfArray = Operator("The index of a value or -1: `[array, value, start, end]`.")
    isArray = Operator("Whether the value is an array.")
    map = Operator("What becomes of each element: `{input, as, in}`.")
    range = Operator("The integers of `[start, end, step]`, without the end.")
    reduce = Operator("`{input, initialValue, in}`, where `in` combines `$$value` and `$$this`.")
    reverseArray = Operator("The array backwards.")
    size = Operator("How many elements the array has.")
    slice = Operator("A part of the array: `[array, n]` or `[array, position, n]`.")
    zip = Operator("The rows of columns: `{inputs, useLongestLength, defaults}`.")
    allElementsTrue = Operator("Whether all elements are true.")
    anyElementTrue = Operator("Whether one element is true.")
    setDifference = Operator("What the first has and the second has not.")
    setEquals = Operator("Whether the arrays have the same elements.")
    setIntersection = Operator("What all arrays have.")
    setIsSubset = Operator("Whether the second has all that the first has.")
    setUnion = Operator("What any array has, each once.")

    # --- objects and variables --------------------------------------------------------------------

    mergeObjects = Operator("One object of several; the later ones win. Also an accumulator.")
    objectToArray = Operator("The `[{k, v}]` of an object.")
    let = Operator("`{vars, in}`: an expression with variables.")
    literal = Operator("The value itself, where it would be taken for an expression.")
    meta = Operator("Data about the record: `textScore`.")

    # --- strings ----------------------------------------------------------------------------------

    concat = Operator("One string of several.")
    indexOfBytes = Operator("Where a string has another, in bytes: `[string, part, start, end]`.")
    indexOfCP = Operator("Where a string has another, in characters.")
    split = Operator("The parts between separators.")
    strLenBytes = Operator("The length in bytes of UTF-8.")
    strLenCP = Operator("The length in characters.")
    strcasecmp = Operator("-1, 0 or 1, upper and lower case alike.")
    substr = Operator("As `substrBytes`.")
    substrBytes = Operator("A part, in bytes: `[string, start, length]`.")
    substrCP = Operator("A part, in characters: `[string, start, length]`.")
    toLower = Operator("In lower case (ASCII).")
    toUpper = Operator("In upper case (ASCII).")
    trim = Operator("Without white space, or `chars`, at both ends: `{input, chars}`.")
    ltrim = Operator("Without them at the beginning.")
    rtrim = Operator("Without them at the end.")

    # --- dates; the parts are of a date or of `{date, timezone}` ----------------------------------

    dateFromParts = Operator("A date: `{year, month, day, hour, minute, second, ..., timezone}`.")
    dateFromString = Operator("A date: `{dateString, timezone, format, onError, onNull}`.")
    dateToParts = Operator("The parts: `{date, timezone, iso8601}`.")
    dateToString = Operator("Text: `{date, format, timezone, onNull}`.")
    dayOfMonth = Operator("1 to 31.")
    dayOfWeek = Operator("1 (Sunday) to 7.")
    dayOfYear = Operator("1 to 366.")
    hour = Operator("0 to 23.")
    isoDayOfWeek = Operator("1 (Monday) to 7.")
    isoWeek = Operator("1 to 53.")
    isoWeekYear = Operator("The year that the ISO week belongs to.")
    millisecond = Operator("0 to 999.")
    minute = Operator("0 to 59.")
    month = Operator("1 to 12.")
    second = Operator("0 to 59.")
    week = Operator("0 to 53, from the first Sunday on.")
    year = Operator("The year.")

    # --- types ------------------------------------------------------------------------------------

    convert = Operator("`{input, to, onError, onNull}`.")
    toBool = Operator("As a boolean; every string is true.")
    toDate = Operator("As a date.")
    toDecimal = Operator("As a decimal.")
    toDouble = Operator("As a double.")
    toInt = Operator("As an integer of 32 bits.")
    toLong = Operator("As an integer of 64 bits; a date in milliseconds.")
    toObjectId = Operator("As an ObjectId.")
    toString = Operator("As a string.")
    type = Operator("The name of the value's type.")

    # --- accumulators, for `group` and `bucket`; the statistics also as expressions ---------------

    addToSet = Operator("The values, each once.")
    avg = Operator("The average of the numbers.")
    first = Operator("The value in the first record.")
    last = Operator("The value in the last record.")
    max = Operator("The greatest value.")
    min = Operator("The least value.")
    push = Operator("The values.")
    stdDevPop = Operator("The standard deviation of a population.")
    stdDevSamp = Operator("The standard deviation of a sample.")
    sum = Operator("The sum of the numbers.")
