"""The one table of expectations on the Python faces: no Node needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cloud_fake import FakeCloud
from tests.clients.faces import ClientFace, Face, ServerFace, outcome
from tests.clients.table import ROWS, make_cloud

FACES: dict[str, Callable[[FakeCloud, Path], Face]] = {
    "client": lambda cloud, folder: ClientFace(cloud, cloud, folder),
    "server": lambda cloud, folder: ServerFace(cloud, cloud.server, folder),
}
#: What each SDK does not have.
ABSENT = {"client": {"runTransaction", "createCollection"}, "server": {"watch"}}


@pytest.mark.parametrize("side", FACES)
def test_the_table(side: str, tmp_path: Path) -> None:
    with make_cloud() as cloud:
        face = FACES[side](cloud, tmp_path)
        found = [outcome(face, row.ask) for row in ROWS]
    absent = {row.api for row, it in zip(ROWS, found, strict=True) if it.get("absent")}
    wrong = [
        (str(row), it)
        for row, it in zip(ROWS, found, strict=True)
        if row.api not in absent and not row.fits(it)
    ]
    assert wrong == []
    assert absent == ABSENT[side]
