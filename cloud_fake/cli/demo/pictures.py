"""Pictures as bytes: how large, and smaller. All of Pillow that the story needs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NotAPicture", "measure", "shrink"]

#: What Pillow raises for a file that is broken, cut off, of a format it lacks, or absurdly large.
_UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


class NotAPicture(Exception):  # noqa: N818 - it says what the file is
    """A file that Pillow cannot read as a picture."""


def measure(path: Path) -> tuple[int, int]:
    """Width and height in pixels; the whole file is decoded, so a cut-off one shows.

    Raises:
        NotAPicture: it cannot be decoded.
    """
    try:
        with Image.open(path) as image:
            image.load()
            return image.size
    except _UNREADABLE as error:
        raise NotAPicture(path.name) from error


def shrink(content: bytes, longest: int) -> bytes:
    """The picture as a JPEG whose longer side has at most `longest` pixels."""
    with Image.open(io.BytesIO(content)) as image:
        small = ImageOps.exif_transpose(image).convert("RGB")
    small.thumbnail((longest, longest))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()
