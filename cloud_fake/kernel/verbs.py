"""Kernel: what a call does to data, by its canonical name; a function may be called anything."""

from __future__ import annotations

__all__ = ["is_read", "is_write"]

_READS = frozenset({"get", "count", "aggregate", "getTempFileURL", "download", "fetch"})
_WRITES = frozenset({"add", "set", "update", "remove", "createCollection", "upload", "delete"})


def is_read(name: str) -> bool:
    """Whether it looks at records or files and leaves them as they are."""
    return _verb(name) in _READS or name.startswith("watch.")


def is_write(name: str) -> bool:
    """Whether it changes records or files by itself."""
    return _verb(name) in _WRITES


def _verb(name: str) -> str:
    is_data = name.startswith(("database.", "storage."))
    return name.rpartition(".")[2] if is_data else ""
