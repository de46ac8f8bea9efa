"""Stories of requests that never reached the backend."""

from __future__ import annotations

from typing import Any

from cloud_fake import FakeCloud
from tests.stories.faults import apps
from tests.stories.faults.telling import told_of


@told_of(apps.ClearsTheField, mended=apps.KeepsTheDraft, family="availability", phase="request")
def test_what_was_typed_in_a_tunnel(make: Any, world: FakeCloud, face: Any, kept: Any) -> None:
    notebook = make(face(world))
    notebook.field = "buy milk"
    with world.faults.offline("o-alice"):
        assert not notebook.send()
    notebook.send()  # out of the tunnel, the user presses the button again
    assert [note["text"] for note in kept("notes")] == ["buy milk"]


@told_of(apps.OrdersAgain, mended=apps.OrdersOnce, family="availability", phase="request")
def test_an_order_that_was_stuck_in_the_network(
    make: Any, world: FakeCloud, face: Any, kept: Any
) -> None:
    table = make(face(world))
    world.faults.jam("database.orders.*").once()
    assert not table.order("soup")
    assert table.order("soup")  # the guest was asked to try again
    world.faults.heal()
    assert [order["dish"] for order in kept("orders")] == ["soup"]


@told_of(apps.SavesWhatItHas, mended=apps.SavesWhatIsNewer, family="delivery", phase="request")
def test_a_text_that_came_back(make: Any, world: FakeCloud, face: Any, kept: Any) -> None:
    world.seed({"notes": [{"_id": "draft", "text": "", "version": 0}]})
    editor = make(face(world))
    world.faults.on("database.notes.update").overtaken(seconds=5).once()
    editor.save("Dear An")
    editor.save("Dear Ann")
    assert kept("notes")[0]["text"] == "Dear Ann"
