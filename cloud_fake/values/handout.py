"""The door, outwards: what is stored is copied for whoever reads it, so that nobody can edit it.

Copying is most of what reading costs. `copy` clones in C, and then only containers are looked into.
An object that the collector does not track holds none: CPython tracks a dictionary from the moment
when something is put into it that could be part of a circle, and so a flat record, or a flat object
in an array, is cloned without one look at its fields. Source: the documentation of `gc.is_tracked`.

That holds for what taking in has made, which puts every container there by its key. It would not
for the `vars()` of somebody's object: the first releases of CPython 3.13 may leave that untracked
(gh-133543). CPython 3.14 tracks every dictionary (gh-127010): each is looked through, with the same
result.
"""

from __future__ import annotations

from gc import is_tracked
from typing import TYPE_CHECKING

from cloud_fake.values.geo import shape_of

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["hand_out"]


def hand_out(value: Value) -> Value:
    """A copy nobody else holds, with GeoJSON objects as geo values, as the SDKs read them back."""
    if type(value) is dict:
        return _object(value)
    return _array(value) if type(value) is list else value


def _object(document: dict[str, Value]) -> Value:
    if not is_tracked(document):
        return document.copy()
    if "coordinates" in document:
        shape = shape_of(document)
        if shape is not None:
            return shape
    copy = document.copy()
    for key, item in document.items():
        kind = type(item)
        if kind is dict:
            copy[key] = _object(item)
        elif kind is list:
            copy[key] = _array(item)
    return copy


def _array(array: list[Value]) -> list[Value]:
    copy = array.copy()
    for index, item in enumerate(array):
        kind = type(item)
        if kind is dict:  # most arrays of objects are of flat ones, which are worth no call
            copy[index] = _object(item) if is_tracked(item) else item.copy()
        elif kind is list:
            copy[index] = _array(item)
    return copy
