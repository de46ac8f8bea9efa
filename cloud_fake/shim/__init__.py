"""`taro-cloud.js` and its types: the files, as they are given out."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["FILES", "read_file"]

#: Their names.
FILES = ("taro-cloud.js", "taro-cloud.d.ts")


def read_file(name: str) -> str:
    """The text of one of them."""
    return (files(__name__) / name).read_text(encoding="utf-8")
