"""What the tests of faults share."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud
from tests.faults import acts


@pytest.fixture
def busy(world: FakeCloud) -> FakeCloud:
    """A world in which every act can be done."""
    acts.prepare(world)
    return world


@pytest.fixture
def todos(app: Any) -> Any:
    """Alice's collection, on either face."""
    return app.database().collection("todos")
