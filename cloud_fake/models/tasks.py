"""The task that `uploadFile` and `downloadFile` answer in the callback form.

The real object has these two methods and no more, whatever Taro's types promise.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from cloud_fake.models.results import ProgressEvent

__all__ = ["TransferTask"]

Handler = Callable[[ProgressEvent], object]


class TransferTask:
    """A transfer's handle: watch it, stop it."""

    def __init__(self) -> None:
        self._handler: Handler | None = None
        self._events: list[ProgressEvent] = []
        self._aborted = False

    def onProgressUpdate(self, callback: Handler) -> None:
        """Be told of the progress; a second handler replaces the first.

        A transfer on the blocking face is over when the task is handed out: then the handler is
        told at once of everything that happened, in order.
        """
        self._handler = callback
        for event in self._events:
            self._tell(event)

    def abort(self) -> None:
        """Stop the transfer; `fail` and `complete` are told. Nothing happens when it is over."""
        self._aborted = True

    # --- the storage's side -----------------------------------------------------------------------

    def is_aborted(self) -> bool:
        """Whether the caller wants it stopped."""
        return self._aborted

    def report(self, **event: Any) -> None:
        """Tell the handler of progress."""
        progress = ProgressEvent(event)
        self._events.append(progress)
        self._tell(progress)

    def _tell(self, event: ProgressEvent) -> None:
        if self._handler is None:
            return
        # The platform swallows what callbacks throw.
        with contextlib.suppress(Exception):
            self._handler(event)
