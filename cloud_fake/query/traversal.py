"""Query floor, lowest: how a path leads through a document, and what arrays on the way mean.

MongoDB's rules, which all query operators share:

* a segment is a key; where the way ends at a scalar, or the key is not there, it finds `MISSING`;
* an array *on* the way stands for its elements: those that are objects go on with the rest of the
  path, scalars and inner arrays find nothing at all, not even `MISSING`;
* a numeric segment is, besides being a key of those objects, an index into that array;
* an array at the *end* of the way is the operator's own affair (most try the elements, too), but
  not when an index named it: `'a.0'` is that one element, never the elements inside it.

Source: MongoDB's matcher (`ElementPath`), and the tests of its path iteration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TypeAlias

from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.paths import index_of

__all__ = [
    "ArrayTest",
    "DocumentTest",
    "Segments",
    "ValueTest",
    "any_across",
    "ask_at",
    "values_at",
]

Segments: TypeAlias = tuple[str, ...]
#: Asks something of one value (`MISSING` where a path found nothing).
ValueTest: TypeAlias = Callable[[Value], bool]
DocumentTest: TypeAlias = Callable[[Document], bool]
ArrayTest: TypeAlias = Callable[[list[Value]], bool]
#: The test for an array that is met while these segments are still to go.
Across: TypeAlias = Callable[[Segments], ArrayTest]


def ask_at(segments: Segments, field: ValueTest, across: Across) -> DocumentTest:
    """A test of documents, from a test of the value where the path ends.

    Args:
        segments: the path.
        field: asked of the value at its end, and of `MISSING`.
        across: what is asked instead of an array on the way.
    """
    if len(segments) == 1:
        return _key(segments[0], field)
    if len(segments) == 2:
        return _key_of_key(*segments, field, across)
    return _deep(segments, field, across)


def any_across(rest: Segments, field: ValueTest, element: ValueTest) -> ArrayTest:
    """Whether an array on the way leads to any value that passes.

    Args:
        rest: the segments still to go.
        field: asked of the values where the path ends.
        element: asked of one element that an index at the very end of the path names.
    """
    objects = _any_object(rest, field, element)
    index = index_of(rest[0])
    if index is None:
        return objects
    indexed = _indexed(rest[1:], field, element)
    return lambda array: objects(array) or (index < len(array) and indexed(array[index]))


def values_at(value: Value, segments: Segments) -> Iterator[Value]:
    """Every value that a path finds, `MISSING` included; arrays at its end come whole."""
    if not segments:
        yield value
    elif type(value) is dict:
        yield from values_at(value.get(segments[0], MISSING), segments[1:])
    elif type(value) is list:
        yield from _values_in(value, segments)
    else:
        yield MISSING


def _values_in(array: list[Value], rest: Segments) -> Iterator[Value]:
    for item in array:
        if type(item) is dict:
            yield from values_at(item, rest)
    index = index_of(rest[0])
    if index is not None and index < len(array):
        item = array[index]
        if len(rest) == 1 or type(item) in (dict, list):
            yield from values_at(item, rest[1:])


def _key(key: str, field: ValueTest) -> DocumentTest:
    return lambda document: field(document.get(key, MISSING))


def _key_of_key(outer: str, inner: str, field: ValueTest, across: Across) -> DocumentTest:
    of_array, of_nothing = across((inner,)), field(MISSING)

    def test(document: Document) -> bool:
        value = document.get(outer)
        if type(value) is dict:
            return field(value.get(inner, MISSING))
        return of_array(value) if type(value) is list else of_nothing

    return test


def _deep(segments: Segments, field: ValueTest, across: Across) -> DocumentTest:
    way = [
        (key, _made_late(partial(across, segments[depth:])))
        for depth, key in enumerate(segments[:-1], start=1)
    ]
    last, of_nothing = segments[-1], field(MISSING)

    def test(document: Document) -> bool:
        value: Value = document
        for key, of_array in way:
            value = value.get(key)
            if type(value) is not dict:
                return of_array(value) if type(value) is list else of_nothing
        return field(value.get(last, MISSING))

    return test


def _made_late(make: Callable[[], ArrayTest]) -> ArrayTest:
    """A test that is made when it is first asked.

    An array may stand at each place of a path, and behind it at each place of the rest: a path of n
    segments has 2^n such tests, and a document meets few of them.
    """
    made = cache(make)

    def test(array: list[Value]) -> bool:
        return made()(array)

    return test


def _any_object(rest: Segments, field: ValueTest, element: ValueTest) -> ArrayTest:
    if len(rest) == 1:
        return _any_key(rest[0], field)
    inside = ask_at(rest, field, lambda deeper: any_across(deeper, field, element))
    return lambda array: any(type(item) is dict and inside(item) for item in array)


def _any_key(key: str, field: ValueTest) -> ArrayTest:
    def test(array: list[Value]) -> bool:
        for item in array:  # noqa: SIM110 - a generator costs as much again
            if type(item) is dict and field(item.get(key, MISSING)):
                return True
        return False

    return test


def _indexed(rest: Segments, field: ValueTest, element: ValueTest) -> ValueTest:
    """The test of an element that an index names, with the segments after the index."""
    if not rest:
        return element
    of_object = ask_at(rest, field, lambda deeper: any_across(deeper, field, element))
    of_array = any_across(rest, field, element)

    def test(item: Value) -> bool:
        if type(item) is dict:
            return of_object(item)
        return type(item) is list and of_array(item)

    return test
