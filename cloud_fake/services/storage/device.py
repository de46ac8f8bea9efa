"""The device's own disk: local files are read from it, downloads land on it.

The cloud is in memory; a device is not. A download lies in a directory that is made on the first
one and removed with its cloud.
"""

from __future__ import annotations

import shutil
import tempfile
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
        self._directory: Path | None = None
        self._finalizer: weakref.finalize[..., Device] | None = None

    def keep(self, content: bytes, cloud_path: str, number: str) -> str:
        """Write a download to a file of its own; returns its path."""
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix="cloud-fake-"))
            self._finalizer = weakref.finalize(
                self, shutil.rmtree, self._directory, ignore_errors=True
            )
        target = self._directory / f"tmp_{number}{PurePosixPath(cloud_path).suffix[:20]}"
        target.write_bytes(content)
        return str(target)

    def close(self) -> None:
        """Remove the downloads."""
        if self._finalizer is not None:
            self._finalizer()
        self._directory = None
