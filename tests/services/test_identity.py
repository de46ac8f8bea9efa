"""Who calls: `getWXContext()`, `event.userInfo`, and how both follow a chain of calls.

Sources: documentation of `Cloud.getWXContext` (fields, `SOURCE` and its chains), wx-server-sdk
4.0.2 (what looks like a number becomes one), documentation of the HTTP API and of triggers.
"""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud
from cloud_fake.kernel.flow import run_blocking
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.kernel.session import Identity, Session
from cloud_fake.models.dialect import SERVER
from cloud_fake.services.functions.invoking import CALL_FUNCTION

APPID = "wx0a1b2c3d4e5f6071"
ENV = "dev-1a2b3c"


@pytest.fixture
def cloud(world: FakeCloud) -> FakeCloud:
    """Functions that tell who called them, at the end of chains of one, two and three."""

    @world.function("who")
    def who(event: Any, context: Any) -> Any:
        return {"context": context.cloud.getWXContext(), "userInfo": event.get("userInfo")}

    @world.function("relay")
    def relay(event: Any, context: Any) -> Any:
        return context.cloud.callFunction(name=event["to"], data=event).result

    @world.function("relay_async")
    async def relay_async(event: Any, context: Any) -> Any:
        answer = await context.cloud.aio.callFunction(name="relay", data={**event, "to": "who"})
        return answer.result

    return world


def alice(**more: Any) -> dict[str, Any]:
    return {"OPENID": "o-alice", "APPID": APPID, "ENV": ENV, **more}


CHAINS = [
    ("who", {}, "wx_client"),
    ("relay", {"to": "who"}, "wx_client,scf"),
    ("relay_async", {}, "wx_client,scf,scf"),
]


@pytest.mark.parametrize(("name", "data", "source"), CHAINS)
def test_the_user_is_known_at_the_end_of_a_chain(
    cloud: FakeCloud, face: Any, name: str, data: Any, source: str
) -> None:
    answer = face(cloud).callFunction(name=name, data=data).result
    assert answer["context"] == alice(SOURCE=source)


@pytest.mark.parametrize(
    ("openid", "unionid", "known"),
    [
        ("o-bob", None, {"OPENID": "o-bob"}),
        ("o-bob", "u-bob", {"OPENID": "o-bob", "UNIONID": "u-bob"}),
        ("12345", "-7", {"OPENID": 12345, "UNIONID": -7}),
        ("1.5", "1e3", {"OPENID": "1.5", "UNIONID": "1e3"}),
        (None, None, {}),
    ],
    ids=["a user", "with a unionid", "digits become numbers", "but only digits", "nobody"],
)
def test_what_is_known_of_a_user(
    cloud: FakeCloud, face: Any, openid: str, unionid: str, known: Any
) -> None:
    answer = face(cloud.as_user(openid, unionid=unionid)).callFunction(name="who").result
    assert answer["context"] == {"APPID": APPID, "ENV": ENV, "SOURCE": "wx_client", **known}


def test_the_default_user_may_have_a_unionid_and_another_app() -> None:
    cloud = FakeCloud(env=ENV, openid="o-carol", unionid="u-carol", appid="wx-other")
    cloud.register_function("who", lambda event, context: context.wx_context)
    assert cloud.callFunction(name="who").result == {
        "OPENID": "o-carol",
        "UNIONID": "u-carol",
        "APPID": "wx-other",
        "ENV": ENV,
        "SOURCE": "wx_client",
    }


def test_the_context_object_and_the_sdk_say_the_same(cloud: FakeCloud, face: Any) -> None:
    def same(event: Any, context: Any) -> bool:
        return bool(context.wx_context == context.cloud.getWXContext())

    cloud.register_function("same", same)
    assert face(cloud).callFunction(name="same").result is True


def test_outside_of_a_function_there_is_no_context(cloud: FakeCloud, face: Any) -> None:
    assert face(cloud.server).getWXContext() == {}


def test_the_context_stays_what_it_is_whatever_init_names(cloud: FakeCloud) -> None:
    cloud.create_env("prod-9z8y7x")

    @cloud.function("elsewhere")
    def elsewhere(event: Any, context: Any) -> Any:
        context.cloud.init(env="prod-9z8y7x")
        return context.cloud.getWXContext()["ENV"]

    assert cloud.callFunction(name="elsewhere").result == ENV


# --- other ways in -------------------------------------------------------------------------------


def test_a_back_end_calls_as_nobody(cloud: FakeCloud, face: Any) -> None:
    answer = face(cloud.server).callFunction(name="who").result
    assert answer == {"context": {"APPID": APPID, "ENV": ENV, "SOURCE": "scf"}, "userInfo": None}


def test_a_timer_calls_as_nobody(cloud: FakeCloud) -> None:
    def nightly(event: Any, context: Any) -> Any:
        return {"outer": context.wx_context, **context.cloud.callFunction(name="who").result}

    cloud.register_function("nightly", nightly, timer="0 0 2 * * * *")
    answer = cloud.trigger("nightly").result.result
    assert answer["outer"] == {"APPID": APPID, "ENV": ENV, "SOURCE": "wx_trigger"}
    assert answer["context"] == {"APPID": APPID, "ENV": ENV, "SOURCE": "wx_trigger,scf"}
    assert answer["userInfo"] is None


def over_http(cloud: FakeCloud, name: str, data: Any) -> Any:
    session = Session(Identity(None, APPID), SERVER, envs={}, source="wx_http")
    flow = pass_gate(cloud._world, CALL_FUNCTION, session, {"name": name, "data": data})
    return run_blocking(flow, cloud.clock.wait).result


def test_the_http_api_vouches_for_the_account_alone(cloud: FakeCloud) -> None:
    answer = over_http(cloud, "who", {"userInfo": {"openId": "o-alice"}})
    assert answer["context"] == {"APPID": APPID, "ENV": ENV, "SOURCE": "wx_http"}
    assert answer["userInfo"] == {"appId": APPID}
    nested = over_http(cloud, "relay", {"to": "who"})
    assert nested["context"]["SOURCE"] == "wx_http,scf"


# --- event.userInfo ------------------------------------------------------------------------------


def test_user_info_comes_with_a_mini_programs_call(cloud: FakeCloud, face: Any) -> None:
    answer = face(cloud.as_user("o-bob")).callFunction(name="who").result
    assert answer["userInfo"] == {"appId": APPID, "openId": "o-bob"}


def test_what_the_app_sends_as_user_info_is_overwritten(cloud: FakeCloud, face: Any) -> None:
    forged = {"userInfo": {"openId": "o-bob"}, "x": 1}
    answer = face(cloud).callFunction(name="who", data=forged).result
    assert answer["userInfo"] == {"appId": APPID, "openId": "o-alice"}
    assert forged == {"userInfo": {"openId": "o-bob"}, "x": 1}


def test_between_functions_it_is_what_the_caller_passes_on(cloud: FakeCloud, face: Any) -> None:
    passed = face(cloud).callFunction(name="relay", data={"to": "who"}).result
    assert passed["userInfo"] == {"appId": APPID, "openId": "o-alice"}  # relay sends its own event

    @cloud.function("fresh")
    def fresh(event: Any, context: Any) -> Any:
        return context.cloud.callFunction(name="who", data={}).result

    assert face(cloud).callFunction(name="fresh").result["userInfo"] is None
