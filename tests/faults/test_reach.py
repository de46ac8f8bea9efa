"""That every rule can reach every operation, on whichever face and of whichever SDK it has."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.services.catalogue import vocabulary

CHAT = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
OLD = "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/old.txt"


class Way(NamedTuple):
    """How an operation is called, by whom, and what its name is then."""

    name: str
    ask: Callable[[Any], Any]
    sdks: tuple[str, ...] = ("client", "server")


def todos(sdk: Any) -> Any:
    return sdk.database().collection("todos")


def upload(sdk: Any) -> Any:
    try:
        return sdk.uploadFile(cloudPath="new.txt", filePath=__file__)
    except TypeError:  # the server SDK sends bytes
        return sdk.uploadFile(cloudPath="new.txt", fileContent=b"new")


WAYS = {
    "ai.{target}.generateText": Way(
        "ai.m.generateText", lambda sdk: sdk.extend.AI.createModel("m").generateText({"data": CHAT}), ("client",)
    ),
    "ai.{target}.streamText": Way(
        "ai.m.streamText", lambda sdk: sdk.extend.AI.createModel("m").streamText({"data": CHAT}), ("client",)
    ),
    "bot.list": Way("bot.list", lambda sdk: sdk.extend.AI.bot.list({"pageNumber": 1, "pageSize": 10}), ("client",)),
    "bot.{target}.get": Way("bot.b.get", lambda sdk: sdk.extend.AI.bot.get({"botId": "b"}), ("client",)),
    "bot.{target}.sendMessage": Way(
        "bot.b.sendMessage", lambda sdk: sdk.extend.AI.bot.sendMessage({"data": {"botId": "b", "msg": "hello"}}), ("client",)
    ),
    "cloudPay.{target}": Way("cloudPay.unifiedOrder", lambda sdk: sdk.cloudPay.unifiedOrder({}), ("server",)),
    "container.{target}": Way(
        "container.svc", lambda sdk: sdk.callContainer(path="/", header={"X-WX-SERVICE": "svc"}), ("client",)
    ),
    "database.createCollection": Way(
        "database.createCollection", lambda sdk: sdk.database().createCollection("fresh"), ("server",)
    ),
    "database.transaction.commit": Way(
        "database.transaction.commit", lambda sdk: sdk.database().startTransaction().commit(), ("server",)
    ),
    "database.transaction.rollback": Way(
        "database.transaction.rollback", lambda sdk: sdk.database().startTransaction().rollback(), ("server",)
    ),
    "database.transaction.start": Way(
        "database.transaction.start", lambda sdk: sdk.database().startTransaction(), ("server",)
    ),
    "database.{target}.add": Way("database.todos.add", lambda sdk: todos(sdk).add(data={})),
    "database.{target}.aggregate": Way(
        "database.todos.aggregate", lambda sdk: todos(sdk).aggregate().match({}).end()
    ),
    "database.{target}.count": Way("database.todos.count", lambda sdk: todos(sdk).count()),
    "database.{target}.get": Way("database.todos.get", lambda sdk: todos(sdk).get()),
    "database.{target}.remove": Way(
        "database.todos.remove", lambda sdk: todos(sdk).where({"n": 1}).remove()
    ),
    "database.{target}.set": Way("database.todos.set", lambda sdk: todos(sdk).doc("x").set(data={"n": 1})),
    "database.{target}.update": Way(
        "database.todos.update", lambda sdk: todos(sdk).doc("x").update(data={"n": 2})
    ),
    "function.{target}": Way("function.pay", lambda sdk: sdk.callFunction(name="pay")),
    "identity.getOpenData": Way(
        "identity.getOpenData", lambda sdk: sdk.getOpenData(list=["id"]), ("server",)
    ),
    "openapi.{target}": Way(
        "openapi.security.msgSecCheck", lambda sdk: sdk.openapi.security.msgSecCheck({}), ("server",)
    ),
    "socket.{target}": Way("socket.chat", lambda sdk: sdk.connectContainer(service="chat"), ("client",)),
    "storage.delete": Way("storage.delete", lambda sdk: sdk.deleteFile(fileList=[OLD])),
    "storage.download": Way("storage.download", lambda sdk: sdk.downloadFile(fileID=OLD)),
    "storage.getTempFileURL": Way(
        "storage.getTempFileURL", lambda sdk: sdk.getTempFileURL(fileList=[OLD])
    ),
    "storage.upload": Way("storage.upload", upload),
    "watch.{target}": Way(
        "watch.todos",
        lambda sdk: todos(sdk).watch(onChange=lambda it: None, onError=lambda it: None),
        ("client",),
    ),
}  # fmt: skip


def delay_pay(world: FakeCloud) -> None:
    world.server.openapi.cloudbase.addDelayedFunctionTask(
        {"functionName": "pay", "delayTime": 60, "data": "{}"}
    )
    world.clock.advance(60)


def link_to_old(world: FakeCloud) -> str:
    with world.faults.quiet():
        link: str = world.getTempFileURL(fileList=[OLD]).fileList[0].tempFileURL
    return link


#: What no SDK calls, and how it comes about: the platform's timers, and what goes over HTTP.
OUTSIDE: dict[str, tuple[str, Callable[[FakeCloud], Any]]] = {
    "delayed.{target}": ("delayed.pay", delay_pay),
    "storage.fetch": ("storage.fetch", lambda world: world.fetch(link_to_old(world))),
    "storage.getUploadMetadata": (
        "storage.getUploadMetadata",
        lambda world: world.dispatch("storage.getUploadMetadata", {"path": "new.txt"}),
    ),
    "timer.{target}": ("timer.nightly", lambda world: world.trigger("nightly")),
}


@pytest.fixture
def town(world: FakeCloud, tmp_path: Any) -> FakeCloud:
    """A world in which everything can be asked for."""
    (tmp_path / "old.txt").write_text("old")
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    world.uploadFile(cloudPath="old.txt", filePath=str(tmp_path / "old.txt"))
    world.register_function("pay", lambda event, context: "paid")
    world.function("nightly", timer="0 0 3 * * * *")(lambda event, context: None)
    for name in ("svc", "chat"):
        world.register_container(name, lambda request: "ok")
    world.ai_model("m")(lambda data: "hello")
    world.ai_bot("b")(lambda data: "hello")
    for name in ("security.msgSecCheck", "cloudPay.unifiedOrder"):
        world.open_api(name)(lambda data: {})
    world.calls.clear()
    return world


def test_every_operation_is_in_one_of_the_tables() -> None:
    assert {*WAYS, *OUTSIDE} == set(vocabulary())


#: A rule of each phase, and whether the call fails and the work is done.
RULES = [
    ("lost_request", True, False),
    ("offline", True, False),
    ("hang(seconds=3)", True, False),
    ("fail", True, False),
    ("outage", True, False),
    ("throttle(n=0)", True, False),
    ("lost_reply", True, True),
    ("late_reply", True, True),
    ("delay(seconds=3)", False, True),
    ("late_reply(seconds=3)", False, True),
]
CASES = [(key, sdk) for key, way in WAYS.items() for sdk in way.sdks]

#: What runs in the cloud goes through nobody's device, so no device can be offline for it.
STRUCK = [(key, sdk, *rule) for key, sdk in CASES for rule in RULES if (sdk, rule[0]) != ("server", "offline")]  # fmt: skip
STRUCK_OUTSIDE = [(key, *rule) for key in OUTSIDE for rule in RULES if rule[0] != "offline" or key.startswith("storage.")]  # fmt: skip


@pytest.mark.parametrize(("key", "sdk", "rule", "fails", "is_done"), STRUCK)
def test_a_rule_reaches_what_an_sdk_calls(
    town: FakeCloud, face: Any, key: str, sdk: str, rule: str, fails: bool, is_done: bool
) -> None:
    way = WAYS[key]
    made = town.faults.add(f"{way.name}: {rule}")
    check(town, way.name, made, lambda: way.ask(face(town if sdk == "client" else town.server)))
    call = town.calls.to(way.name)[-1]
    assert ((call.error is not None), bool(call.executions)) == (fails, is_done)
    assert call.error is None or isinstance(call.error, CloudError)


@pytest.mark.parametrize(("key", "rule", "fails", "is_done"), STRUCK_OUTSIDE)
def test_a_rule_reaches_what_no_sdk_calls(
    town: FakeCloud, key: str, rule: str, fails: bool, is_done: bool
) -> None:
    """These have no face: the platform runs them, or HTTP asks for them."""
    name, happen = OUTSIDE[key]
    made = town.faults.add(f"{name}: {rule}")
    check(town, name, made, lambda: happen(town))
    town.run_until_idle()  # nobody waits for a timer, so it goes on by itself
    call = town.calls.to(name)[-1]
    assert ((call.error is not None), bool(call.executions)) == (fails, is_done)


def check(town: FakeCloud, name: str, rule: Any, ask: Callable[[], Any]) -> None:
    """Ask, and see that the rule struck."""
    with contextlib.suppress(CloudError):
        ask()
    assert rule.fired == 1
    assert town.calls.to(name)[-1].faults == (rule.what,)


GLOBS = ["*", "*.*", "?*"]


@pytest.mark.parametrize("glob", GLOBS)
@pytest.mark.parametrize(("key", "sdk"), CASES, ids="-".join)
def test_a_glob_reaches_everything(town: FakeCloud, key: str, sdk: str, glob: str) -> None:
    rule = town.faults.on(glob).delay(seconds=1)
    WAYS[key].ask(town if sdk == "client" else town.server)
    assert WAYS[key].name in {call.name for call in rule.struck}
