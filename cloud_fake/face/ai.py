"""`cloud.extend.AI`: models and bots, answered by a test's functions; `cloud.services`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from cloud_fake.errors import NotSupportedByFake, Refusal, texts
from cloud_fake.face.flowing import flowing
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.face.streams import StreamResult
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.models.results import Result
from cloud_fake.services.ai import answering
from cloud_fake.services.ai.streaming import Hooks
from cloud_fake.values.kinds import MISSING, js_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.errors import CloudError
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.operation import Operation
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.services.ai.streaming import Answering

__all__ = ["Asking", "Extend", "KnownBots", "Services", "as_result", "not_faked"]

_TYPE = -401003


class Asking(Face[ModeT]):
    """What asks models and bots."""

    def __init__(self, world: World, session: Session, *, awaited: bool) -> None:
        self._world = world
        self._session = session
        self._awaited = awaited

    def _given(
        self, options: Mapping[str, Any] | None, keywords: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The options of a call, from whichever form."""
        if options is None:
            return keywords
        if not isinstance(options, Mapping):
            raise self._refused(texts.wrong_structure(js_type(options)))
        return options

    def _refused(self, text: str) -> CloudError:
        return self._session.dialect.refuse(Refusal(_TYPE, text))

    def _ask(self, operation: Operation, name: str, data: Any) -> Flow[Any]:
        self._session.require_init()
        options = {"name": name, "data": data}
        return (yield from pass_gate(self._world, operation, self._session, options))

    def _begun(self, operation: Operation, name: str, data: Any) -> Flow[Answering]:
        answer: Answering = yield from self._ask(operation, name, data)
        if not self._awaited:
            yield from answer.gather()
        return answer

    def _heard(self, answer: Answering, options: Mapping[str, Any]) -> Flow[StreamResult[ModeT]]:
        """Let the callbacks among the options hear all of an answer before anybody reads it."""
        hooks = Hooks(options.get("onEvent"), options.get("onText"), options.get("onFinish"))
        if hooks.any:
            yield from answer.all(hooks)
        return StreamResult(self._world, answer, awaited=self._awaited)


class Extend(Asking[ModeT]):
    """`cloud.extend`."""

    @property
    def AI(self) -> AI[ModeT]:
        """Models and bots."""
        return AI(self._world, self._session, awaited=self._awaited)


class Services:
    """`cloud.services`."""

    def Gateway(self, *_options: Any, **_keywords: Any) -> NoReturn:
        """Not faked: a network path of WeChat's own to a container."""
        raise NotSupportedByFake("cloud.services.Gateway")


class AI(Asking[ModeT]):
    """`cloud.extend.AI`."""

    def createModel(self, model: str | Mapping[str, Any]) -> ChatModel[ModeT]:
        """A model by its name, or by a definition with `modelName`."""
        key, name = "model", model
        if isinstance(model, Mapping):
            key, name = "modelName", model.get("modelName", MISSING)
        if not isinstance(name, str):
            raise self._refused(texts.wrong_type(key, "string", js_type(name)))
        return ChatModel(self._world, self._session, name, awaited=self._awaited)

    @property
    def bot(self) -> Bot[ModeT]:
        """The bots."""
        return Bot(self._world, self._session, awaited=self._awaited)


class ChatModel(Asking[ModeT]):
    """One model. `data` is what it is asked: `{"model": ..., "messages": [{role, content}]}`."""

    def __init__(self, world: World, session: Session, name: str, *, awaited: bool) -> None:
        super().__init__(world, session, awaited=awaited)
        self._name = name

    @flowing
    def generateText(
        self, options: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Flow[Result]:
        """The whole answer, raw: `res.choices[0].message.content`."""
        data = self._given(options, keywords).get("data")
        return as_result((yield from self._ask(answering.GENERATE_TEXT, self._name, data)))

    @flowing
    def streamText(
        self, options: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Flow[StreamResult[ModeT]]:
        """The answer in pieces: `textStream`, `eventStream`, `abort()`.

        With `onEvent`, `onText` or `onFinish` all of it has come when the call returns.
        """
        asked = self._given(options, keywords)
        answer = yield from self._begun(answering.STREAM_TEXT, self._name, asked.get("data"))
        return (yield from self._heard(answer, asked))


class KnownBots(Asking[ModeT]):
    """What both SDKs tell of the bots (agents) of the environment."""

    @flowing
    def get(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Flow[Result]:
        """What is known of a bot, by `botId`."""
        asked = self._given(options, keywords)
        bot_id = str(asked.get("botId"))
        return as_result((yield from self._ask(answering.BOT_GET, bot_id, asked)))

    @flowing
    def list(self, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Flow[Result]:
        """A page of them: `pageNumber` from 1, `pageSize`; answers `{botList, total}`."""
        asked = self._given(options, keywords)
        return as_result((yield from self._ask(answering.BOT_LIST, "", asked)))


class Bot(KnownBots[ModeT]):
    """The bots (agents) of the environment."""

    @flowing
    def sendMessage(
        self, options: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Flow[StreamResult[ModeT]]:
        """Talk to a bot: `data={"botId": ..., "msg": ...}`; the answer as from `streamText`."""
        asked = self._given(options, keywords)
        data = asked.get("data") or {}
        told = data if isinstance(data, Mapping) else {}
        bot_id = str(asked.get("botId") or told.get("botId"))
        answer = yield from self._begun(answering.BOT_SEND, bot_id, data)
        return (yield from self._heard(answer, asked))

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name not in _NOT_FAKED:
            raise AttributeError(name)
        return not_faked(f"cloud.extend.AI.bot.{name}")


#: What bots can do elsewhere. Their keeping is done in the console.
_NOT_FAKED = frozenset({
    "create", "delete", "getChatRecords", "getFeedBack", "getFeedback", "getRecommendQuestions",
    "sendFeedback", "update",
})  # fmt: skip


def as_result(value: Mapping[str, Any]) -> Result:
    """The object with fields as attributes, at any depth."""
    return Result({key: _as_result(item) for key, item in value.items()})


def _as_result(value: Any) -> Any:
    if isinstance(value, Mapping):
        return as_result(value)
    return [_as_result(item) for item in value] if isinstance(value, list) else value


def not_faked(name: str) -> Callable[..., NoReturn]:
    """What stands for a call that exists and is not faked."""

    def refuse(*_arguments: Any, **_keywords: Any) -> NoReturn:
        raise NotSupportedByFake(name)

    refuse.__name__ = name.rpartition(".")[2]
    return refuse
