"""Scenarios: the local files that are uploaded: those beside the scenario, and texts in it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cloud_fake.errors import MisuseError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Disk"]


class Disk:
    """Where a scenario's files are found, and where its texts become files, for as long as it runs.

    Args:
        folder: where the scenario lies.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = tempfile.TemporaryDirectory(prefix="cloud-fake-")
        self._texts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._place.cleanup()

    def find(self, name: str) -> Path:
        """A file beside the scenario.

        Raises:
            MisuseError: there is none.
        """
        path = self._folder / str(name)
        if not path.is_file():
            raise MisuseError(f"there is no file {name!r} beside the scenario")
        return path

    def write(self, text: str) -> Path:
        """A file that holds a text.

        Raises:
            MisuseError: it is none.
        """
        if not isinstance(text, str):
            raise MisuseError(f"a file's text is a text, not {text!r}")
        self._texts += 1
        path = Path(self._place.name, f"text-{self._texts}.txt")
        path.write_text(text, encoding="utf-8")
        return path
