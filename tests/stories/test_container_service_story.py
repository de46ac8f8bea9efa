"""A web service behind `callContainer`: FastAPI keeps everybody's shopping list in the cloud.

The app in the container is an ordinary one. It learns who asks from the headers that the platform
adds, and keeps its data with the server SDK.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

fastapi = pytest.importorskip("fastapi")
pydantic = pytest.importorskip("pydantic")


class Item(pydantic.BaseModel):  # type: ignore[misc, name-defined]  # of a module that may be missing
    text: str
    count: int = 1


class Subscribers:
    """Who has the list open."""

    def __init__(self) -> None:
        self.sockets: list[Any] = []

    async def tell(self, text: str) -> None:
        for socket in self.sockets:
            await socket.send_text(text)


def service(sdk: Any) -> Any:
    """The app; `sdk` is its server SDK."""
    app = fastapi.FastAPI()
    items = sdk.database().collection("items")
    subscribers = Subscribers()

    @app.post("/items", status_code=201)
    async def add(item: Item, x_wx_openid: str = fastapi.Header()) -> dict[str, Any]:
        record = {"of": x_wx_openid, "text": item.text, "count": item.count}
        made = await items.add(data=record)
        await subscribers.tell(f"{x_wx_openid} needs {item.text}")
        return {"id": made._id}

    @app.get("/items")
    async def mine(most: int = 10, x_wx_openid: str = fastapi.Header()) -> list[Any]:
        found = await items.where({"of": x_wx_openid}).limit(most).get()
        return [{"id": item["_id"], "text": item["text"]} for item in found.data]

    @app.delete("/items/{item_id}")
    async def remove(item_id: str, x_wx_openid: str = fastapi.Header()) -> dict[str, Any]:
        mine = await items.where({"_id": item_id, "of": x_wx_openid}).remove()
        if not mine.stats.removed:
            raise fastapi.HTTPException(404, "no such item")
        return {"left": (await items.where({"of": x_wx_openid}).count()).total}

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError("the shelf broke")

    async def live(socket: Any) -> None:
        await socket.accept()
        subscribers.sockets.append(socket)
        try:
            async for text in socket.iter_text():
                await subscribers.tell(f"{socket.headers['x-wx-openid']} says {text}")
        finally:
            subscribers.sockets.remove(socket)

    live.__annotations__["socket"] = fastapi.WebSocket
    app.websocket("/live")(live)
    return app


class Shopper:
    """The mini program's page: what it asks and what it shows."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.shown: list[str] = []

    def ask(self, method: str, path: str, **data: Any) -> Any:
        return self._app.callContainer(
            path=path,
            method=method,
            header={"X-WX-SERVICE": "shopping", "content-type": "application/json"},
            data=data,
        )

    def need(self, text: str, count: int = 1) -> str:
        return self.ask("POST", "/items", text=text, count=count).data["id"]  # type: ignore[no-any-return]

    def list(self, **query: Any) -> list[str]:
        return [item["text"] for item in self.ask("GET", "/items", **query).data]

    def cross_off(self, item: str) -> Any:
        return self.ask("DELETE", f"/items/{item}")

    def look_on(self) -> Any:
        answer = self._app.connectContainer(service="shopping", path="/live")
        answer.socketTask.onMessage(lambda event: self.shown.append(event.data))
        return answer.socketTask


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["items"], seed=7) as cloud:
        cloud.register_container("shopping", service(cloud.server.aio))
        yield cloud


@pytest.fixture
def alice(cloud: FakeCloud, face: Any) -> Shopper:
    return Shopper(face(cloud))


@pytest.fixture
def bob(cloud: FakeCloud, face: Any) -> Shopper:
    return Shopper(face(cloud.as_user("o-bob")))


def test_everybody_has_a_list_of_their_own(alice: Shopper, bob: Shopper) -> None:
    alice.need("milk")
    alice.need("tea", 2)
    bob.need("coffee")
    assert alice.list() == ["milk", "tea"]
    assert alice.list(most=1) == ["milk"]
    assert bob.list() == ["coffee"]


def test_crossing_off(alice: Shopper, bob: Shopper) -> None:
    milk = alice.need("milk")
    answer = bob.cross_off(milk)
    assert (answer.statusCode, answer.data) == (404, {"detail": "no such item"})
    assert alice.cross_off(milk).data == {"left": 0}


def test_what_the_service_does_not_understand_resolves_too(alice: Shopper) -> None:
    assert alice.ask("POST", "/items", count="many").statusCode == 422
    assert alice.ask("GET", "/nowhere").statusCode == 404
    assert alice.ask("PUT", "/items").statusCode == 405


def test_a_service_that_breaks(alice: Shopper, cloud: FakeCloud) -> None:
    answer = alice.ask("GET", "/crash")
    assert (answer.statusCode, answer.data) == (500, "Internal Server Error")
    assert "· error: RuntimeError: the shelf broke" in str(cloud.calls)


def test_the_network_breaks_instead(alice: Shopper, cloud: FakeCloud) -> None:
    cloud.faults.lose_reply("container.shopping", times=1)
    with pytest.raises(CloudError):
        alice.need("milk")
    alice.need("milk")  # the naive retry: the first one had arrived
    assert alice.list() == ["milk", "milk"]


def test_looking_on(alice: Shopper, bob: Shopper) -> None:
    alices, bobs = alice.look_on(), bob.look_on()
    alice.need("milk")
    assert alice.shown == bob.shown == ["o-alice needs milk"]
    finished(bobs.send(data="got it"))
    assert alice.shown[-1] == "o-bob says got it"
    finished(alices.close())
    bob.need("coffee")
    assert (len(alice.shown), len(bob.shown)) == (2, 3)


def finished(value: Any) -> Any:
    async def finish() -> Any:
        return await value

    return asyncio.run(finish()) if inspect.isawaitable(value) else value
