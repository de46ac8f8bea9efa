"""Server: a part of a file, `Range: bytes=2-5`."""

from __future__ import annotations

import re

from cloud_fake.server.messages import Reply

__all__ = ["cut"]

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def cut(reply: Reply, wanted: str) -> Reply:
    """What a range asks of a whole answer: 206 with the part, 416 where there is none.

    Several ranges at once, and what is no range of bytes, get the whole, as RFC 9110 allows.
    """
    found = _RANGE.fullmatch(wanted.strip())
    if reply.status != 200 or found is None or not any(found.groups()):
        return reply
    size = len(reply.body)
    first, last = _bounds(found[1], found[2], size)
    if first > last:
        return Reply(416, b"", {"content-range": f"bytes */{size}"})
    part = reply.body[first : last + 1]
    more = {"content-range": f"bytes {first}-{last}/{size}", "content-length": str(len(part))}
    return Reply(206, part, {**reply.headers, **more})


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte; `-5` is the last five."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
