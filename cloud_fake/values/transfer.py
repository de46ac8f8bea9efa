"""Documents in files, as the platform's console imports and exports them: JSON Lines and CSV.

Lines end with their newline, as an open file gives them (`newline=""` for CSV) and as `writelines`
takes them. Source: WeChat cloud development, guide "数据库导入", which asks for MongoDB's export
format; where it is silent this does what `mongoimport` and `mongoexport` do.

Both formats refuse keys that begin or end with a dot or have two in a row, that stand twice, or
that could mean another's inside (`a.b` beside `a`).
"""

from __future__ import annotations

import csv
import json
import math
import re
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from cloud_fake.values.dates import DATE_TYPE, iso_millis
from cloud_fake.values.ejson import decode, encode
from cloud_fake.values.intake import MAX_SAFE_INTEGER
from cloud_fake.values.kinds import MISSING, Document, Value
from cloud_fake.values.paths import index_of, join, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["read_csv", "read_json_lines", "write_csv", "write_json_lines"]


def read_json_lines(lines: Iterable[str]) -> Iterator[Document]:
    """The documents of a JSON Lines file: one object of Extended JSON a line, blank lines skipped.

    Raises:
        ValueError: a line is no such object; the text names the line.
    """
    for number, line in enumerate(_without_mark(lines), 1):
        if line.strip():
            with _naming_line(number):
                document = _document(line)
            yield document


def write_json_lines(documents: Iterable[Document]) -> Iterator[str]:
    """One line of relaxed Extended JSON for each document."""
    for document in documents:
        yield _json_text(document) + "\n"


def read_csv(lines: Iterable[str]) -> Iterator[Document]:
    """The documents of a CSV file whose first row is the dotted paths of the columns.

    A cell is a number, `true` or `false`, a JSON array or object, or else a string. An empty cell
    is a field that the document does not have.

    Raises:
        ValueError: a row is malformed, or longer than the first; the text names the line.
    """
    rows = _numbered_rows(lines)
    number, header = next(rows, (0, []))
    with _naming_line(number):
        columns = _columns(header)
    for number, cells in rows:
        with _naming_line(number):
            document = _document_of_row(columns, cells)
        yield document


def write_csv(documents: Iterable[Document], fields: Sequence[str] | None = None) -> Iterator[str]:
    """A header and one row for each document; no line at all where there is no column.

    Arrays are JSON text, dates ISO text, which comes back as a string, and null is an empty cell.

    Args:
        documents: read once, before the first line when there are no `fields`.
        fields: dotted paths of the columns; without them, every path that leads to a value.

    Raises:
        ValueError: without `fields`, when a document has a key that no path can name.
    """
    if fields is None:
        documents = list(documents)
        fields = _paths(documents)
    if fields:
        yield _row(fields)
        for document in documents:
            yield _row([_cell(_value_at(document, path)) for path in fields])


# Lines and their numbers.


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the byte order mark that some editors put before the first."""
    for number, line in enumerate(lines):
        yield line if number else line.removeprefix("\ufeff")


@contextmanager
def _naming_line(number: int) -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError as error:
        raise ValueError(f"line {number}, column {error.colno}: {error.msg}") from None
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from None
    except RecursionError:
        raise ValueError(f"line {number}: nested too deep") from None


def _check_keys(keys: Sequence[str]) -> None:
    known = set(keys)
    if len(known) < len(keys):
        raise ValueError(f"a key stands twice in {[*keys]}")
    for key in keys:
        if "." in key:
            _check_dotted(key, known)


def _check_dotted(key: str, known: set[str]) -> None:
    segments = split(key)
    if "" in segments:
        raise ValueError(f"the key {key!r} begins or ends with a dot, or has two in a row")
    if not known.isdisjoint(accumulate(segments[:-1], "{}.{}".format)):
        raise ValueError(f"the key {key!r} is ambiguous")


# JSON.


def _document(text: str) -> Document:
    document = decode(json.loads(text, object_pairs_hook=_object))
    if type(document) is not dict:
        raise ValueError("not an object")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _check_keys([key for key, _ in pairs])
    return dict(pairs)


def _json_text(value: Value) -> str:
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))


# CSV, read.


def _numbered_rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_without_mark(lines), strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None


def _columns(header: list[str]) -> list[tuple[str, ...]]:
    if "" in header:
        raise ValueError("a column has no key")
    _check_keys(header)
    return [split(path) for path in header]


def _document_of_row(columns: list[tuple[str, ...]], cells: list[str]) -> Document:
    if len(cells) > len(columns):
        raise ValueError(f"{len(cells)} cells under {len(columns)} keys")
    document: Document = {}
    for segments, cell in zip(columns, cells, strict=False):  # a short row lacks the last ones
        if cell:
            _place(document, segments, _guess(cell))
    return document


def _place(document: Document, segments: tuple[str, ...], value: Value) -> None:
    for segment in segments[:-1]:
        document = document.setdefault(segment, {})
    document[segments[-1]] = value


_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False}


def _guess(cell: str) -> Value:
    if cell in _WORDS:
        return _WORDS[cell]
    if _NUMBER.fullmatch(cell):
        return _number(cell)
    return _json_or_text(cell) if cell[0] in "[{" else cell


def _number(cell: str) -> Value:
    real = float(cell)
    if cell.lstrip("+-").isdigit() and abs(real) <= MAX_SAFE_INTEGER:
        return int(cell)
    return real if math.isfinite(real) else cell


def _json_or_text(cell: str) -> Value:
    try:
        return decode(json.loads(cell))
    except (ValueError, RecursionError):
        return cell


# CSV, written.

_MUST_BE_QUOTED = re.compile(r'[",\r\n]|^[ \ufeff]')


def _paths(documents: Iterable[Document]) -> list[str]:
    """The dotted paths of all values, in the order in which they first come."""
    leaves = dict.fromkeys(leaf for document in documents for leaf in _leaves(document, ()))
    # A value here and an object there share one column, where the object is JSON text.
    return [
        join(*leaf)
        for leaf in leaves
        if not any(leaf[:length] in leaves for length in range(1, len(leaf)))
    ]


def _leaves(document: Document, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, value in document.items():
        if not key or "." in key:
            raise ValueError(f"no path can name the key {key!r}")
        if type(value) is dict and value:
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key)


def _value_at(document: Document, path: str) -> Value:
    value: Value = document
    for segment in split(path):
        value = _member(value, segment)
    return value


def _member(value: Value, segment: str) -> Value:
    if type(value) is dict:
        return value.get(segment, MISSING)
    if type(value) is list:
        index = index_of(segment)
        return value[index] if index is not None and index < len(value) else MISSING
    return MISSING


def _cell(value: Value) -> str:
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is DATE_TYPE[0]:
        return iso_millis(value)
    return "" if value is None or value is MISSING else _json_text(value)


def _row(cells: Sequence[str]) -> str:
    # A row of one empty cell must not look like a blank line.
    return (",".join(map(_quoted, cells)) or '""') + "\n"


def _quoted(cell: str) -> str:
    if _MUST_BE_QUOTED.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell
