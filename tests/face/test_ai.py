"""`cloud.extend.AI` and `cloud.ai()`: a test's functions answer for models and bots, in pieces too.

Sources: typings of `miniprogram-api-typings` 5.2.3 (`ICloudAI`), documentation of
`wx.cloud.extend.AI` (chat completions, `[DONE]`), `@cloudbase/ai` under wx-server-sdk 4.0.2.
"""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import asyncio
import inspect
import json
import math
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError, NotSupportedByFake

ASKED = {"model": "hunyuan-lite", "messages": [{"role": "user", "content": "Who is Li Bai?"}]}
PIECES = ["A poet", " of the", " Tang"]


def whole(data: Any) -> str:
    return "".join(PIECES)


async def whole_async(data: Any) -> str:
    return "".join(PIECES)


def listed(data: Any) -> list[str]:
    return list(PIECES)


def piecewise(data: Any) -> Iterator[str]:
    yield from PIECES


async def piecewise_async(data: Any) -> AsyncIterator[str]:
    for piece in PIECES:
        await asyncio.sleep(0)
        yield piece


ANSWERERS = [whole, whole_async, listed, piecewise, piecewise_async]


@pytest.fixture(params=["sync", "aio"])
def run(request: pytest.FixtureRequest) -> Any:
    """Runs `story(sdk, done, every)` on a face: `done` gets a call's answer, `every` a stream's."""

    def tell(sdk: Any, story: Any) -> Any:
        if request.param == "sync":
            return blocking(story(sdk))
        return asyncio.run(awaiting(story(sdk.aio)))

    return tell


def blocking(story: Any) -> Any:
    """Drives a generator that yields calls and streams, on the blocking face."""
    answer = None
    try:
        while True:
            given = story.send(answer)
            answer = list(given) if hasattr(given, "__next__") else given
    except StopIteration as stop:
        return stop.value


async def awaiting(story: Any) -> Any:
    """The same on the awaitable face."""
    answer = None
    try:
        while True:
            given = story.send(answer)
            if inspect.isawaitable(given):
                answer = await given
            else:
                answer = [item async for item in given]
    except StopIteration as stop:
        return stop.value


# --- models --------------------------------------------------------------------------------------


@pytest.mark.parametrize("answerer", ANSWERERS, ids=lambda answerer: answerer.__name__)
def test_a_whole_answer_is_a_chat_completion(world: FakeCloud, run: Any, answerer: Any) -> None:
    world.ai_model("hunyuan")(answerer)

    def story(sdk: Any) -> Any:
        model = sdk.extend.AI.createModel("hunyuan")
        return (yield model.generateText({"data": ASKED}))

    answer = run(world, story)
    assert answer.choices[0].message.content == "A poet of the Tang"
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert (answer.object, answer.model) == ("chat.completion", "hunyuan-lite")
    assert answer.usage == {"prompt_tokens": 14, "completion_tokens": 18, "total_tokens": 32}
    assert "errMsg" not in answer


@pytest.mark.parametrize("answerer", ANSWERERS, ids=lambda answerer: answerer.__name__)
def test_a_streamed_answer_is_text_and_events(world: FakeCloud, run: Any, answerer: Any) -> None:
    world.ai_model("hunyuan")(answerer)

    def story(sdk: Any) -> Any:
        answer = yield sdk.extend.AI.createModel("hunyuan").streamText(data=ASKED)
        return [(yield answer.textStream), (yield answer.eventStream), (yield answer.textStream)]

    text, events, again = run(world, story)
    assert "".join(text) == "A poet of the Tang"
    assert again == text, "each stream reads from the beginning"
    *chunks, last, done = events
    assert done.data == "[DONE]"
    assert [chunk.json["choices"][0]["delta"]["content"] for chunk in chunks] == text
    assert chunks[0].json["choices"][0]["delta"]["role"] == "assistant"
    assert json.loads(last.data)["choices"][0] == {
        "index": 0,
        "delta": {"content": ""},
        "finish_reason": "stop",
    }


def test_pieces_come_one_by_one(world: FakeCloud) -> None:
    said: list[str] = []

    @world.ai_model("hunyuan")
    def slow(data: Any) -> Iterator[str]:
        for piece in PIECES:
            said.append(piece)
            yield piece

    answer = world.extend.AI.createModel("hunyuan").streamText(data=ASKED)
    assert said == []
    assert next(answer.textStream) == "A poet"
    assert said == ["A poet"]
    answer.abort()
    assert list(answer.textStream) == ["A poet"], "what has come stays"
    assert said == ["A poet"]


def test_pieces_come_one_by_one_to_who_awaits(world: FakeCloud) -> None:
    said: list[str] = []

    @world.ai_model("hunyuan")
    async def slow(data: Any) -> AsyncIterator[str]:
        for piece in PIECES:
            said.append(piece)
            yield piece

    async def story() -> None:
        answer = await world.aio.extend.AI.createModel("hunyuan").streamText(data=ASKED)
        async for text in answer.textStream:
            assert said == PIECES[: len(said)]
            assert text == said[-1]

    asyncio.run(story())
    assert said == PIECES


def test_callbacks_have_heard_all_when_the_call_returns(world: FakeCloud, run: Any) -> None:
    world.ai_model("hunyuan")(piecewise)
    heard: list[Any] = []

    def story(sdk: Any) -> Any:
        model = sdk.extend.AI.createModel("hunyuan")
        answer = yield model.streamText(
            {
                "data": ASKED,
                "onText": lambda text: heard.append(("text", text)),
                "onEvent": lambda event: 1 / 0,
                "onFinish": lambda text: heard.append(("finish", text)),
            }
        )
        assert heard == [*(("text", piece) for piece in PIECES), ("finish", "A poet of the Tang")]
        return (yield answer.textStream)

    assert run(world, story) == PIECES


def test_a_model_is_asked_what_the_app_asks(world: FakeCloud, run: Any) -> None:
    asked: list[Any] = []

    @world.ai_model("custom")
    def custom(data: Any) -> Any:
        asked.append(data)
        return {"choices": [{"message": {"content": "raw"}}], "mine": True}

    def story(sdk: Any) -> Any:
        definition = {"modelName": "custom", "modelPath": "/v1", "extractPath": "choices[0]"}
        return (yield sdk.extend.AI.createModel(definition).generateText(data=ASKED))

    answer = run(world, story)
    assert asked == [ASKED]
    assert asked[0] is not ASKED
    assert answer == {"choices": [{"message": {"content": "raw"}}], "mine": True}


def test_what_json_cannot_carry_is_refused_and_nobody_asked(world: FakeCloud, run: Any) -> None:
    world.ai_model("hunyuan")(lambda data: pytest.fail("it was asked"))
    circle: dict[str, Any] = {}
    circle["me"] = circle

    def story(data: Any) -> Callable[[Any], Any]:
        def told(sdk: Any) -> Any:
            return (yield sdk.extend.AI.createModel("hunyuan").generateText(data=data))

        return told

    with pytest.raises(CloudError, match=r"parameter\.data\.tags should be .* instead of set;"):
        run(world, story({"tags": {1, 2}}))
    with pytest.raises(CloudError, match=r"AI\.generateText:fail Converting circular structure"):
        run(world, story(circle))


def test_a_model_that_nobody_fakes(world: FakeCloud) -> None:
    with pytest.raises(NotSupportedByFake, match="ai_model\\('hunyuan'\\) fakes it"):
        world.extend.AI.createModel("hunyuan").generateText(data=ASKED)
    with pytest.raises(NotSupportedByFake, match="ai_bot\\('bot-1'\\) fakes it"):
        world.extend.AI.bot.sendMessage(data={"botId": "bot-1", "msg": "hi"})


