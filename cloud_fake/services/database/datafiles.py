"""The files that the console imports and exports, as lines: which format, from where, how far."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.errors import MisuseError
from cloud_fake.values.transfer import read_csv, read_json_lines, write_csv, write_json_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cloud_fake.values.kinds import Document

__all__ = ["LocalPath", "Progress", "read_documents", "write_documents"]

LocalPath: TypeAlias = "str | os.PathLike[str]"
#: Told how many records are done, and of how many where that is known.
Progress: TypeAlias = "Callable[[int, int | None], object]"

_READERS: dict[str, Callable[[Iterable[str]], Iterator[Document]]] = {
    "jsonl": read_json_lines,
    "csv": read_csv,
}
_SUFFIXES = {".json": "jsonl", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
#: How many records are read between two calls of `progress`.
_STRIDE = 1000


def read_documents(
    source: LocalPath | Iterable[str], form: str | None, progress: Progress | None
) -> list[Document]:
    """All documents of a file or of some lines.

    Args:
        source: a path, or the lines themselves.
        form: `jsonl` or `csv`; by the file's name if None, JSON Lines for bare lines.
        progress: called now and then, and at the end.

    Raises:
        MisuseError: the file cannot be read, or a line is none; the text names both.
    """
    name = str(source) if isinstance(source, (str, os.PathLike)) else "the lines"
    chosen = _form(source, form)
    with _mistakes(f"load(): {name}"):
        lines = _lines(source)
        total = sum(map(bool, map(str.strip, lines))) if chosen == "jsonl" else None
        documents: list[Document] = []
        for document in _READERS[chosen](lines):
            documents.append(document)
            if progress is not None and len(documents) % _STRIDE == 0:
                progress(len(documents), total)
    if progress is not None:
        progress(len(documents), len(documents))
    return documents


def write_documents(
    documents: Iterable[Document],
    path: LocalPath | None,
    form: str | None,
    fields: Sequence[str] | None,
) -> list[str]:
    """The lines of a file with these documents, which is written if there is a path.

    Args:
        documents: in their order.
        path: where to; nowhere if None.
        form: `jsonl` or `csv`; by the file's name if None, JSON Lines without one.
        fields: the columns of CSV; every path that leads to a value if None.

    Raises:
        MisuseError: the file cannot be written, or a key has no place in CSV.
    """
    name = "the lines" if path is None else str(path)
    is_csv = _form(path, form) == "csv"
    with _mistakes(f"export(): {name}"):
        lines = list(write_csv(documents, fields) if is_csv else write_json_lines(documents))
        if path is not None:
            with Path(path).open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
    return lines


def _lines(source: LocalPath | Iterable[str]) -> list[str]:
    if not isinstance(source, (str, os.PathLike)):
        return list(source)
    with Path(source).open(encoding="utf-8", newline="") as file:
        return file.readlines()


def _form(source: object, form: str | None) -> str:
    """Which format it is.

    Raises:
        MisuseError: there is no such format, or nothing tells.
    """
    if form is None and isinstance(source, (str, os.PathLike)):
        form = _SUFFIXES.get(Path(source).suffix.lower())
    elif form is None:
        form = "jsonl"
    if form not in _READERS:
        known = " or ".join(map(repr, _READERS))
        raise MisuseError(f"what format is {str(source)!r}? Say format={known}")
    return form


@contextmanager
def _mistakes(what: str) -> Iterator[None]:
    """What is wrong with a file is a mistake in the test."""
    try:
        yield
    except OSError as error:
        raise MisuseError(f"{what}: {error.strerror}") from None
    except ValueError as error:
        raise MisuseError(f"{what}: {error}") from None
