"""What an app does and what the cloud has of it afterwards: the rows of the tables of faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from cloud_fake import CloudError, FakeCloud


class Act(NamedTuple):
    """One call of an app; `done` counts what the cloud has of it."""

    do: Callable[[Any], Any]
    done: Callable[[FakeCloud], int]


def records(world: FakeCloud, **like: Any) -> list[dict[str, Any]]:
    """The records of `todos`, asked past every rule and without a line on the timeline."""
    found = world.fork().server.database().collection("todos").get().data
    return [it for it in found if all(it.get(key) == value for key, value in like.items())]


def files(world: FakeCloud) -> int:
    """How many of the files that the acts are about there are."""
    sdk = world.fork().server
    ids = [
        "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/" + name for name in ("new.txt", "old.txt")
    ]
    return sum(item.status == 0 for item in sdk.getTempFileURL(fileList=ids).fileList)


ACTS: dict[str, Act] = {
    "database.todos.add": Act(
        lambda app: app.database().collection("todos").add(data={"is": "new"}),
        lambda world: len(records(world, **{"is": "new"})),
    ),
    "database.todos.update": Act(
        lambda app: app.database().collection("todos").doc("old").update(data={"is": "newer"}),
        lambda world: len(records(world, **{"is": "newer"})),
    ),
    "database.todos.remove": Act(
        lambda app: app.database().collection("todos").doc("old").remove(),
        lambda world: 1 - len(records(world, _id="old")),
    ),
    "function.pay": Act(
        lambda app: app.callFunction(name="pay"), lambda world: len(records(world, paid=True))
    ),
    "storage.upload": Act(
        lambda app: app.uploadFile(cloudPath="new.txt", filePath=__file__),
        lambda world: files(world) - 1,
    ),
    "storage.delete": Act(
        lambda app: app.deleteFile(
            fileList=["cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/old.txt"]
        ),
        lambda world: 1 - files(world),
    ),
}


def prepare(world: FakeCloud) -> None:
    """What the acts are about."""
    world.seed({"todos": [{"_id": "old", "is": "old"}]})
    world.uploadFile(cloudPath="old.txt", filePath=__file__)

    @world.function("pay")
    def pay(event: Any, context: Any) -> str:
        context.cloud.database().collection("todos").add(data={"paid": True})
        return "paid"


def error_of(call: Any, /, *args: Any, **kwargs: Any) -> CloudError:
    """What it fails with."""
    with pytest.raises(CloudError) as caught:
        call(*args, **kwargs)
    return caught.value


def fails(call: Any, /, *args: Any, **kwargs: Any) -> bool:
    """Whether it does."""
    try:
        call(*args, **kwargs)
    except CloudError:
        return True
    return False


def pattern_of(call: Any, times: int) -> str:
    """Which of so many calls fail: `x` for one that does, `.` for one that does not."""
    return "".join("x" if fails(call) else "." for _ in range(times))
