"""`generateText`, `streamText` and bots: whom a test made answer, and what becomes of it."""

from __future__ import annotations

import inspect
import math
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError, NotSupportedByFake, Refusal, texts
from cloud_fake.kernel.flow import Await
from cloud_fake.kernel.operation import Operation, parsed, word_plainly
from cloud_fake.models.wechat import AnswerParameters
from cloud_fake.services.ai.shapes import BotFrame, ModelFrame, completion
from cloud_fake.services.ai.streaming import Answering, gathered
from cloud_fake.services.openapi.answers import crossed
from cloud_fake.services.sending import sent
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.work import Work

__all__ = ["BOT_GET", "BOT_LIST", "BOT_SEND", "GENERATE_TEXT", "STREAM_TEXT", "Bot"]

_TYPE = -401003

Pieces = Iterator[Any] | AsyncIterator[Any]


@dataclass(frozen=True)
class Bot:
    """A registered bot: who answers, and what `bot.get` says of it."""

    answer: Callable[[dict[str, Any]], Any]
    info: Mapping[str, Any] = field(default_factory=dict)


def generate_text(work: Work, parameters: AnswerParameters) -> Flow[dict[str, Any]]:
    """A whole answer, in the form of a chat completion; an object is taken as it is."""
    data = sent(parameters.data)
    answer = yield from _asked(_model(work, parameters.name), data)
    if isinstance(answer, Mapping):
        return crossed(answer)  # type: ignore[no-any-return]  # an object stays one
    text = yield from gathered(_pieces(answer))
    frame = work.atomic(_model_frame, _model_name(parameters.name, data))
    return completion(frame, data, text)


def stream_text(work: Work, parameters: AnswerParameters) -> Flow[Answering]:
    """The beginning of a streamed answer."""
    data = sent(parameters.data)
    answer = yield from _asked(_model(work, parameters.name), data)
    frame = work.atomic(_model_frame, _model_name(parameters.name, data))
    return Answering(_pieces(answer), frame)


def send_message(work: Work, parameters: AnswerParameters) -> Flow[Answering]:
    """The beginning of a bot's answer."""
    answer = yield from _asked(_bot(work, parameters.name).answer, sent(parameters.data))
    return Answering(_pieces(answer), work.atomic(_bot_frame, parameters.name))


def get_bot(work: Work, parameters: AnswerParameters) -> dict[str, Any]:
    """What is known of a bot."""
    return _shown(parameters.name, _bot(work, parameters.name))


def list_bots(work: Work, parameters: AnswerParameters) -> dict[str, Any]:
    """Every bot that a test registered, a page at a time."""
    answers = work.world.answers
    found = [_shown(name, bot) for (kind, name), bot in answers.items() if kind == "bot"]
    size = _whole(parameters.data, "pageSize", 10)
    first = (max(_whole(parameters.data, "pageNumber", 1), 1) - 1) * size
    return {"botList": found[first : first + size], "total": len(found)}


# --- inside --------------------------------------------------------------------------------------


def _model(work: Work, name: str) -> Callable[[dict[str, Any]], Any]:
    found: Callable[[dict[str, Any]], Any] | None = work.world.answers.get(("model", name))
    if found is None:
        raise NotSupportedByFake(
            f"the AI model {name!r} itself; @cloud.ai_model({name!r}) fakes it"
        )
    return found


def _bot(work: Work, bot_id: str) -> Bot:
    found: Bot | None = work.world.answers.get(("bot", bot_id))
    if found is None:
        raise NotSupportedByFake(f"the bot {bot_id!r} itself; @cloud.ai_bot({bot_id!r}) fakes it")
    return found


def _whole(data: Mapping[str, Any], key: str, otherwise: int) -> int:
    number = data.get(key) or otherwise
    if not isinstance(number, (int, float)) or not math.isfinite(number):
        raise Refusal(_TYPE, texts.wrong_type(key, "integer", js_type(number)))
    return int(number)


def _shown(bot_id: str, bot: Bot) -> dict[str, Any]:
    return {"botId": bot_id, "name": bot_id, "introduction": "", "welcomeMessage": "", **bot.info}


def _asked(answerer: Callable[[dict[str, Any]], Any], data: dict[str, Any]) -> Flow[Any]:
    answer = answerer(data)
    if inspect.isawaitable(answer):
        answer = yield Await(answer)
    return answer


def _pieces(answer: Any) -> Pieces:
    if isinstance(answer, str):
        return iter((answer,))
    if isinstance(answer, AsyncIterable):
        return aiter(answer)
    if isinstance(answer, Iterable) and not isinstance(answer, Mapping):
        return iter(answer)
    raise MisuseError(f"a model or a bot answers a text, or texts one by one, not {answer!r}")


def _model_name(name: str, data: Mapping[str, Any]) -> str:
    return str(data.get("model") or name)


def _model_frame(work: Work, model: str) -> ModelFrame:
    return ModelFrame(work.world.ids.next_hex("ai"), model, work.now_millis // 1000)


def _bot_frame(work: Work, bot_id: str) -> BotFrame:
    return BotFrame(work.world.ids.next_hex("ai"), bot_id, work.now_millis // 1000)


def _operation(name: str, api: str, run: Callable[..., Any], *, flow: bool = True) -> Operation:
    return Operation(
        name,
        api,
        run,
        parsed(AnswerParameters),
        flow=flow,
        service="functions",
        about="name",
        word=word_plainly,
    )


GENERATE_TEXT = _operation("ai.{target}.generateText", "AI.generateText", generate_text)
STREAM_TEXT = _operation("ai.{target}.streamText", "AI.streamText", stream_text)
BOT_SEND = _operation("bot.{target}.sendMessage", "AI.bot.sendMessage", send_message)
BOT_GET = _operation("bot.{target}.get", "AI.bot.get", get_bot, flow=False)
BOT_LIST = _operation("bot.list", "AI.bot.list", list_bots, flow=False)
