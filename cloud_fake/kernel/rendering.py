"""How values look in a transcript: short, on one line, the same in every process."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from cloud_fake.values.dates import DATE_TYPE, iso_millis

__all__ = ["render_text", "render_value"]

WIDTH = 96
#: What somebody has said in words is longer than a value, and not endless.
TEXT_WIDTH = 200
_MANY = 6
_DEPTH = 3
#: Options and answers that are paths of this machine.
_LOCAL = ("filePath", "tempFilePath")


def render_value(value: Any, width: int = WIDTH) -> str:
    """The value in JavaScript's spirit, cut to `width` characters."""
    text = _render(value, _DEPTH)
    return text if len(text) <= width else text[: width - 1] + "…"


def render_text(text: str, width: int = TEXT_WIDTH) -> str:
    """The first line of what user code or the platform says, cut to `width` characters."""
    line = _ADDRESS.sub(" at 0x…", text.partition("\n")[0].rstrip("\r"))
    return line if len(line) <= width else line[: width - 1] + "…"


#: In a default repr; it differs from process to process.
_ADDRESS = re.compile(" at 0x[0-9A-Fa-f]+")


def _render(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return repr(value) if len(value) <= WIDTH else repr(value[:WIDTH] + "…")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes>"
    if isinstance(value, DATE_TYPE[0]):
        return iso_millis(value)
    if isinstance(value, Mapping):
        return _render_items(value, depth)
    if isinstance(value, (list, tuple)):
        return _render_list(value, depth)
    if isinstance(value, (set, frozenset)):
        # Its own order differs from process to process.
        return "{" + ", ".join(sorted(_render(item, depth - 1) for item in value)) + "}"
    return _render_plain(value)


def _render_items(value: Mapping[Any, Any], depth: int) -> str:
    # Options that were not given are noise in a transcript.
    given = [(key, item) for key, item in value.items() if item is not None or depth < _DEPTH]
    if not depth and given:
        return "{…}"
    shown = [f"{key}: {_render_item(key, item, depth - 1)}" for key, item in given[:_MANY]]
    return "{" + ", ".join(shown + ["…"] * (len(given) > _MANY)) + "}"


def _render_item(key: Any, item: Any, depth: int) -> str:
    if depth == _DEPTH - 1 and key in _LOCAL and isinstance(item, (str, os.PathLike)):
        # Where a machine keeps its files differs from run to run.
        return repr(re.split(r"[/\\]", os.fsdecode(item))[-1])
    return _render(item, depth)


def _render_list(value: list[Any] | tuple[Any, ...], depth: int) -> str:
    if not depth and value:
        return "[…]"
    shown = [_render(item, depth - 1) for item in value[:_MANY]]
    return "[" + ", ".join(shown + [f"… {len(value)} in all"] * (len(value) > _MANY)) + "]"


def _render_plain(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return repr(value)
    if callable(value):
        return f"<{getattr(value, '__name__', type(value).__name__).strip('<>')}>"
    if hasattr(value, "read"):
        # An open file: its repr holds its path, and that is this machine's.
        return f"<{type(value).__name__}>"
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a transcript is for looking, it breaks nothing
        text = " at 0x"
    # A default repr holds an address, and a transcript must be the same in every process.
    return f"<{type(value).__name__}>" if " at 0x" in text else text
