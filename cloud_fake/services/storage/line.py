"""The line that a file's bytes pass over, piece by piece, as far as it holds."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from cloud_fake.errors import Thrown, texts
from cloud_fake.kernel.flow import Pause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.work import Work
    from cloud_fake.models.tasks import TransferTask

__all__ = ["DOWN", "UP", "pass_over", "received", "said_type", "stop_if_aborted"]

#: How much of a file one progress event tells of, at the least.
PIECE = 4 * 1024
#: How many events a transfer has, at the most.
MOST_EVENTS = 20


#: How a transfer ends.
End: TypeAlias = Literal["whole", "aborted", "broken", "stuck"]


class Direction(NamedTuple):
    """Which way the bytes go, and how that is called."""

    api: str
    moved: str
    whole: str
    word: str


UP = Direction("uploadFile", "totalBytesSent", "totalBytesExpectedToSend", "sent")
DOWN = Direction("downloadFile", "totalBytesWritten", "totalBytesExpectedToWrite", "received")


def pass_over(work: Work, path: str, content: bytes, direction: Direction) -> Flow[None]:
    """Let the bytes pass, and the task see them; it may stop the transfer between the pieces.

    Raises:
        Thrown: it was stopped, or the line broke.
    """
    whole = len(content)
    sent = None if work.plan is None else work.plan.sent
    passed = _report(work.task, whole if sent is None else sent(whole), whole, direction)
    end = _end(work, passed, whole)
    _note(work, f"{path}, {_amount(passed, whole)} {direction.word}{_TOLD[end]}")
    if end == "aborted":
        raise Thrown(texts.aborted_during(direction.api), as_object=True)
    if end == "stuck":
        from cloud_fake.kernel.faults.effects.effect import PATIENCE

        yield Pause(PATIENCE, work.call.name)
    if end != "whole":
        raise Thrown(texts.NETWORK_LOST)


def _end(work: Work, passed: int, whole: int) -> End:
    """How a transfer ends."""
    if passed < whole and work.task is not None and work.task.is_aborted():
        return "aborted"
    if work.plan is None or work.plan.sent is None:
        return "whole"
    return "stuck" if work.plan.is_stuck else "broken"


def received(work: Work, path: str, content: bytes) -> bytes:
    """What arrives of a file's bytes."""
    if work.plan is None:
        return content
    arrived = work.plan.carry(content)
    if len(arrived) < len(content):
        _note(work, f"{path}, {_amount(len(arrived), len(content))} arrive")
    elif arrived != content:
        _note(work, f"{path} arrives corrupted")
    return arrived


def said_type(work: Work) -> str | None:
    """What a file is said to be on its way; None for what it is."""
    return None if work.plan is None else work.plan.content_type


def stop_if_aborted(task: TransferTask | None) -> None:
    """Look whether the caller has changed their mind.

    Raises:
        Thrown: they have.
    """
    if task is not None and task.is_aborted():
        raise Thrown(texts.ABORTED_BEFORE, as_object=True)


def _report(task: TransferTask | None, end: int, whole: int, direction: Direction) -> int:
    """Tell the task of the bytes up to `end`; how many have passed, less if it was stopped."""
    if task is None:
        return end
    for moved in _milestones(end, whole):
        progress = 100 if moved == whole else moved * 100 // whole
        task.report(**{"progress": progress, direction.moved: moved, direction.whole: whole})
        if task.is_aborted() and moved < whole:
            return moved
    return end


def _milestones(end: int, whole: int) -> Iterator[int]:
    piece = max(PIECE, -(-whole // MOST_EVENTS))
    yield from range(piece, end, piece)
    if end or not whole:
        yield end


# --- telling: one line a transfer, however many events it has -------------------------------------

_TOLD: MappingProxyType[End, str] = MappingProxyType(
    {
        "whole": "",
        "aborted": ", then it is aborted",
        "broken": ", then the line breaks",
        "stuck": ", then nothing more",
    }
)


def _note(work: Work, text: str) -> None:
    work.world.timeline.note("file", text, work.call.depth + 1)


def _amount(passed: int, whole: int) -> str:
    return f"{whole} bytes" if passed == whole else f"{passed} of {whole} bytes"
