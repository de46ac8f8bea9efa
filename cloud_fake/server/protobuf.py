"""Server: Protocol Buffers, as far as the SDKs need them for WeChat: texts, bytes, integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cloud_fake.server.messages import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Field", "only_bytes", "read", "write"]

#: A field's number and what it holds.
Field: TypeAlias = "tuple[int, int | bytes]"

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}
#: Negative numbers are written in two's complement of so many bits.
_MODULUS = 1 << 64


def read(message: bytes) -> Iterator[Field]:
    """The fields of a message, in their order; a message inside of one is bytes.

    Raises:
        BadRequest: it is none.
    """
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            yield key >> 3, value
            continue
        size, place = _varint(message, place) if kind == _BYTES else (_SIZES.get(kind, -1), place)
        if size < 0 or place + size > len(message):
            raise BadRequest("malformed protobuf")
        yield key >> 3, message[place : place + size]
        place += size


def only_bytes(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Those fields that hold bytes: texts and messages."""
    return ((number, value) for number, value in read(message) if isinstance(value, bytes))


def write(fields: Iterable[tuple[int, int | bytes | str]]) -> bytes:
    """A message of these fields."""
    return b"".join(_written(number, value) for number, value in fields)


def _written(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return _packed(number << 3 | _VARINT) + _packed(value % _MODULUS)
    content = value.encode() if isinstance(value, str) else value
    return _packed(number << 3 | _BYTES) + _packed(len(content)) + content


def _packed(value: int) -> bytes:
    packed = bytearray()
    while value > 0x7F:
        packed.append(value & 0x7F | 0x80)
        value >>= 7
    packed.append(value)
    return bytes(packed)


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(message[place : place + 10]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, place + shift + 1
    raise BadRequest("malformed protobuf")
