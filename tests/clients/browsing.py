"""A built page as a browser gets it: its files on a port of its own, and Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["FLAGS", "site"]

#: Nothing that a test does not ask for: no sandbox for root, no look-ups in the background.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A foreign page comes from this machine, too: nothing here has another one.
    "--host-resolver-rules=MAP *.example 127.0.0.1",
)


class _Files(SimpleHTTPRequestHandler):
    """The files of a folder; in its page, one address stands for another."""

    def __init__(self, *args: Any, renamed: tuple[str, str], **kwargs: Any) -> None:
        self._renamed = renamed
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if self.path.partition("?")[0] == "/":
            return self._send_page()
        return super().do_GET()

    def _send_page(self) -> None:
        text = Path(self.directory, "index.html").read_text(encoding="utf-8")
        page = text.replace(*self._renamed).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: Any) -> None:
        """Tests need no log."""


@contextmanager
def site(folder: Path, renamed: tuple[str, str]) -> Iterator[int]:
    """Serve a folder at a port, which this is."""
    handler = partial(_Files, directory=str(folder), renamed=renamed)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
