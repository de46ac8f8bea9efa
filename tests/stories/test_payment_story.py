"""A payment through three functions: who pays is known in each, and what breaks says where."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

APPID, ENV = "wx0a1b2c3d4e5f6071", "dev-1a2b3c"


class Shop:
    """Three functions, each of which calls the next one; `seen` is who each was called by."""

    def __init__(self, cloud: FakeCloud) -> None:
        self.cloud = cloud
        self.seen: dict[str, Any] = {}
        self.paid: list[Any] = []
        cloud.create_collection("orders", permission="PRIVATE")
        for function in (self.pay, self.charge, self.book):
            cloud.register_function(function.__name__, function)
        cloud.open_api("cloudPay.unifiedOrder")(self.wechat_pay)

    def pay(self, event: Any, context: Any) -> Any:
        self.seen["pay"] = context.cloud.getWXContext()
        orders = context.cloud.database().collection("orders")
        order = orders.doc(event["order"]).get().data
        if order["_openid"] != self.seen["pay"]["OPENID"]:
            return {"ok": False, "why": "not yours"}
        charged = context.cloud.callFunction(name="charge", data={"cents": order["cents"]}).result
        orders.doc(event["order"]).update(data={"paid": True, "receipt": charged["receipt"]})
        return {"ok": True, **charged}

    async def charge(self, event: Any, context: Any) -> Any:
        self.seen["charge"] = context.cloud.getWXContext()
        sdk = context.cloud.aio
        asked = {"totalFee": event["cents"], "openid": self.seen["charge"]["OPENID"]}
        prepared = await sdk.cloudPay.unifiedOrder(asked)
        booked = await sdk.callFunction(name="book", data={"cents": event["cents"]})
        return {"prepayId": prepared["prepayId"], "receipt": booked.result["receipt"]}

    def book(self, event: Any, context: Any) -> Any:
        self.seen["book"] = context.cloud.getWXContext()
        check_amount(event["cents"])
        self.paid.append((self.seen["book"]["OPENID"], event["cents"]))
        return {"receipt": len(self.paid)}

    def wechat_pay(self, data: Any) -> Any:
        return {"return_code": "SUCCESS", "prepay_id": f"wx-{data['openid']}-{data['total_fee']}"}


def check_amount(cents: int) -> None:
    if cents <= 0:
        raise ValueError(f"{cents} is no amount")


@pytest.fixture
def shop() -> Shop:
    cloud = FakeCloud(env=ENV, openid="o-alice", seed=7)
    cloud.clock.freeze()
    return Shop(cloud)


def order(app: Any, cents: int) -> str:
    return app.database().collection("orders").add(data={"cents": cents})._id  # type: ignore[no-any-return]


def test_a_payment_goes_through(shop: Shop, face: Any) -> None:
    app = face(shop.cloud)
    number = order(app, 990)
    answer = app.callFunction(name="pay", data={"order": number}).result
    assert answer == {"ok": True, "prepayId": "wx-o-alice-990", "receipt": 1}
    assert app.database().collection("orders").doc(number).get().data["receipt"] == 1
    assert shop.paid == [("o-alice", 990)]


def test_each_function_knows_who_pays_and_how_the_call_came(shop: Shop, face: Any) -> None:
    app = face(shop.cloud)
    app.callFunction(name="pay", data={"order": order(app, 1)})
    assert {name: who["SOURCE"] for name, who in shop.seen.items()} == {
        "pay": "wx_client",
        "charge": "wx_client,scf",
        "book": "wx_client,scf,scf",
    }
    for who in shop.seen.values():
        assert (who["OPENID"], who["APPID"], who["ENV"]) == ("o-alice", APPID, ENV)


def test_nobody_pays_for_somebody_else(shop: Shop, face: Any) -> None:
    number = order(face(shop.cloud), 990)
    bob = face(shop.cloud.as_user("o-bob"))
    answer = bob.callFunction(name="pay", data={"order": number}).result
    assert answer == {"ok": False, "why": "not yours"}
    assert shop.seen.keys() == {"pay"}


def test_what_breaks_at_the_end_of_the_chain_says_so_at_its_beginning(
    shop: Shop, face: Any
) -> None:
    app = face(shop.cloud)
    number = order(app, 0)
    with pytest.raises(CloudError) as caught:
        app.callFunction(name="pay", data={"order": number})
    error = caught.value
    assert (error.errCode, error.code, error.name) == (-1, -504002, "FUNCTIONS_EXECUTE_FAIL")
    assert error.errMsg.startswith(
        "cloud.callFunction:fail Error: errCode: -504002 functions execute fail | errMsg: "
        "Error: callFunction:fail Error: callFunction:fail ValueError: 0 is no amount\n"
    )
    places = re.findall(r"    at (\w+) \((.+?):(\d+)\)", error.errMsg.split(" (callId: ")[0])
    assert [name for name, _, _ in places] == ["check_amount", "book", "charge", "pay"]
    assert {file for _, file, _ in places} == {__file__}
    assert "paid" not in app.database().collection("orders").doc(number).get().data


def test_the_function_in_the_middle_may_catch_it(shop: Shop, face: Any) -> None:
    async def charge(event: Any, context: Any) -> Any:
        try:
            await context.cloud.aio.callFunction(name="book", data=event)
        except CloudError as error:
            return {
                "receipt": None,
                "why": [error.errCode, error.code, error.errMsg.split("\n")[0]],
            }

    shop.cloud.register_function("charge", charge)
    app = face(shop.cloud)
    answer = app.callFunction(name="pay", data={"order": order(app, -5)}).result
    assert answer["why"] == [-1, -504002, "callFunction:fail ValueError: -5 is no amount"]


def test_wechat_pay_may_be_down(shop: Shop, face: Any) -> None:
    shop.cloud.faults.fail("cloudPay.unifiedOrder", code=-604103, times=1)
    app = face(shop.cloud)
    number = order(app, 990)
    with pytest.raises(CloudError) as caught:
        app.callFunction(name="pay", data={"order": number})
    assert "call open API system error" in caught.value.errMsg
    assert shop.paid == []
    assert app.callFunction(name="pay", data={"order": number}).result["ok"] is True


def test_the_timeline_tells_the_whole_of_it(shop: Shop, face: Any) -> None:
    app = face(shop.cloud)
    app.callFunction(name="pay", data={"order": order(app, 990)})
    assert [(call.depth, call.name) for call in shop.cloud.calls] == [
        (0, "database.orders.add"),
        (0, "function.pay"),
        (1, "database.orders.get"),
        (1, "function.charge"),
        (2, "cloudPay.unifiedOrder"),
        (2, "function.book"),
        (1, "database.orders.update"),
    ]
