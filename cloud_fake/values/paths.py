"""Paths into documents: `a.b.0.c`, split once and kept as a tuple of segments."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["index_of", "join", "split"]


@lru_cache(maxsize=4096)
def split(path: str) -> tuple[str, ...]:
    """The segments of a dotted path."""
    return tuple(path.split("."))


def join(*segments: str) -> str:
    """The dotted path of some segments."""
    return ".".join(segments)


def index_of(segment: str) -> int | None:
    """The array index a segment may mean: `0`, `17`; not `-1`, not `01`, not `x`."""
    if segment.isascii() and segment.isdigit() and (segment == "0" or segment[0] != "0"):
        return int(segment)
    return None