@pytest.mark.parametrize("answer", [5, [5], {"a": 1}])
def test_a_test_whose_model_streams_nonsense_is_told(world: FakeCloud, answer: Any) -> None:
    world.ai_model("hunyuan")(lambda data: answer)
    with pytest.raises(MisuseError):
        list(world.extend.AI.createModel("hunyuan").streamText(data=ASKED).textStream)


def test_faults_reach_models(world: FakeCloud, run: Any) -> None:
    world.ai_model("hunyuan")(whole)
    world.faults.fail("ai.hunyuan.generateText", code=-501003)

    def story(sdk: Any) -> Any:
        return (yield sdk.extend.AI.createModel("hunyuan").generateText(data=ASKED))

    with pytest.raises(CloudError) as caught:
        run(world, story)
    assert caught.value.errCode == -501003


def test_the_wrong_loop_is_told(world: FakeCloud) -> None:
    world.ai_model("hunyuan")(whole)
    answer = world.extend.AI.createModel("hunyuan").streamText(data=ASKED)
    with pytest.raises(TypeError, match="plain `for`"):
        aiter(answer.textStream)

    async def story() -> None:
        awaited = await world.aio.extend.AI.createModel("hunyuan").streamText(data=ASKED)
        with pytest.raises(TypeError, match="async for"):
            iter(awaited.textStream)

    asyncio.run(story())


def test_it_needs_init(run: Any) -> None:
    def story(sdk: Any) -> Any:
        return (yield sdk.extend.AI.createModel("hunyuan").generateText(data=ASKED))

    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        run(FakeCloud(), story)


# --- bots ----------------------------------------------------------------------------------------


def test_a_bot_answers_in_pieces(world: FakeCloud, run: Any) -> None:
    heard: list[Any] = []

    @world.ai_bot("bot-1", name="Helper", welcomeMessage="Hello!")
    def bot(data: Any) -> Iterator[str]:
        heard.append(data)
        yield from ("I ", "see.")

    def story(sdk: Any) -> Any:
        answer = yield sdk.extend.AI.bot.sendMessage({"data": {"botId": "bot-1", "msg": "hi"}})
        return [(yield answer.textStream), (yield answer.eventStream)]

    text, events = run(world, story)
    assert heard == [{"botId": "bot-1", "msg": "hi"}]
    assert text == ["I ", "see."]
    assert [event.json["content"] for event in events[:-1]] == ["I ", "see.", ""]
    assert {event.json["role"] for event in events[:-1]} == {"assistant"}
    assert events[-1].data == "[DONE]"


def test_what_is_known_of_bots(world: FakeCloud, run: Any) -> None:
    for number in range(3):
        world.ai_bot(f"bot-{number}", name=f"Number {number}")(whole)

    def story(sdk: Any) -> Any:
        bots = sdk.extend.AI.bot
        one = yield bots.get({"botId": "bot-1"})
        page = yield bots.list({"pageNumber": 2, "pageSize": 2})
        return [one.name, [bot["botId"] for bot in page["botList"]], page["total"]]

    assert run(world, story) == ["Number 1", ["bot-2"], 3]


NO_OPTIONS = [
    # what the app asks, how it is refused
    (lambda sdk: sdk.extend.AI.createModel({}), "parameter.modelName should be string instead of undefined;"),
    (lambda sdk: sdk.extend.AI.createModel({"modelName": 5}), "parameter.modelName should be string instead of number;"),
    (lambda sdk: sdk.extend.AI.createModel(5), "parameter.model should be string instead of number;"),
    (lambda sdk: sdk.extend.AI.createModel("m").generateText(5), "parameter should be object instead of number; "),
    (lambda sdk: sdk.extend.AI.createModel("m").streamText([]), "parameter should be object instead of array; "),
    (lambda sdk: sdk.extend.AI.bot.get("bot-1"), "parameter should be object instead of string; "),
    (lambda sdk: sdk.extend.AI.bot.sendMessage(5), "parameter should be object instead of number; "),
    (lambda sdk: sdk.extend.AI.bot.sendMessage(data=5), "parameter.data should be object instead of number;"),
    (lambda sdk: sdk.extend.AI.bot.list(pageSize="many"), "parameter.pageSize should be integer instead of string;"),
    (lambda sdk: sdk.extend.AI.bot.list(pageNumber=[2]), "parameter.pageNumber should be integer instead of array;"),
    (lambda sdk: sdk.extend.AI.bot.list(pageNumber=math.inf), "parameter.pageNumber should be integer instead of number;"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "text"), NO_OPTIONS)
