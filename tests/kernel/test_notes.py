"""What stands on the timeline between the calls: files, lists, faults, and what functions say."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud
from cloud_fake.kernel.timeline import Note

SIZE = 50_000


def notes(world: FakeCloud) -> list[tuple[int, str]]:
    """Depth and text of each note."""
    return [
        (entry.depth, f"{entry.kind}: {entry.text}")
        for entry in world.calls.entries
        if isinstance(entry, Note)
    ]


def do(call: Callable[..., Any], **options: Any) -> Any:
    with contextlib.suppress(CloudError):
        return call(**options)


# --- files ---------------------------------------------------------------------------------------


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.jpg"
    path.write_bytes(bytes(SIZE))
    return str(path)


TRANSFERS = [
    (None, "", ", 50000 bytes sent", ", 50000 bytes received"),
    ("partial(part=0.4)", "", ", 20000 of 50000 bytes sent, then the line breaks", None),
    ("stuck(part=0.9)", "", ", 45000 of 50000 bytes sent, then nothing more", None),
    ("lost_reply", "", ", 50000 bytes sent", None),
    (
        None,
        "truncated",
        ", 50000 bytes sent",
        ", 50000 bytes received\nfile: album/1.jpg, 25000 of 50000 bytes arrive",
    ),
    (
        None,
        "corrupt",
        ", 50000 bytes sent",
        ", 50000 bytes received\nfile: album/1.jpg arrives corrupted",
    ),
    (
        None,
        "partial(part=0.5)",
        ", 50000 bytes sent",
        ", 25000 of 50000 bytes received, then the line breaks",
    ),
]


@pytest.mark.parametrize(("up", "down", "sent", "received"), TRANSFERS)
def test_a_transfer_leaves_one_line_however_it_ends(
    world: FakeCloud,
    app: Any,
    photo: str,
    up: str | None,
    down: str,
    sent: str,
    received: str | None,
) -> None:
    if up:
        world.faults.add(f"storage.upload: {up}")
    if down:
        world.faults.add(f"storage.download: {down}")
    uploaded = do(app.uploadFile, cloudPath="album/1.jpg", filePath=photo)
    told = f"file: album/1.jpg{sent}"
    if uploaded is not None:
        do(app.downloadFile, fileID=uploaded.fileID)
        told += f"\nfile: album/1.jpg{received}"
    assert notes(world) == [(1, line) for line in told.split("\n")]


def test_a_transfer_with_many_events_leaves_one_line_too(world: FakeCloud, photo: str) -> None:
    events: list[Any] = []

    async def story() -> None:
        task = world.aio.uploadFile(cloudPath="1.jpg", filePath=photo, fail=lambda error: None)

        def watch(event: Any) -> None:
            events.append(event)
            if len(events) == 3:
                task.abort()

        task.onProgressUpdate(watch)
        await task

    asyncio.run(story())
    assert len(events) == 3
    assert notes(world) == [(1, "file: 1.jpg, 12288 of 50000 bytes sent, then it is aborted")]


def test_a_function_s_files_stand_beneath_its_calls(world: FakeCloud, app: Any) -> None:
    @world.function("draw")
    def draw(event: Any, context: Any) -> None:
        context.log("drawing")
        context.cloud.uploadFile(cloudPath="drawn.png", fileContent=b"123")

    app.callFunction(name="draw")
    assert notes(world) == [(1, "log: drawing"), (2, "file: drawn.png, 3 bytes sent")]


# --- faults --------------------------------------------------------------------------------------


def test_the_healing_is_told_if_there_is_anything_to_heal(world: FakeCloud) -> None:
    world.faults.heal()
    world.faults.add("database.*: fail")
    world.faults.heal()
    world.faults.heal()
    with world.faults.offline():
        pass
    world.faults.heal()
    assert notes(world) == [(0, "fault: all is healed")]
