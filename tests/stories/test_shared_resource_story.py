"""Two mini programs of one company: a shop's stock is kept by one and read by both.

The stock is in the environment of the warehouse's mini program. The shop's app uses it through an
instance of `Cloud`; the warehouse's `cloudbase_auth` says as what.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

SHOP, WAREHOUSE = "wx-shop", "wx-warehouse"
MAIN, STOCK = "shop-1a2b3c", "stock-9z8y7x"
CLERKS = {"o-alice": "clerk"}


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env=MAIN, openid="o-alice", appid=SHOP, collections=["cart"], seed=7)
    cloud.clock.freeze()
    cloud.create_env(STOCK, collections=["stock", "log"], appid=WAREHOUSE)
    cloud.seed({"stock": [{"_id": "tea", "left": 3}]}, openid=None, env=STOCK)
    rules = {"read": True, "write": "auth.custom.role == 'clerk'"}
    cloud.set_collection_permission("stock", rules, env=STOCK)
    cloud.register_function("cloudbase_auth", cloudbase_auth, env=STOCK)
    cloud.register_function("take", take, env=STOCK)
    return cloud


def cloudbase_auth(event: Any, context: Any) -> Any:
    """The warehouse's: only the shop may in, and each user as what they are."""
    who = context.cloud.getWXContext()
    if who["FROM_APPID"] != SHOP:
        return {"errCode": 1, "errMsg": "strangers"}
    role = CLERKS.get(who["FROM_OPENID"], "customer")
    return {"errCode": 0, "errMsg": "", "auth": json.dumps({"role": role})}


def take(event: Any, context: Any) -> Any:
    """The warehouse's: take one away, and write down who did."""
    who = context.cloud.getWXContext()
    db = context.cloud.database()
    fewer = db.collection("stock").where({"_id": event["what"], "left": db.command.gt(0)})
    taken = fewer.update(data={"left": db.command.inc(-1)}).stats.updated
    note = {"who": who["FROM_OPENID"], "from": who["FROM_APPID"], "taken": taken}
    db.collection("log").add(data=note)
    return {"taken": bool(taken), "env": who["ENV"], "known": sorted(who)}


class App:
    """The shop's app of one user: its own cloud, and the warehouse's."""

    def __init__(self, face: Any) -> None:
        self.own = face
        self.stock = face.Cloud({"resourceAppid": WAREHOUSE, "resourceEnv": STOCK})

    def start(self) -> int:
        return self.stock.init()["errCode"]  # type: ignore[no-any-return]

    def left(self, what: str) -> int:
        return self.stock.database().collection("stock").doc(what).get().data["left"]  # type: ignore[no-any-return]


@pytest.fixture
def alice(cloud: FakeCloud, face: Any) -> App:
    return App(face(cloud))


@pytest.fixture
def bob(cloud: FakeCloud, face: Any) -> App:
    return App(face(cloud.as_user("o-bob")))


def test_nothing_of_the_warehouse_can_be_used_before_it_agrees(alice: App) -> None:
    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        alice.left("tea")
    assert alice.start() == 0
    assert alice.left("tea") == 3


def test_both_clouds_are_used_side_by_side(alice: App) -> None:
    alice.start()
    answer = alice.stock.callFunction(name="take", data={"what": "tea"}).result
    alice.own.database().collection("cart").add(data={"what": "tea"})
    assert answer == {
        "taken": True,
        "env": STOCK,
        "known": ["APPID", "ENV", "FROM_APPID", "FROM_OPENID", "SOURCE"],
    }
    assert alice.left("tea") == 2
    assert alice.own.database().collection("cart").count().total == 1
    with pytest.raises(CloudError) as caught:
        alice.own.database().collection("stock").get()
    assert caught.value.errCode == -502005


def test_the_warehouse_knows_who_took_what(cloud: FakeCloud, alice: App, bob: App) -> None:
    for app in (alice, bob):
        app.start()
        app.stock.callFunction(name="take", data={"what": "tea"})
    log: list[Any] = []

    @cloud.function("read_log", env=STOCK)
    def read_log(event: Any, context: Any) -> None:
        log.extend(context.cloud.database().collection("log").get().data)

    alice.stock.callFunction(name="read_log")
    assert [(note["who"], note["from"], note["taken"]) for note in log] == [
        ("o-alice", SHOP, 1),
        ("o-bob", SHOP, 1),
    ]


def test_a_clerk_may_write_and_a_customer_may_not(alice: App, bob: App) -> None:
    alice.start()
    bob.start()
    delivery = {"data": {"left": 50}}
    stock = alice.stock.database().collection("stock")
    assert stock.doc("tea").update(delivery).stats.updated == 1
    with pytest.raises(CloudError) as caught:
        bob.stock.database().collection("stock").doc("tea").update(delivery)
    assert caught.value.errCode == -502003
    assert bob.left("tea") == 50


def test_a_promotion_counts_once_the_app_asks_again(
    cloud: FakeCloud, bob: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob.start()
    monkeypatch.setitem(CLERKS, "o-bob", "clerk")
    stock = bob.stock.database().collection("stock").doc("tea")
    with pytest.raises(CloudError):
        stock.update(data={"left": 9})
    assert bob.stock.refreshAuth()["errCode"] == 0
    assert stock.update(data={"left": 9}).stats.updated == 1


def test_another_companys_app_is_turned_away(face: Any) -> None:
    stranger = FakeCloud(env="x-1a2b3c", appid="wx-stranger")
    stranger.create_env(STOCK, collections=["stock"], appid=WAREHOUSE)
    stranger.register_function("cloudbase_auth", cloudbase_auth, env=STOCK)
    app = App(face(stranger))
    assert app.start() == -601017
    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        app.left("tea")


def test_what_is_shared_is_watched_as_well(alice: App, bob: App) -> None:
    alice.start()
    bob.start()
    seen: list[int] = []
    watcher = (
        bob.stock.database()
        .collection("stock")
        .doc("tea")
        .watch(onChange=lambda snapshot: seen.append(snapshot.docs[0]["left"]), onError=print)
    )
    alice.stock.callFunction(name="take", data={"what": "tea"})
    watcher.close()
    assert seen == [3, 2]
