"""Shops around where I stand, nearest first."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud

#: Longitude and latitude; from the tower in Guangzhou, some 0, 1.1, 2.2 and 111 km northwards.
SHOPS = {
    "at the tower": (113.3245, 23.1064),
    "next street": (113.3245, 23.1164),
    "other bank": (113.3245, 23.1264),
    "next town": (113.3245, 24.1064),
}


@pytest.fixture
def db(world: FakeCloud, face: Any) -> Any:
    world.create_collection("shops", permission="READONLY")
    world.create_index("shops", {"at": "2dsphere"})
    Point = world.database().Geo.Point
    shops = [
        {"_id": name, "at": Point(*place), "open": "street" not in name}
        for name, place in SHOPS.items()
    ]
    world.seed({"shops": [*reversed(shops), {"_id": "online only"}]}, openid=None)
    return face(world).database()


def found(answer: Any) -> list[str]:
    return [shop["_id"] for shop in answer.data]


def test_nearest_first_within_two_kilometres(db: Any) -> None:
    _, me = db.command, db.Geo.Point(*SHOPS["at the tower"])
    near = db.collection("shops").where({"at": _.geoNear(geometry=me, maxDistance=2000)})
    assert found(near.get()) == ["at the tower", "next street"]
    assert near.count().total == 2


def test_a_ring_around_me_that_is_open(db: Any) -> None:
    _, me = db.command, db.Geo.Point(*SHOPS["at the tower"])
    ring = _.geoNear({"geometry": me, "minDistance": 500, "maxDistance": 5000})
    shops = db.collection("shops")
    assert found(shops.where({"at": ring}).get()) == ["next street", "other bank"]
    assert found(shops.where({"at": ring, "open": True}).get()) == ["other bank"]
    assert found(shops.where({"at": ring}).orderBy("at.coordinates.1", "desc").get()) == [
        "other bank",
        "next street",
    ]


def test_a_circle_and_a_district(db: Any) -> None:
    _, (longitude, latitude) = db.command, SHOPS["at the tower"]
    two_kilometres = 2 / 6378.1
    circle = _.geoWithin(centerSphere=[[longitude, latitude], two_kilometres])
    assert set(found(db.collection("shops").where({"at": circle}).get())) == {
        "at the tower",
        "next street",
    }
    corners = [(113.3, 23.11), (113.4, 23.11), (113.4, 23.2), (113.3, 23.2), (113.3, 23.11)]
    outline = db.Geo.LineString([db.Geo.Point(*corner) for corner in corners])
    district = _.geoWithin(geometry=db.Geo.Polygon([outline]))
    assert set(found(db.collection("shops").where({"at": district}).get())) == {
        "next street",
        "other bank",
    }


def test_how_far_each_one_is(db: Any) -> None:
    near = (
        db.collection("shops")
        .aggregate()
        .geoNear(
            near=db.Geo.Point(*SHOPS["at the tower"]),
            spherical=True,
            distanceField="metres",
            maxDistance=3000,
            query={"open": True},
        )
        .project({"metres": db.command.aggregate.floor("$metres")})
        .end()
        .list
    )
    assert near == [{"_id": "at the tower", "metres": 0}, {"_id": "other bank", "metres": 2226}]


def test_a_shop_is_read_back_as_it_was_put(db: Any) -> None:
    at = db.collection("shops").doc("next town").get().data["at"]
    assert isinstance(at, db.Geo.Point)
    assert (at.longitude, at.latitude) == SHOPS["next town"]