def test_options_that_are_none_are_refused_in_the_platform_s_words(
    world: FakeCloud, run: Any, ask: Callable[[Any], Any], text: str
) -> None:
    def story(sdk: Any) -> Any:
        yield ask(sdk)

    with pytest.raises(CloudError) as caught:
        run(world, story)
    assert (caught.value.errCode, caught.value.errMsg) == (-401003, text)


def test_the_server_sdk_refuses_them_without_a_code(world: FakeCloud, run: Any) -> None:
    def story(sdk: Any) -> Any:
        yield sdk.ai().bot.sendMessage(5)

    with pytest.raises(CloudError) as caught:
        run(world.server, story)
    assert caught.value.errCode == -1


@pytest.mark.parametrize("name", ["create", "update", "delete", "getChatRecords", "sendFeedback"])
def test_what_bots_cannot_do_here(world: FakeCloud, name: str) -> None:
    with pytest.raises(NotSupportedByFake, match=rf"cloud\.extend\.AI\.bot\.{name}"):
        getattr(world.extend.AI.bot, name)({})


def test_the_gateway_is_not_faked(world: FakeCloud) -> None:
    with pytest.raises(NotSupportedByFake, match=r"cloud\.services\.Gateway"):
        world.services.Gateway({"id": "x"})


# --- of the server SDK ---------------------------------------------------------------------------


def test_the_server_sdk_asks_without_data_around(world: FakeCloud, run: Any) -> None:
    world.ai_model("hunyuan")(piecewise)
    world.ai_bot("bot-1")(whole)

    def story(sdk: Any) -> Any:
        ai = sdk.ai()
        answer = yield ai.createModel("hunyuan").generateText(ASKED)
        streamed = yield ai.createModel("hunyuan").streamText(**ASKED)
        data = yield streamed.dataStream
        talk = yield ai.bot.sendMessage({"botId": "bot-1", "msg": "hi"})
        return [answer, (yield streamed.textStream), data, (yield talk.textStream), streamed]

    answer, text, data, said, streamed = run(world.server, story)
    assert answer.text == "A poet of the Tang"
    assert answer.messages[-1] == {"role": "assistant", "content": "A poet of the Tang"}
    assert answer.usage["total_tokens"] == 32
    assert answer.rawResponses[0]["object"] == "chat.completion"
    assert text == PIECES
    assert [chunk.choices[0].delta.content for chunk in data] == [*PIECES, ""]
    assert said == ["A poet of the Tang"]
    assert not hasattr(streamed, "eventStream")
    with pytest.raises(NotSupportedByFake, match="usage"):
        streamed.usage  # noqa: B018 - the asking is the test
    with pytest.raises(NotSupportedByFake, match="createImageModel"):
        world.server.ai().createImageModel("hunyuan-image")


def test_a_function_asks_a_model(world: FakeCloud, face: Any) -> None:
    world.ai_model("hunyuan")(piecewise_async)

    @world.function("ask")
    async def ask(event: Any, context: Any) -> str:
        answer = await context.cloud.aio.ai().createModel("hunyuan").streamText(ASKED)
        return "|".join([text async for text in answer.textStream])

    assert face(world).callFunction(name="ask").result == "A poet| of the| Tang"
