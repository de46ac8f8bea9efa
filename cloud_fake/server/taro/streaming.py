"""Taro's streamed answers: a WebSocket for each, on which the app pulls one piece after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from cloud_fake.face.streams import StreamResult
from cloud_fake.server.messages import BadRequest, read_json
from cloud_fake.server.taro.asking import TOLD, said_of, sdk_of, trouble
from cloud_fake.server.taro.paths import Paths
from cloud_fake.server.taro.values import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.face.modes import Sync
    from cloud_fake.server.application import Application
    from cloud_fake.services.ai.streaming import Step

__all__ = ["Streaming"]

Say = Callable[[dict[str, Any]], object]


class Streaming:
    """One line.

    ```
    app                                       fake
    {steps, init, openid, resource}           {begun} or {error}
    {read}                                    {step: {text, event}}, {end} or {error}
    ```
    """

    def __init__(self, application: Application, say: Say) -> None:
        self._application = application
        self._say = say
        self._stream: StreamResult[Sync] | None = None
        self._steps: Iterator[Step] = iter(())

    def hear(self, text: str) -> None:
        """Begin the answer, or let one more piece of it come."""
        self._say(self._heard(text))

    def end(self) -> None:
        """The line is gone, or the app reads no more."""
        if self._stream is not None:
            self._stream.abort()

    def _heard(self, text: str) -> dict[str, Any]:
        try:
            message = read_json(text, dict)
            return self._begun(message) if self._stream is None else self._more()
        except TOLD as error:
            return {"error": trouble(error)}
        except RecursionError:
            return {"error": trouble(BadRequest("nested too deeply"))}
        except Exception as error:  # noqa: BLE001 - whatever a test's function raises
            return {"error": said_of(self._application.unforeseen("/taro/stream", error))}

    def _begun(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        with Paths(sdk_of(self._application.world, asked)) as paths:
            stream = paths.follow(asked.get("steps"))
        if not isinstance(stream, StreamResult):
            raise BadRequest("this answers nothing in pieces")
        self._stream = stream
        self._steps = iter(stream._read(lambda step: step))  # noqa: SLF001 - text and event of each
        return {"begun": True}

    def _more(self) -> dict[str, Any]:
        step = next(self._steps, None)
        if step is None:
            return {"end": True}
        return {"step": {"text": step.text, "event": write(step.event)}}
