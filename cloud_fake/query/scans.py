"""Query floor: scans: many documents at once, in the hope that they are alike.

Asking one document minds every shape that it may have. A scan asks a block of them in one loop that
minds none (see `hopes`). Where the hope was in vain, the block is asked again with more care, and
at last one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter, length_hint
from typing import TypeAlias

from cloud_fake.query.traversal import DocumentTest, Segments, ValueTest
from cloud_fake.values.kinds import Document, Value

__all__ = [
    "FIRST_BLOCK",
    "LARGEST_BLOCK",
    "Hope",
    "Pick",
    "Scan",
    "all_blocks",
    "all_of",
    "blocks",
    "column_at",
    "pick_by",
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

#: How many documents are in a block at first, for who may want few.
FIRST_BLOCK = 64
#: How many at most: what one odd document among them costs is bounded.
LARGEST_BLOCK = 1024
#: By how many documents it is judged which of several scans is best run first, and among how many
#: that pays.
_SAMPLE, _JUDGED = 64, 128


def blocks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in lists that grow: who wants few of them has not waited for all."""
    size = FIRST_BLOCK
    if length_hint(documents, LARGEST_BLOCK) <= 4 * size:
        size = 4 * size
    rest = iter(documents)
    while block := list(islice(rest, size)):
        yield block
        size = min(4 * size, LARGEST_BLOCK)


def all_blocks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The same for who wants all of them: listed at once, which is quicker than block by block."""
    them = list(documents)
    for start in range(0, len(them), LARGEST_BLOCK):
        yield them[start : start + LARGEST_BLOCK]


def all_of(scans: Sequence[PricedScan]) -> Scan:
    """All these scans, the most useful one first as soon as there is a large block to judge by."""
    in_turn, is_judged = scans, len(scans) < 2

    def scan(documents: list[Document]) -> list[Document]:
        nonlocal in_turn, is_judged
        if not is_judged and len(documents) > _JUDGED:
            in_turn, is_judged = _most_useful_first(scans, documents[:_SAMPLE]), True
        for one, _ in in_turn:
            documents = one(documents)
        return documents

    return scan


def _most_useful_first(scans: Sequence[PricedScan], sample: list[Document]) -> Sequence[PricedScan]:
    def price_of_sparing(priced: PricedScan) -> float:
        """What a scan costs for each document that it spares the others."""
        scan, price = priced
        return (1 + price) / (1 + len(sample) - len(scan(sample)))

    return sorted(scans, key=price_of_sparing)


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
            return [document for document in documents if test(document)]

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
