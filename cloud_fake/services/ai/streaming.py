"""An answer that comes in pieces, pulled from the test's function as somebody reads it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.flow import Await
from cloud_fake.models.results import StreamEvent

if TYPE_CHECKING:
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.services.ai.shapes import Frame

__all__ = ["Answering", "Hooks", "Step", "gathered"]

#: The data of the last event.
DONE = "[DONE]"


@dataclass(frozen=True)
class Hooks:
    """Callbacks of a streaming call; what they throw is swallowed, as everywhere."""

    onEvent: Callable[[StreamEvent], object] | None = None  # noqa: N815 - the platform's names
    onText: Callable[[str], object] | None = None  # noqa: N815
    onFinish: Callable[[str], object] | None = None  # noqa: N815

    @property
    def any(self) -> bool:
        """Whether somebody listens."""
        return any((self.onEvent, self.onText, self.onFinish))


class Step(NamedTuple):
    """One event, and the text it brought; "" where it brought none."""

    text: str
    event: StreamEvent


class Answering:
    """One streamed answer. Any number of readers read it, each from the beginning."""

    def __init__(self, pieces: Iterator[Any] | AsyncIterator[Any], frame: Frame) -> None:
        self._pieces = pieces
        self._frame = frame
        self._hooks = Hooks()
        self.steps: list[Step] = []
        self.ended = False

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(step.text for step in self.steps)

    def read(self) -> Flow[None]:
        """Let one more piece come, or the end."""
        piece = yield from self._next()
        if piece is None:
            self._finish()
            return
        text = _text(piece)
        self._add(text, self._frame.chunk(text, first=not self.steps, last=False))

    def all(self, hooks: Hooks) -> Flow[None]:
        """Let everything come, and tell the callbacks."""
        self._hooks = hooks
        while not self.ended:
            yield from self.read()

    def gather(self) -> Flow[None]:
        """Let an asynchronous function finish first: a blocking reader has no loop to await in."""
        if isinstance(self._pieces, AsyncIterator):
            self._pieces = iter((yield Await(_collected(self._pieces))))

    def abort(self) -> None:
        """Stop it; nothing more will come."""
        self.ended = True

    def _next(self) -> Flow[Any]:
        if isinstance(self._pieces, AsyncIterator):
            return (yield Await(_one_of(self._pieces)))
        return next(self._pieces, None)

    def _finish(self) -> None:
        self._add("", self._frame.chunk("", first=not self.steps, last=True))
        self._step(Step("", StreamEvent(event=None, id=None, data=DONE)))
        self.ended = True
        _tell(self._hooks.onFinish, self.text)

    def _add(self, text: str, chunk: dict[str, Any]) -> None:
        data = json.dumps(chunk, ensure_ascii=False, separators=(",", ":"))
        self._step(Step(text, StreamEvent(event=None, id=None, data=data, json=chunk)))
        if text:
            _tell(self._hooks.onText, text)

    def _step(self, step: Step) -> None:
        self.steps.append(step)
        _tell(self._hooks.onEvent, step.event)


def gathered(pieces: Iterator[Any] | AsyncIterator[Any]) -> Flow[str]:
    """All pieces at once, as one text."""
    if isinstance(pieces, AsyncIterator):
        return "".join(map(_text, (yield Await(_collected(pieces)))))
    return "".join(map(_text, pieces))


def _text(piece: object) -> str:
    if isinstance(piece, str):
        return piece
    raise MisuseError(f"a model or a bot answers in texts, not {piece!r}")


async def _one_of(pieces: AsyncIterator[Any]) -> Any:
    return await anext(pieces, None)


async def _collected(pieces: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in pieces]


def _tell(callback: Callable[[Any], object] | None, value: object) -> None:
    if callback is not None:
        with contextlib.suppress(Exception):
            callback(value)
