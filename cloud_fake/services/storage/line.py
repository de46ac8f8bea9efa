"""The line that a file's bytes pass over, piece by piece, as far as it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.errors import Thrown, texts
from cloud_fake.kernel.flow import Pause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.gate import Work
    from cloud_fake.models.tasks import TransferTask

__all__ = ["DOWN", "UP", "pass_over", "received", "said_type", "stop_if_aborted"]

#: How much of a file one progress event tells of, at the least.
PIECE = 4 * 1024
#: How many events a transfer has, at the most.
MOST_EVENTS = 20


class Direction(NamedTuple):
    """Which way the bytes go, and how that is called."""

    api: str
    moved: str
    whole: str


UP = Direction("uploadFile", "totalBytesSent", "totalBytesExpectedToSend")
DOWN = Direction("downloadFile", "totalBytesWritten", "totalBytesExpectedToWrite")


def pass_over(work: Work, content: bytes, direction: Direction) -> Flow[None]:
    """Let the bytes pass, and the task see them; it may stop the transfer between the pieces.

    Raises:
        Thrown: it was stopped, or the line broke.
    """
    plan = work.plan
    whole = len(content)
    if plan is None or plan.sent is None:
        _report(work.task, whole, whole, direction)
        return
    _report(work.task, plan.sent(whole), whole, direction)
    if plan.is_stuck:
        from cloud_fake.kernel.faults.effects.effect import PATIENCE

        yield Pause(PATIENCE)
    raise Thrown(texts.NETWORK_LOST)


def received(work: Work, content: bytes) -> bytes:
    """What arrives of a file's bytes."""
    return content if work.plan is None else work.plan.carry(content)


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


def _report(task: TransferTask | None, end: int, whole: int, direction: Direction) -> None:
    if task is None:
        return
    for moved in _milestones(end, whole):
        progress = 100 if moved == whole else moved * 100 // whole
        task.report(**{"progress": progress, direction.moved: moved, direction.whole: whole})
        if task.is_aborted() and moved < whole:
            raise Thrown(texts.aborted_during(direction.api), as_object=True)


def _milestones(end: int, whole: int) -> Iterator[int]:
    piece = max(PIECE, -(-whole // MOST_EVENTS))
    yield from range(piece, end, piece)
    if end or not whole:
        yield end
