"""A picture in a terminal: two pixels a character, the upper half block and its background."""

from __future__ import annotations

import io

from PIL import Image
from rich.color import Color
from rich.style import Style
from rich.text import Text

__all__ = ["mosaic"]


def mosaic(content: bytes, columns: int) -> Text:
    """The picture, `columns` characters wide."""
    with Image.open(io.BytesIO(content)) as image:
        rows = max(1, round(image.height * columns / image.width / 2))
        small = image.convert("RGB").resize((columns, rows * 2), Image.Resampling.LANCZOS)
    pixels = small.tobytes()
    lines = [_line(pixels, row, columns) for row in range(rows)]
    return Text("\n").join(lines)


def _line(pixels: bytes, row: int, columns: int) -> Text:
    upper = 2 * row * columns * 3
    lower = upper + columns * 3
    return Text.assemble(
        *(
            ("▀", Style(color=_color(pixels, upper + at), bgcolor=_color(pixels, lower + at)))
            for at in range(0, columns * 3, 3)
        )
    )


def _color(pixels: bytes, at: int) -> Color:
    return Color.from_rgb(*pixels[at : at + 3])
