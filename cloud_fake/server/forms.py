"""Server: forms with files, `multipart/form-data`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.server.messages import BadRequest, Request

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["read_form"]


def read_form(request: Request) -> dict[str, bytes]:
    """The parts of a form by name, files and fields alike; of a repeated one the last counts.

    Some clients send every field as a file (wechatpy), some a file without a name, so what a part
    says of itself is not looked at.

    Raises:
        BadRequest: it is no such form.
    """
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise BadRequest("expected multipart/form-data")
    reader = _Reader()
    try:
        parser = MultipartParser(options[b"boundary"], reader.callbacks())
        parser.write(request.body)
        parser.finalize()
    except FormParserError as error:
        raise BadRequest(f"malformed form: {error}") from None
    return reader.parts


class _Reader:
    """Collects the parts while they are parsed."""

    def __init__(self) -> None:
        self.parts: dict[str, bytes] = {}
        self._header = bytearray()
        self._value = bytearray()
        self._name = ""
        self._content = bytearray()

    def callbacks(self) -> MultipartCallbacks:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_header,
            "on_header_value": self._on_value,
            "on_header_end": self._end_header,
            "on_part_data": self._on_data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._name = ""
        self._content = bytearray()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        from python_multipart.multipart import parse_options_header

        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._header.clear()
        self._value.clear()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def _end(self) -> None:
        self.parts[self._name] = bytes(self._content)
