"""The story's code, shown as it stands, so that what is read is what ran."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.syntax import Syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import RenderableType

__all__ = ["show_code"]


def show_code(functions: Iterable[Callable[..., Any]]) -> RenderableType:
    """The functions' source, highlighted in the terminal's own colours."""
    text = "\n\n".join(inspect.getsource(function).rstrip() for function in functions)
    code = Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    return Padding(code, (1, 0, 1, 2), expand=False)
