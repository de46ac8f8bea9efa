"""Query stages: what the stages behind one will look at, so that it makes no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.query.stages.select import limit_of, skip_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cloud_fake.values.kinds import Value

__all__ = ["fields_behind", "limit_behind"]

#: Stages whose results hold nothing of a document but what their expressions name.
_SUMMARISE = frozenset({"$bucket", "$bucketAuto", "$count", "$group", "$sortByCount"})
_WHOLE = ("$$ROOT", "$$CURRENT")


def limit_behind(following: Iterable[tuple[str, Value]]) -> int | None:
    """How many documents the skip and limit stages directly behind let through, if any does."""
    skipped = 0
    for name, spec in following:
        if name == "$limit":
            return skipped + limit_of(spec)
        if name != "$skip":
            return None
        skipped += skip_of(spec)
    return None


def fields_behind(following: Sequence[tuple[str, Value]]) -> frozenset[str] | None:
    """Which fields of a document the next stage names; None where it may need all of them."""
    if not following or following[0][0] not in _SUMMARISE:
        return None
    texts = list(_texts(following[0][1]))
    if any(text.startswith(_WHOLE) for text in texts):
        return None
    return frozenset(text[1:].split(".")[0] for text in texts if text[:2] != "$$")


def _texts(spec: Value) -> Iterator[str]:
    """Every string in an expression that may be a path or a variable."""
    if type(spec) is str:
        if spec.startswith("$"):
            yield spec
    elif type(spec) in (dict, list):
        for part in spec.values() if type(spec) is dict else spec:
            yield from _texts(part)
