"""That trouble is the same on both faces, whatever it is."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud
from tests.conftest import Blocking
from tests.faults.test_text import STEPS, fresh, recipes


class OnFace:
    """A world whose app and server are asked on one face, and steered as ever."""

    def __init__(self, world: FakeCloud, *, awaited: bool) -> None:
        self.world = world
        self._awaited = awaited

    @property
    def server(self) -> Any:
        return self._face(self.world.server)

    def _face(self, sdk: Any) -> Any:
        return Blocking(sdk.aio) if self._awaited else sdk

    def __getattr__(self, name: str) -> Any:
        steering = ("clock", "calls", "faults", "device_clock")
        return getattr(self.world if name in steering else self._face(self.world), name)


def told(builds: list[Any], steps: list[str], *, awaited: bool) -> tuple[str, list[Any]]:
    """What happens on a face: the timeline, and how often each rule had a hand in it."""
    app = OnFace(fresh(), awaited=awaited)
    rules = [build(app.world) for build in builds]
    for step in steps:
        with contextlib.suppress(CloudError):
            STEPS[step](app)
    app.faults.heal()
    app.clock.advance(20)
    return str(app.calls), [(rule.matched, rule.fired) for rule in rules]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(recipes(), min_size=1, max_size=3),
    st.lists(st.sampled_from(sorted(STEPS)), max_size=14),
)
def test_both_faces_tell_the_same(builds: list[Any], steps: list[str]) -> None:
    blocking, awaited = (told(builds, steps, awaited=it) for it in (False, True))
    if "echo_late" not in blocking[0]:  # in an event loop its events come with the next turn
        assert blocking == awaited
