"""Stories of requests that the backend refused: nothing had changed."""

from __future__ import annotations

import contextlib
from typing import Any

from cloud_fake import CloudError, FakeCloud
from tests.stories.faults import apps
from tests.stories.faults.telling import told_of


@told_of(
    apps.TakesErrorsForEmptiness,
    mended=apps.KnowsThatItDoesNotKnow,
    family="outcome",
    phase="execute",
)
def test_an_error_that_was_taken_for_an_empty_list(
    make: Any, world: FakeCloud, face: Any, kept: Any
) -> None:
    world.seed({"todos": [{"text": "rent"}]})
    world.faults.on("database.todos.get").fail("timeout").once()
    make(face(world)).open()
    assert [todo["text"] for todo in kept("todos")] == ["rent"]


@told_of(apps.StopsAtTheFirst, mended=apps.GoesOnWithTheNext, family="outcome", phase="execute")
def test_one_report_that_never_gets_through(
    make: Any, world: FakeCloud, face: Any, kept: Any
) -> None:
    app = make(face(world))
    world.faults.on("database.reports.add", where={"data._id": "a"}).fail(sticky=True)
    for _ in range(3):
        app.sync()
    assert sorted(report["_id"] for report in kept("reports")) == ["b", "c"]
    assert app.waiting == ["a"]


@told_of(apps.TriesAgainAtOnce, mended=apps.BacksOff, family="capacity", phase="execute")
def test_a_storm_of_retries_against_a_throttle(
    make: Any, world: FakeCloud, face: Any, kept: Any
) -> None:
    world.faults.on("database.rows.add").throttle(n=5, per=10)
    app = make(face(world), world.clock.advance)
    for row in range(8):
        app.put(row)
    assert len(kept("rows")) == 8


@told_of(apps.OneByOne, mended=apps.AllAtOnce, family="capacity", phase="execute")
def test_the_end_of_the_month(make: Any, world: FakeCloud, face: Any, kept: Any) -> None:
    world.faults.on("database.*").quota(n=10, of="writes").may_stay_unused()
    app = make(face(world.server))
    with contextlib.suppress(CloudError):
        app.put(list(range(30)))
    assert len(kept("rows")) == 30


@told_of(apps.SwallowsTheConflict, mended=apps.SellsWhatItGot, family="data", phase="execute")
def test_a_sale_that_lost_the_race(make: Any, world: FakeCloud, face: Any, kept: Any) -> None:
    world.seed({"stock": [{"_id": "lamp", "left": 5}]})
    world.faults.on("database.stock.update").conflict().nth(2)
    shop = make(face(world))
    for _ in range(3):
        shop.sell()
    assert kept("stock")[0]["left"] == 5 - shop.sold
