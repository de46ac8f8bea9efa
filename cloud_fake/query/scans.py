"""Query floor: scans: many documents at once, in the hope that they are alike.

Asking one document minds every shape that it may have. A scan asks a block of them in one loop that
minds none (see `hopes`). Where the hope was in vain, the block is asked again with more care, and
at last one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import TypeAlias

from cloud_fake.query.traversal import DocumentTest, Segments, ValueTest
from cloud_fake.values.kinds import MISSING, Document, Value

__all__ = [
    "Hope",
    "Pick",
    "PricedScan",
    "Scan",
    "blocks",
    "column_at",
    "pick_by",
    "scan_all",
    "scan_at",
]

#: Those of some documents that pass a test.
Scan: TypeAlias = Callable[[list[Document]], list[Document]]
#: The same, given also the value that each of the documents has, in their order. Raises nothing.
Pick: TypeAlias = Callable[[list[Document], Iterable[Value]], list[Document]]
#: For a path a scan that may raise KeyError or TypeError; None where there is no quicker one.
Hope: TypeAlias = Callable[[Segments], "Scan | None"]
#: A scan, and what it costs in any unit that all have, from 0.
PricedScan: TypeAlias = tuple[Scan, int]

#: How many documents come at first, for who may want few.
_FIRST_BLOCK = 64
#: How many at most: what one odd document among them costs is bounded.
_LARGEST_BLOCK = 1024


def blocks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in lists that grow: who wants few of them has not waited for all."""
    rest, size = iter(documents), _FIRST_BLOCK
    while block := list(islice(rest, size)):
        yield block
        size = min(4 * size, _LARGEST_BLOCK)


def scan_all(
    scans: Sequence[PricedScan], few: list[Document], rest: Iterator[list[Document]]
) -> Iterator[list[Document]]:
    """Those that pass all scans, block by block.

    Args:
        scans: at least one.
        few: the first block; where there are many more, it tells which scan is best run first.
        rest: the other blocks.
    """
    yield _passing(scans, few)
    many = next(rest, [])
    if len(many) > len(few) and len(scans) > 1:
        scans = sorted(scans, key=lambda priced: _worth(priced, few))
    while many:
        yield _passing(scans, many)
        many = next(rest, [])


def _passing(scans: Iterable[PricedScan], documents: list[Document]) -> list[Document]:
    for scan, _ in scans:
        documents = scan(documents)
    return documents


def _worth(priced: PricedScan, documents: list[Document]) -> float:
    """What a scan costs for each document of these that it spares the others."""
    scan, price = priced
    return (1 + price) / (1 + len(documents) - len(scan(documents)))


# --- one scan ------------------------------------------------------------------------------------


def scan_at(segments: Segments, hope: Hope | None, pick: Pick, test: DocumentTest) -> Scan:
    """A scan of documents of any shape.

    Args:
        segments: the path.
        hope: the quickest way, if there is one.
        pick: the way for values of all kinds.
        test: the same asked of one document.
    """
    hoped = hope(segments) if hope else None

    def scan(documents: list[Document]) -> list[Document]:
        if hoped:
            try:
                return hoped(documents)
            except (KeyError, TypeError):
                pass
        try:
            return pick(documents, column_at(segments, documents))
        except (KeyError, TypeError):
            return last(documents)

    def last(documents: list[Document]) -> list[Document]:
        if len(segments) > 1:
            return [document for document in documents if test(document)]
        key = segments[0]
        return pick(documents, [document.get(key, MISSING) for document in documents])

    return scan


def column_at(segments: Segments, documents: list[Document]) -> Iterable[Value]:
    """The values at a path where objects lead to them, read in C."""
    values: Iterable[Value] = documents
    for segment in segments:
        values = map(itemgetter(segment), values)
    return values


def pick_by(field: ValueTest) -> Pick:
    """The documents whose value passes a test."""
    return lambda documents, values: [
        document for document, value in zip(documents, values, strict=True) if field(value)
    ]
