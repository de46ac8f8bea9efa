"""One process of a JavaScript function: started, asked, ended. It speaks lines of JSON."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NodeProcess"]

RUNNER = Path(__file__).with_name("runner.js")

Message = dict[str, Any]


class NodeProcess:
    """A process that lives until it is ended, exits by itself, or nobody holds it any more."""

    def __init__(self, node: str, folder: Path, handler: str, env: Mapping[str, str]) -> None:
        """Start it.

        Args:
            node: the program.
            folder: the function's.
            handler: `index.main`, a file's name and that of what it exports.
            env: variables beside those that this process has.
        """
        self._process = subprocess.Popen(  # noqa: S603 - the function's own code is what is to run
            [node, str(RUNNER), str(folder.resolve()), handler],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **env},
        )
        self._heard: queue.Queue[Message | None] = queue.Queue()
        self._in = cast("IO[bytes]", self._process.stdin)
        reader = threading.Thread(
            target=_read,
            args=(cast("IO[bytes]", self._process.stdout), self._heard),
            name="cloud-fake function",
            daemon=True,
        )
        reader.start()
        self.end = weakref.finalize(self, _end, self._process, reader)

    def tell(self, message: Message) -> None:
        """Send it a message; to one that has exited by itself nothing is said."""
        try:
            self._in.write(json.dumps(message).encode() + b"\n")
            self._in.flush()
        except OSError:
            self._heard.put(None)

    def hear(self, seconds: float | None = None) -> Message | None:
        """Its next message; None if it has ended.

        Raises:
            TimeoutError: there is none within so many real seconds.
        """
        try:
            return self._heard.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None

    def interrupt(self) -> None:
        """Have whoever waits for it hear that it has ended; from another thread."""
        self._heard.put(None)


def _read(output: IO[bytes], heard: queue.Queue[Message | None]) -> None:
    with output:
        for line in output:
            with contextlib.suppress(ValueError, RecursionError):
                message = json.loads(line)
                if isinstance(message, dict):  # and not what a native library prints by itself
                    heard.put(message)
    heard.put(None)


def _end(process: subprocess.Popen[bytes], reader: threading.Thread) -> None:
    process.kill()
    process.wait()
    # Something may still be unsaid.
    with contextlib.suppress(OSError):
        cast("IO[bytes]", process.stdin).close()
    reader.join(1.0)
