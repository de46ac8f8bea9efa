"""The best players of a game: scores summed up, and the players' names looked up."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud

PLAYERS = [
    {"_id": "p1", "name": "Ada", "level": "gold"},
    {"_id": "p2", "name": "Bo", "level": "silver"},
    {"_id": "p3", "name": "Cy", "level": "gold"},
]
GAMES = [
    {"player": "p1", "score": 10, "week": 1},
    {"player": "p1", "score": 30, "week": 2},
    {"player": "p2", "score": 25, "week": 1},
    {"player": "p2", "score": 15, "week": 1},
    {"player": "p3", "score": 5, "week": 2},
    {"player": "p3", "week": 2},  # given up
    {"player": "gone", "score": 99, "week": 2},  # has left since
]


@pytest.fixture
def db(world: FakeCloud, face: Any) -> Any:
    for name, records in (("players", PLAYERS), ("games", GAMES)):
        world.create_collection(name, permission="ADMINWRITE")
        world.seed({name: records}, openid=None)
    return face(world).database()


def test_the_three_best(db: Any) -> None:
    _, agg = db.command, db.command.aggregate
    best = (
        db.collection("games")
        .aggregate()
        .match({"score": _.exists(True)})
        .group({"_id": "$player", "total": agg.sum("$score"), "games": agg.sum(1)})
        .sort({"total": -1, "_id": 1})
        .limit(3)
        .lookup(from_="players", localField="_id", foreignField="_id", as_="player")
        .project(
            {
                "_id": 0,
                "total": 1,
                "games": 1,
                "name": agg.ifNull([agg.arrayElemAt(["$player.name", 0]), "(left)"]),
            }
        )
        .end()
    )
    assert best == {
        "list": [
            {"total": 99, "games": 1, "name": "(left)"},
            {"total": 40, "games": 2, "name": "Ada"},
            {"total": 40, "games": 2, "name": "Bo"},
        ],
        "errMsg": "collection.aggregate:ok",
    }


def test_the_best_of_each_level_joined_by_a_pipeline(db: Any) -> None:
    """Every player with the own best game; then the best of each level."""
    _, agg = db.command, db.command.aggregate
    best_game = (
        agg.pipeline()
        .match(_.expr(agg.and_([agg.eq(["$player", "$$who"]), agg.gt(["$score", 0])])))
        .sort({"score": -1})
        .limit(1)
        .project({"_id": 0, "score": 1, "week": 1})
        .done()
    )
    levels = (
        db.collection("players")
        .aggregate()
        .lookup(from_="games", let={"who": "$_id"}, pipeline=best_game, as_="best")
        .unwind("$best")
        .sort({"best.score": -1})
        .group(
            {
                "_id": "$level",
                "name": agg.first("$name"),
                "score": agg.max("$best.score"),
                "weeks": agg.addToSet("$best.week"),
            }
        )
        .sort({"score": -1})
        .end()
        .list
    )
    assert levels == [
        {"_id": "gold", "name": "Ada", "score": 30, "weeks": [2]},
        {"_id": "silver", "name": "Bo", "score": 25, "weeks": [1]},
    ]


def test_how_the_scores_are_spread(db: Any) -> None:
    agg = db.command.aggregate
    spread = (
        db.collection("games")
        .aggregate()
        .bucket(
            groupBy="$score",
            boundaries=[0, 20, 50],
            default="other",
            output={"count": agg.sum(1), "scores": agg.push("$score")},
        )
        .end()
        .list
    )
    assert spread == [
        {"_id": 0, "count": 3, "scores": [10, 15, 5]},
        {"_id": 20, "count": 2, "scores": [30, 25]},
        {"_id": "other", "count": 2, "scores": [99]},
    ]
