"""`cloud.logger()` of wx-server-sdk: objects to the log, which here is the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import plain_error, texts
from cloud_fake.kernel.rendering import render_value

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.timeline import Timeline

__all__ = ["Logger"]


class Logger:
    """Writes an object a line, at one of four levels."""

    def __init__(self, timeline: Timeline, session: Session) -> None:
        self._timeline = timeline
        self._depth = 0 if session.inside is None else session.inside.depth + 1

    def log(self, message: Mapping[str, Any]) -> None:
        """At the default level.

        Raises:
            CloudError: it is no object.
        """
        self._write("", message)

    def info(self, message: Mapping[str, Any]) -> None:
        """As `log`, at the level "info"."""
        self._write("info ", message)

    def warn(self, message: Mapping[str, Any]) -> None:
        """As `log`, at the level "warn"."""
        self._write("warn ", message)

    def error(self, message: Mapping[str, Any]) -> None:
        """As `log`, at the level "error"."""
        self._write("error ", message)

    def _write(self, level: str, message: Mapping[str, Any]) -> None:
        if not isinstance(message, Mapping):
            raise plain_error(texts.LOG_NOT_AN_OBJECT)
        self._timeline.note("log", f"{level}{render_value(message)}", self._depth)
