"""Query floor: hopes: the quickest loops there are, for documents of which all are alike.

A hope asks nothing about kinds. It lets Python say that it was in vain: there is no such key
(KeyError), or an array or a scalar has none, an array or an object is in no set, two kinds have no
order, what is no string cannot be searched (TypeError).
"""

from __future__ import annotations

from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING

from cloud_fake.query.scans import column_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from cloud_fake.query.scans import Scan
    from cloud_fake.query.traversal import Segments
    from cloud_fake.values.kinds import Document, Value

__all__ = ["among", "finding", "of_one_kind", "within"]


def among(wanted: Collection[Value], segments: Segments) -> Scan | None:
    """Equal to one of these hashables."""
    match segments:
        case [key]:
            return lambda documents: [document for document in documents if document[key] in wanted]
        case [key, below]:
            return lambda documents: [
                document for document in documents if document[key][below] in wanted
            ]
        case [key, below, last]:
            return lambda documents: [
                document for document in documents if document[key][below][last] in wanted
            ]
    return None


def of_one_kind(wanted: float, segments: Segments) -> Scan | None:
    """Equal to 0, 1, False or True: a boolean to a boolean."""
    if len(segments) > 1:
        return None
    [key], alone, boolean = segments, {wanted}, type(wanted) is bool
    return lambda documents: [
        document
        for document in documents
        if (value := document[key]) in alone and (value.__class__ is bool) is boolean
    ]


def within(limits: Mapping[str, Value], segments: Segments) -> Scan | None:
    """Numbers, strings or dates between limits.

    Args:
        limits: one or two of `$gt`, `$gte`, `$lt`, `$lte`, such as `{"$gte": 1, "$lt": 5}`.
        segments: the path.
    """
    if len(segments) > 1:
        return None
    [key], names = segments, sorted(limits)
    scan = _LOOPS[*names](key, *map(limits.__getitem__, names))
    return _without_booleans(key, scan) if _lets_booleans_pass(key, scan) else scan


_LOOPS: Mapping[tuple[str, ...], Callable[..., Scan]] = MappingProxyType(
    {
        ("$gt",): lambda key, low: lambda them: [one for one in them if one[key] > low],
        ("$gte",): lambda key, low: lambda them: [one for one in them if one[key] >= low],
        ("$lt",): lambda key, high: lambda them: [one for one in them if one[key] < high],
        ("$lte",): lambda key, high: lambda them: [one for one in them if one[key] <= high],
        ("$gt", "$lt"): lambda key, low, high: (
            lambda them: [one for one in them if low < one[key] < high]
        ),
        ("$gt", "$lte"): lambda key, low, high: (
            lambda them: [one for one in them if low < one[key] <= high]
        ),
        ("$gte", "$lt"): lambda key, low, high: (
            lambda them: [one for one in them if low <= one[key] < high]
        ),
        ("$gte", "$lte"): lambda key, low, high: (
            lambda them: [one for one in them if low <= one[key] <= high]
        ),
    }
)


def _lets_booleans_pass(key: str, scan: Scan) -> bool:
    """Python orders booleans among the numbers."""
    try:
        return bool(scan([{key: False}, {key: True}]))
    except TypeError:
        return False


def _without_booleans(key: str, scan: Scan) -> Scan:
    def checked(documents: list[Document]) -> list[Document]:
        found = scan(documents)
        if bool in {type(one[key]) for one in found}:
            raise TypeError
        return found

    return checked


def finding(search: Callable[[str], object], segments: Segments) -> Scan:
    """Strings in which something is found."""
    return lambda documents: list(compress(documents, map(search, column_at(segments, documents))))
