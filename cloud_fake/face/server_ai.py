"""`cloud.ai()` of wx-server-sdk: the client's models and bots, in another SDK's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.face.ai import Asking, KnownBots, as_result, not_faked
from cloud_fake.face.flowing import flowing
from cloud_fake.face.modes import ModeT
from cloud_fake.face.streams import Streams
from cloud_fake.services.ai import answering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.face.streams import Stream
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import Result

__all__ = ["ServerAI"]


class ServerAI(Asking[ModeT]):
    """`cloud.ai()`."""

    def createModel(self, model: str, _options: Any = None, /) -> ServerModel[ModeT]:
        """A model by its name."""
        return ServerModel(self._world, self._session, model, awaited=self._awaited)

    @property
    def bot(self) -> ServerBot[ModeT]:
        """The bots."""
        return ServerBot(self._world, self._session, awaited=self._awaited)

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name not in {"createImageModel", "registerFunctionTool", "registerModel"}:
            raise AttributeError(name)
        return not_faked(f"cloud.ai().{name}")


class ServerModel(Asking[ModeT]):
    """One model; it is asked `{"model": ..., "messages": [{role, content}]}`, or the keywords."""

    def __init__(self, world: World, session: Session, name: str, *, awaited: bool) -> None:
        super().__init__(world, session, awaited=awaited)
        self._name = name

    @flowing
    def generateText(
        self, data: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Flow[Result]:
        """The whole answer: `{text, messages, usage, rawResponses}`."""
        asked = self._given(data, keywords)
        raw = yield from self._ask(answering.GENERATE_TEXT, self._name, asked)
        return as_result(_as_told(asked, raw))

    @flowing
    def streamText(
        self, data: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Flow[ServerStreamResult[ModeT]]:
        """The answer in pieces: `textStream` and `dataStream`."""
        asked = self._given(data, keywords)
        answer = yield from self._begun(answering.STREAM_TEXT, self._name, asked)
        return ServerStreamResult(self._world, answer, awaited=self._awaited)


class ServerBot(KnownBots[ModeT]):
    """The bots (agents) of the environment."""

    @flowing
    def sendMessage(
        self, data: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Flow[ServerStreamResult[ModeT]]:
        """Talk to a bot: `{"botId": ..., "msg": ...}`, or the keywords."""
        asked = self._given(data, keywords)
        answer = yield from self._begun(answering.BOT_SEND, str(asked.get("botId")), asked)
        return ServerStreamResult(self._world, answer, awaited=self._awaited)

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("_"):
            raise AttributeError(name)
        return not_faked(f"cloud.ai().bot.{name}")


class ServerStreamResult(Streams[ModeT]):
    """A streamed answer; each stream reads it from the beginning."""

    @property
    def dataStream(self) -> Stream[ModeT, Result]:
        """The events' data, read."""
        return self._read(lambda step: as_result(step.event.get("json") or {}))

    def __getattr__(self, name: str) -> NoReturn:
        if name in {"messages", "usage"}:
            raise NotSupportedByFake(f"streamText(...).{name}")
        raise AttributeError(name)


def _as_told(asked: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    choices = raw.get("choices") or [{}]
    message = choices[0].get("message") or {}
    said = [*(asked.get("messages") or []), *([message] if message else [])]
    return {
        "text": message.get("content") or "",
        "messages": said,
        "usage": raw.get("usage") or {},
        "rawResponses": [raw],
    }
