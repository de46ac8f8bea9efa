"""CloudIDs: open data that a function finds in the place of an id, for five minutes, for one user.

Source: documentation "open data, cloud call" and of `Cloud.CloudID`: five ids a call, only at the
top of the data; codes -601005 to -601007 and the example `cloudID expired.`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError

APPID = "wx0a1b2c3d4e5f6071"
PHONE = {"phoneNumber": "+8613580006666", "purePhoneNumber": "13580006666", "countryCode": "86"}


@pytest.fixture
def cloud(world: FakeCloud) -> FakeCloud:
    world.register_function("echo", lambda event, context: event)
    world.clock.move_to(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
    return world


@pytest.fixture
def echo(cloud: FakeCloud, face: Any) -> Any:
    """What a function gets for this data, from Alice or from whoever is named."""

    def ask(data: Any, user: Any = None) -> Any:
        event = face(user or cloud).callFunction(name="echo", data=data).result
        return {key: value for key, value in event.items() if key != "userInfo"}

    return ask


def test_an_id_arrives_as_what_it_stands_for(cloud: FakeCloud, echo: Any) -> None:
    assert cloud.open_data("id-1", PHONE) == "id-1"
    issued = 1772366400
    assert echo({"phone": cloud.CloudID("id-1"), "n": 1}) == {
        "phone": {
            "cloudID": "id-1",
            "data": {**PHONE, "watermark": {"appid": APPID, "timestamp": issued}},
        },
        "n": 1,
    }


@pytest.mark.parametrize(
    ("seconds", "lives"), [(0, True), (299, True), (300, False), (3600, False)]
)
def test_an_id_lives_for_five_minutes_of_the_clouds_clock(
    cloud: FakeCloud, echo: Any, seconds: int, lives: bool
) -> None:
    cloud.open_data("id-1", PHONE)
    cloud.clock.advance(seconds=seconds)
    got = echo({"phone": cloud.CloudID("id-1")})["phone"]
    expired = {"cloudID": "id-1", "errCode": -601006, "errMsg": "cloudID expired."}
    assert (got["data"]["phoneNumber"] == PHONE["phoneNumber"]) if lives else (got == expired)


def test_the_same_text_issued_again_lives_anew(cloud: FakeCloud, echo: Any) -> None:
    cloud.open_data("id-1", PHONE)
    cloud.clock.advance(minutes=6)
    cloud.open_data("id-1", {"phoneNumber": "2"})
    assert echo({"phone": cloud.CloudID("id-1")})["phone"]["data"]["phoneNumber"] == "2"


@pytest.mark.parametrize(
    ("owner", "asker", "code"),
    [("o-alice", "o-alice", None), ("o-bob", "o-bob", None), ("o-bob", "o-alice", -601007)],
)
def test_an_id_is_one_users(
    cloud: FakeCloud, echo: Any, owner: str, asker: str, code: int | None
) -> None:
    cloud.open_data("id-1", PHONE, openid=owner)
    got = echo({"phone": cloud.CloudID("id-1")}, cloud.as_user(asker))["phone"]
    assert got.get("errCode") == code
    assert ("data" in got) is (code is None)
    if code is not None:
        assert got["errMsg"] == "cloudID and calling user does not match."


def test_an_unknown_id_is_told_apart_and_the_call_goes_on(cloud: FakeCloud, echo: Any) -> None:
    assert echo({"a": cloud.CloudID("forged"), "b": 2}) == {
        "a": {"cloudID": "forged", "errCode": -601005, "errMsg": "invalid cloudID."},
        "b": 2,
    }


def test_below_the_top_an_id_is_its_text(cloud: FakeCloud, echo: Any) -> None:
    cloud.open_data("id-1", PHONE)
    mark = cloud.CloudID("id-1")
    assert echo({"a": {"b": mark}, "c": [mark]}) == {"a": {"b": "id-1"}, "c": ["id-1"]}


def test_the_sixth_id_stays_a_text(cloud: FakeCloud, echo: Any) -> None:
    for number in range(6):
        cloud.open_data(f"id-{number}", {"n": number})
    got = echo({str(number): cloud.CloudID(f"id-{number}") for number in range(6)})
    assert [got[str(number)]["data"]["n"] for number in range(5)] == [0, 1, 2, 3, 4]
    assert got["5"] == "id-5"


def test_what_a_function_does_to_open_data_stays_there(cloud: FakeCloud, echo: Any) -> None:
    cloud.open_data("id-1", {"steps": [1]})

    @cloud.function("spoil")
    def spoil(event: Any, context: Any) -> None:
        event["run"]["data"]["steps"].append(2)

    cloud.callFunction(name="spoil", data={"run": cloud.CloudID("id-1")})
    assert echo({"run": cloud.CloudID("id-1")})["run"]["data"]["steps"] == [1]


def test_ids_are_state(cloud: FakeCloud, echo: Any) -> None:
    before = cloud.snapshot()
    cloud.open_data("id-1", PHONE)
    child = cloud.fork()
    cloud.restore(before)
    data = {"a": cloud.CloudID("id-1")}
    assert echo(data)["a"]["errCode"] == -601005
    assert "data" in child.callFunction(name="echo", data=data).result["a"]


def test_it_needs_init_and_a_text(face: Any) -> None:
    for cloud in (face(FakeCloud()), face(FakeCloud().as_user("o-bob"))):
        with pytest.raises(CloudError, match="Cloud API isn't enabled"):
            cloud.CloudID("id-1")
    with pytest.raises(CloudError) as caught:
        face(FakeCloud(env="dev")).CloudID(5)
    assert caught.value.errMsg == "parameter.cloudID should be string instead of number;"


def test_its_text_is_the_id() -> None:
    assert str(FakeCloud(env="dev").CloudID("id-1")) == "id-1"


CIRCLE: dict[str, Any] = {}
CIRCLE["me"] = CIRCLE


@pytest.mark.parametrize(
    ("cloud_id", "data"),
    [("", {}), (5, {}), ("id", 5), ("id", {"a": {1, 2}}), ("id", {1: 2}), ("id", CIRCLE)],
)
def test_a_test_that_registers_nonsense_is_told(cloud_id: Any, data: Any) -> None:
    with pytest.raises(MisuseError):
        FakeCloud(env="dev").open_data(cloud_id, data)


# --- getOpenData ---------------------------------------------------------------------------------


def test_a_function_opens_texts_itself(cloud: FakeCloud, face: Any) -> None:
    cloud.open_data("id-1", {"n": 1})
    cloud.open_data("id-2", {"n": 2}, openid="o-bob")

    def open_all(event: Any, context: Any) -> Any:
        return context.cloud.getOpenData(list=event["ids"])

    cloud.register_function("open", open_all)
    got = face(cloud).callFunction(name="open", data={"ids": ["id-1", "id-2", "no"]}).result
    assert (got["errMsg"], got["errCode"]) == ("getOpenData:ok", 0)
    first, *failed = got["list"]
    assert (first["cloudID"], first["data"]["n"]) == ("id-1", 1)
    assert [(item["cloudID"], item["errCode"]) for item in failed] == [
        ("id-2", -601007),
        ("no", -601005),
    ]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            (),
            "getOpenData:fail undefined . Params for getOpenData must be an object "
            "instead of undefined",
        ),
        (({},), "getOpenData:fail list must be provided"),
    ],
    ids=["nothing", "no list"],
)
def test_what_the_sdk_says_of_wrong_options(
    cloud: FakeCloud, face: Any, options: Any, text: str
) -> None:
    with pytest.raises(CloudError) as caught:  # as run against wx-server-sdk 4.0.2
        face(cloud.server).getOpenData(*options)
    assert (caught.value.errCode, caught.value.errMsg) == (-1, text)
