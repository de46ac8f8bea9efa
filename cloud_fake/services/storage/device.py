"""The device's own disk: local files are read from it, downloads land on it.

The cloud is in memory; a device is not. A download lies in a directory that is made on the first
one and removed with its cloud.
"""

from __future__ import annotations

import threading
import weakref
from pathlib import Path, PurePosixPath

from cloud_fake.errors import Thrown, texts

__all__ = ["Device", "read_local_file"]


def read_local_file(path: str) -> bytes:
    """The bytes of a local file.

    Raises:
        Thrown: `wx.uploadFile`'s own failure: it is not there, or is not a file.
    """
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise Thrown(texts.LOCAL_FILE_MISSING, as_object=True) from error


class Device:
    """Where downloads land."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._directory: Path | None = None
        self._finalizer: weakref.finalize[..., Device] | None = None

    def keep(self, content: bytes, cloud_path: str, number: str) -> str:
        """Write a download to a file of its own; returns its path."""
        target = self._downloads() / f"tmp_{number}{_suffix(cloud_path)}"
        if target.exists() and target.read_bytes() != content:
            # Numbers come again once a world has gone back to a snapshot; the disk has not.
            return self.keep(content, cloud_path, f"{number}_again")
        target.write_bytes(content)
        return str(target)

    def _downloads(self) -> Path:
        import shutil
        import tempfile

        with self._lock:
            if self._directory is None:
                self._directory = Path(tempfile.mkdtemp(prefix="cloud-fake-"))
                self._finalizer = weakref.finalize(
                    self, shutil.rmtree, self._directory, ignore_errors=True
                )
            return self._directory

    def close(self) -> None:
        """Remove the downloads."""
        if self._finalizer is not None:
            self._finalizer()
        self._directory = None


def _suffix(cloud_path: str) -> str:
    """The ending of a path, unless a disk might not take it."""
    suffix = PurePosixPath(cloud_path).suffix
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 20 else ""
