"""What a handler prints and logs, as notes on the timeline.

`print` and `logging` belong to the process, a handler to one call among others, in other threads
and tasks. So they are tapped only while some handler runs, and a tap asks a context variable whose
text it is: what anybody else prints meanwhile passes through untouched, and so does a handler's,
which stands on the timeline as well.

The limits: a thread that a handler starts has a context of its own, and its text is nobody's;
`sys.stderr`, `sys.stdout.buffer` and file descriptors are not tapped; a record below its logger's
level is no record (the root logger's is WARNING unless somebody changes it). `context.log()` and
`context.logger` write to the timeline directly and have none of these limits.
"""

from __future__ import annotations

import logging
import sys
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from cloud_fake.services.functions.outcomes import failure_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from cloud_fake.kernel.timeline import Timeline

__all__ = ["Output", "awaited", "captured"]


class Output:
    """Where one call's text goes; a note for each line."""

    __slots__ = ("_depth", "_timeline", "_unfinished")

    def __init__(self, timeline: Timeline, depth: int) -> None:
        self._timeline = timeline
        self._depth = depth
        self._unfinished = ""

    def write(self, text: str) -> None:
        """Take what was printed; a line is noted once it ends."""
        *lines, self._unfinished = (self._unfinished + text).split("\n")
        for line in lines:
            self._timeline.note("print", line, self._depth)

    def finish(self) -> None:
        """Note the last line if nothing has ended it."""
        if self._unfinished:
            self.write("\n")

    def log(self, text: str) -> None:
        """Take what was logged."""
        self.note("log", text)

    def error(self, error: BaseException) -> None:
        """Take what was raised where no caller hears of it; of the stack, the app's own part."""
        lines = failure_of(error).text.splitlines()
        self.note("error", "\n".join(line for line in lines if "site-packages" not in line))

    def note(self, kind: str, text: str) -> None:
        """Write a note for each line of a text."""
        for line in text.splitlines() or [""]:
            self._timeline.note(kind, line, self._depth)

    def logger(self, name: str) -> logging.Logger:
        """A logger of its own, outside of the process's tree, that takes every level."""
        logger = logging.Logger(name)
        logger.addHandler(_NotingHandler(lambda: self))
        return logger


_LOG_FORMAT = logging.Formatter("%(levelname)s %(message)s")
#: Whose text it is that is being printed here and now.
_OUTPUT: ContextVar[Output | None] = ContextVar("cloud_fake_output", default=None)


class captured:  # noqa: N801 - a context manager, which every call of a function enters
    """What is printed and logged inside the block is this call's."""

    __slots__ = ("_before", "_output")

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> None:
        self._before = _OUTPUT.get()
        _OUTPUT.set(self._output)
        _TAPS.open()

    def __exit__(self, *_error: object) -> None:
        _TAPS.close()
        # Not `reset`: a coroutine that is thrown away is closed in whatever context there is.
        _OUTPUT.set(self._before)
        self._output.finish()


async def awaited(awaitable: Awaitable[Any], output: Output) -> Any:
    """The awaitable's result; what is printed on the way is this call's."""
    with captured(output):
        return await awaitable


class _TappedStream:
    """A stream that tells the current call, if there is one, what is written to it."""

    def __init__(self, stream: Any) -> None:
        self.untapped = stream

    def write(self, text: str) -> Any:
        output = _OUTPUT.get()
        if output is not None:
            output.write(text)
        return self.untapped.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.untapped, name)


class _NotingHandler(logging.Handler):
    """Tells somebody's output, if there is anybody, what is logged."""

    def __init__(self, whose: Callable[[], Output | None]) -> None:
        super().__init__()
        self._whose = whose
        self.setFormatter(_LOG_FORMAT)

    def emit(self, record: logging.LogRecord) -> None:
        output = self._whose()
        if output is not None:
            output.log(self.format(record))


class _Taps:
    """The taps of this process, in place while anybody needs them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._needed = 0
        self._tap = _TappedStream(None)
        self._log = _NotingHandler(_OUTPUT.get)

    def open(self) -> None:
        with self._lock:
            needed = self._needed
            self._needed = needed + 1
            if needed:
                return
            logging.root.addHandler(self._log)
            out: Any = sys.stdout
            # A tap that somebody kept (`redirect_stdout` restores what it found) still does its
            # work.
            if out is None or type(out) is _TappedStream:
                return
            if self._tap.untapped is not out:
                self._tap = _TappedStream(out)
            sys.stdout = self._tap

    def close(self) -> None:
        with self._lock:
            self._needed = needed = self._needed - 1
            if needed:
                return
            logging.root.removeHandler(self._log)
            # Whoever has put another stream there since keeps it.
            out: Any = sys.stdout
            if out is self._tap:
                sys.stdout = out.untapped


#: Of the process, as `sys.stdout` and the root logger are.
_TAPS = _Taps()
