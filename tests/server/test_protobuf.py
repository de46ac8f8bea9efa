"""Protocol Buffers, as WeChat's messages in the SDKs use them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_fake.server.messages import BadRequest
from cloud_fake.server.protobuf import only_bytes, read, write

NUMBERS = st.integers(1, 2**29 - 1)
FIELDS = st.lists(st.tuples(NUMBERS, st.integers(0, 2**64 - 1) | st.binary(max_size=200)))


@given(FIELDS)
def test_what_is_written_is_read(fields: list[tuple[int, int | bytes]]) -> None:
    assert list(read(write(fields))) == fields


@given(st.binary(max_size=40))
def test_nonsense_is_refused_or_read(message: bytes) -> None:
    with contextlib.suppress(BadRequest):
        list(read(message))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ([(1, 150)], b"\x08\x96\x01"),
        ([(2, "testing")], b"\x12\x07testing"),
        ([(3, -604100)], b"\x18\xbc\x90\xdb\xff\xff\xff\xff\xff\xff\x01"),
    ],
)
def test_messages_as_the_specification_has_them(
    fields: list[tuple[int, int | str]], message: bytes
) -> None:
    assert write(fields) == message


def test_other_kinds_of_fields_are_passed_over() -> None:
    message = b"\x09" + bytes(8) + b"\x15" + bytes(4) + b"\x1a\x01x"
    assert list(only_bytes(message)) == [(1, bytes(8)), (2, bytes(4)), (3, b"x")]


@pytest.mark.parametrize("message", [b"\x08", b"\x08\xff", b"\x12\x05ab", b"\x0b", b"\xff" * 11])
def test_malformed_messages(message: bytes) -> None:
    with pytest.raises(BadRequest):
        list(read(message))
