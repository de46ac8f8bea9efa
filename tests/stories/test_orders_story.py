"""Orders under custom rules: buyers see and change their own, and the shop does the rest.

The rules say in the database what an app would otherwise have to be trusted with.
"""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

RULES = {
    "read": "doc._openid == auth.openid",
    "create": "request.data.state == 'new' && request.data.yuan > 0",
    "update": (
        "doc._openid == auth.openid && doc.state == 'new' && request.data.state in ['new', 'paid']"
    ),
    "delete": False,
}


@pytest.fixture
def shop(world: FakeCloud) -> FakeCloud:
    world.create_collection("orders", permission=RULES)
    world.create_index("orders", "number", unique=True)

    @world.function("ship")
    def ship(event: Any, context: Any) -> Any:
        orders = context.cloud.database().collection("orders")
        return orders.where({"state": "paid"}).update(data={"state": "shipped"}).stats.updated

    return world


@pytest.fixture
def orders(shop: FakeCloud, face: Any) -> Any:
    return face(shop).database().collection("orders")


@pytest.fixture
def bobs_orders(shop: FakeCloud, face: Any) -> Any:
    return face(shop.as_user("o-bob")).database().collection("orders")


MINE = {"_openid": "{openid}"}


def refused(call: Any, **options: Any) -> int:
    with pytest.raises(CloudError) as caught:
        call(**options)
    return caught.value.errCode


def test_an_orders_life(shop: FakeCloud, orders: Any) -> None:
    number = orders.add(data={"number": 1, "yuan": 25, "state": "new"})._id
    own = orders.where({**MINE, "_id": number, "state": "new"})
    assert own.update(data={"note": "no sugar", "state": "new"}).stats.updated == 1
    assert own.update(data={"state": "paid"}).stats.updated == 1
    assert own.update(data={"state": "paid"}).stats.updated == 0  # it is not new any more
    assert shop.callFunction(name="ship").result == 1
    (order,) = orders.where(MINE).get().data
    assert (order["state"], order["note"], order["_openid"]) == ("shipped", "no sugar", "o-alice")


def test_each_sees_the_own(orders: Any, bobs_orders: Any) -> None:
    orders.add(data={"number": 1, "yuan": 25, "state": "new"})
    bobs_orders.add(data={"number": 2, "yuan": 5, "state": "new"})
    assert [order["number"] for order in orders.where(MINE).get().data] == [1]
    assert [order["number"] for order in bobs_orders.where(MINE).get().data] == [2]
    assert refused(orders.get) == -502003
    assert refused(orders.where({"_openid": "o-bob"}).get) == -502003


def test_what_a_buyer_may_not(orders: Any, bobs_orders: Any) -> None:
    number = orders.add(data={"number": 1, "yuan": 25, "state": "new"})._id
    denied = [
        (orders.add, {"data": {"number": 2, "yuan": 25, "state": "paid"}}),
        (orders.add, {"data": {"number": 2, "yuan": 0, "state": "new"}}),
        (orders.where({**MINE, "state": "new"}).update, {"data": {"state": "shipped"}}),
        (orders.where({**MINE, "state": "paid"}).update, {"data": {"state": "paid"}}),
        (orders.doc(number).update, {"data": {"state": "paid"}}),
        (orders.where(MINE).remove, {}),
        (bobs_orders.where({"_id": number, "state": "new"}).update, {"data": {"state": "paid"}}),
    ]
    assert {refused(call, **options) for call, options in denied} == {-502003}
    assert orders.where(MINE).get().data[0]["state"] == "new"


def test_a_number_is_given_once(orders: Any, bobs_orders: Any) -> None:
    orders.add(data={"number": 1, "yuan": 25, "state": "new"})
    assert refused(bobs_orders.add, data={"number": 1, "yuan": 5, "state": "new"}) == -502001
    assert bobs_orders.where(MINE).count().total == 0
