"""`taro-cloud.js` and its types: the files, as they are given out.

The script lies in `src/`, an idea a file. It is given out as one that needs nothing else, so that
it can be loaded by a page, by Node, and by whatever minium drives: the parts one after the other,
in one scope of their own.
"""

from __future__ import annotations

from importlib.resources import files

__all__ = ["FILES", "PARTS", "read_file"]

#: Their names.
FILES = ("taro-cloud.js", "taro-cloud.d.ts")
#: What the script is made of, each part after those whose values it needs when it is loaded.
PARTS = (
    "basics",
    "texts",
    "making",
    "geo",
    "values",
    "platform",
    "requests",
    "connections",
    "node-websocket",
    "files",
    "calls",
    "transfers",
    "session",
    "watching",
    "database",
    "containers",
    "streaming",
    "ai",
    "cloud",
)

_BEGIN = ";(function (host) {\n'use strict'\n\n"
_END = "})(typeof globalThis === 'object' ? globalThis : this)\n"


def read_file(name: str) -> str:
    """The text of one of them."""
    if name == FILES[0]:
        parts = "\n".join(_read(f"src/{part}.js") for part in PARTS)
        return f"{_read('src/head.js')}{_BEGIN}{parts}\n{_END}"
    return _read(name)


def _read(path: str) -> str:
    return files(__name__).joinpath(path).read_text(encoding="utf-8")
