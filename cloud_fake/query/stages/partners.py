"""Query stages: hash joins, a lookup's other collection kept by the values that are sought."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.query.stages.keys import OWN_KEYS, key_of
from cloud_fake.query.traversal import values_at
from cloud_fake.values.kinds import MISSING, Document

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

__all__ = ["Others", "Path", "by_key"]

Path: TypeAlias = tuple[str, ...]


def by_key(
    keys: Iterable[Hashable], documents: Iterable[Document]
) -> dict[Hashable, list[Document]]:
    """The documents of each key, in their order."""
    found: dict[Hashable, list[Document]] = defaultdict(list)
    for key, document in zip(keys, documents, strict=True):
        found[key].append(document)
    return found


class Others:
    """The other collection, by every value that `{path: value}` would find a document by."""

    def __init__(self, documents: list[Document], path: Path) -> None:
        self._documents = documents
        keys = _plain_keys(documents, path)
        if keys is None:
            keys, documents = _all_keys(documents, path)
        self._by_key = by_key(keys, documents)

    def partners(self, run: list[Document], path: Path) -> list[list[Document]]:
        """For each document of a run those that it joins, in the other collection's order."""
        keys = _plain_keys(run, path)
        if keys is None:
            return [self._of_any(_local_keys(document, path)) for document in run]
        return [self._by_key.get(key, []) for key in keys]

    def _of_any(self, keys: Iterable[Hashable]) -> list[Document]:
        found = {id(other): other for key in keys for other in self._by_key.get(key, ())}
        return sorted(found.values(), key=lambda other: self._ranks[id(other)])

    @cached_property
    def _ranks(self) -> dict[int, int]:
        return {id(document): rank for rank, document in enumerate(self._documents)}


def _plain_keys(documents: list[Document], path: Path) -> list[Hashable] | None:
    """The value at the path in each document, if every one is its own key."""
    if len(path) > 1:
        return None
    name = path[0]
    values = [document.get(name) for document in documents]
    return values if OWN_KEYS.issuperset(map(type, values)) else None


def _all_keys(documents: list[Document], path: Path) -> tuple[list[Hashable], list[Document]]:
    """Each key with the document that it finds."""
    pairs = [(key, document) for document in documents for key in _foreign_keys(document, path)]
    return [key for key, _ in pairs], [document for _, document in pairs]


def _foreign_keys(document: Document, path: Path) -> Iterable[Hashable]:
    """The values at the path, an array's elements besides the array itself."""
    keys: dict[Hashable, None] = {}
    for value in values_at(document, path):
        # A query's `null` finds what is missing, too.
        keys[None if value is MISSING else key_of(value)] = None
        if type(value) is list:
            keys.update(dict.fromkeys(map(key_of, value)))
    return keys


def _local_keys(document: Document, path: Path) -> Iterable[Hashable]:
    """The values to look for: an array's elements, and null where there is nothing at all."""
    keys: list[Hashable] = []
    for value in values_at(document, path):
        if type(value) is list:
            keys.extend(map(key_of, value))
        elif value is not MISSING:
            keys.append(key_of(value))
    return keys or (None,)
