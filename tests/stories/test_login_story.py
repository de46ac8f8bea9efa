"""A login: the phone number comes as a CloudID, and the account is found again by it."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

NUMBER = "13580006666"


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", unionid="u-alice", seed=7)
    cloud.clock.freeze()
    cloud.create_collection("accounts", permission="ADMINONLY")
    cloud.register_function("login", login)
    return cloud


def login(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The app's own function: find the account of this phone number, or make it."""
    opened = event["phone"]
    if "data" not in opened:
        return {"ok": False, "why": opened["errMsg"], "again": opened["errCode"] == -601006}
    accounts = context.cloud.database().collection("accounts")
    number = opened["data"]["purePhoneNumber"]
    known = accounts.where({"number": number}).get().data
    if known:
        return {"ok": True, "account": known[0]["_id"], "new": False}
    who = context.cloud.getWXContext()
    record = {"number": number, "owner": who["OPENID"], "union": who.get("UNIONID")}
    return {"ok": True, "account": accounts.add(data=record)["_id"], "new": True}


class Phone:
    """The app on one phone, with the one button that WeChat gives for the number."""

    def __init__(self, cloud: FakeCloud, app: Any, openid: str) -> None:
        self._cloud, self._app, self._openid = cloud, app, openid
        self._presses = 0

    def press(self, number: str = NUMBER) -> str:
        """What `bindgetphonenumber` is told: an id of the number, for this user, for a while."""
        self._presses += 1
        data = {"phoneNumber": f"+86{number}", "purePhoneNumber": number, "countryCode": "86"}
        return self._cloud.open_data(f"{self._openid}-{self._presses}", data, openid=self._openid)

    def login(self, cloud_id: str) -> Any:
        data = {"phone": self._app.CloudID(cloud_id)}
        return self._app.callFunction(name="login", data=data).result


@pytest.fixture
def alice(cloud: FakeCloud, face: Any) -> Phone:
    return Phone(cloud, face(cloud), "o-alice")


def test_the_first_login_makes_an_account_and_the_second_finds_it(
    cloud: FakeCloud, alice: Phone
) -> None:
    first = alice.login(alice.press())
    assert first["new"] is True
    assert alice.login(alice.press()) == {"ok": True, "account": first["account"], "new": False}
    (account,) = cloud.server.database().collection("accounts").get().data
    assert (account["owner"], account["union"]) == ("o-alice", "u-alice")


def test_who_waits_too_long_presses_again(cloud: FakeCloud, alice: Phone) -> None:
    stale = alice.press()
    cloud.clock.advance(minutes=5)
    assert alice.login(stale) == {"ok": False, "why": "cloudID expired.", "again": True}
    assert alice.login(alice.press())["ok"] is True


def test_an_id_that_was_copied_is_of_no_use(cloud: FakeCloud, face: Any, alice: Phone) -> None:
    mallory = Phone(cloud, face(cloud.as_user("o-mallory")), "o-mallory")
    answer = mallory.login(alice.press())
    assert answer == {
        "ok": False,
        "why": "cloudID and calling user does not match.",
        "again": False,
    }
    assert mallory.login("made-up")["why"] == "invalid cloudID."


def test_a_number_sent_as_a_text_is_no_login(cloud: FakeCloud, face: Any) -> None:
    forged = {"phone": {"data": NUMBER}}
    with pytest.raises(CloudError) as caught:
        face(cloud).callFunction(name="login", data=forged)
    assert caught.value.code == -504002
    assert "TypeError: string indices must be integers" in caught.value.errMsg


def test_the_account_follows_the_number_to_another_phone(
    cloud: FakeCloud, face: Any, alice: Phone
) -> None:
    account = alice.login(alice.press())["account"]
    tablet = Phone(cloud, face(cloud.as_user("o-alice-2")), "o-alice-2")
    assert tablet.login(tablet.press()) == {"ok": True, "account": account, "new": False}
