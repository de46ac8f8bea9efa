"""Troubles that have a name: what they do to a cloud, and to whom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import cloud_fake
from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.kernel.faults.presets import PRESETS

DOCS = Path(cloud_fake.__file__).parents[1] / "docs"
OF_DEVICES = [name for name, preset in PRESETS.items() if preset.of_device]
OF_THE_CLOUD = [name for name, preset in PRESETS.items() if not preset.of_device]


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"], seed=7)
    cloud.clock.freeze()
    cloud.register_function("pay", lambda event, context: asks_inside(context))
    return cloud


def asks_inside(context: Any) -> int:
    return context.cloud.database().collection("todos").count()["total"]


def counts(face: Any) -> bool:
    """Whether a call is answered."""
    try:
        face.database().collection("todos").count()
    except CloudError:
        return False
    return True


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_arms_and_may_stay_unused(cloud: FakeCloud, name: str) -> None:
    rules = cloud.faults.preset(name)
    assert len(rules) == len(PRESETS[name].rules)
    assert all(rule.effect is not None for rule in rules)
    assert cloud.faults.rules == tuple(rules)
    assert cloud.faults.unused() == []
    assert PRESETS[name].about.endswith(".")
    assert f"`{name}`" in (DOCS / "scenarios.md").read_text("utf-8")


@pytest.mark.parametrize("name", PRESETS)
def test_its_rules_can_be_pasted_into_a_test(cloud: FakeCloud, name: str) -> None:
    texts = [str(rule) for rule in cloud.faults.preset(name)]
    other = FakeCloud(env="dev-1a2b3c", collections=["todos"])
    assert [str(other.faults.add(text)) for text in texts] == texts


@pytest.mark.parametrize("name", OF_DEVICES)
def test_one_s_own_network_is_nobody_else_s(cloud: FakeCloud, name: str) -> None:
    cloud.faults.preset(name, "o-bob")
    for _ in range(40):
        assert counts(cloud)
        assert counts(cloud.server)
    assert all(not call.faults for call in cloud.calls)
    assert cloud.clock.next_due() is None


@pytest.mark.parametrize("name", ["subway", "hotel_wifi", "2g", "airplane_mode"])
def test_a_network_is_of_devices_and_not_of_what_runs_in_the_cloud(
    cloud: FakeCloud, name: str
) -> None:
    cloud.faults.preset(name)
    for _ in range(40):
        counts(cloud.server)
        counts(cloud)
        try:
            cloud.callFunction(name="pay")
        except CloudError:
            continue
    struck = {call.caller for call in cloud.calls if call.faults}
    assert struck == {"o-alice"}


@pytest.mark.parametrize("name", OF_THE_CLOUD)
def test_the_cloud_s_own_trouble_is_nobody_s_device_s(cloud: FakeCloud, name: str) -> None:
    with pytest.raises(MisuseError, match=f"the trouble '{name}' is the cloud's own"):
        cloud.faults.preset(name, "o-bob")
    assert cloud.faults.rules == ()


def test_the_tunnels_count_from_when_it_is_armed(cloud: FakeCloud) -> None:
    counts(cloud)
    cloud.clock.advance(minutes=10)
    for rule in cloud.faults.preset("subway"):
        if rule.what != "offline":
            rule.stop()
    start = cloud.clock.now()

    def answered_at(seconds: float) -> bool:
        cloud.clock.move_to(start + timedelta(seconds=seconds))
        return counts(cloud)

    seen = {seconds: answered_at(seconds) for seconds in (0, 39, 41, 109, 111, 141, 231, 300, 331)}
    assert [seconds for seconds, answered in seen.items() if not answered] == [41, 109, 141, 300]


WHAT_THEY_DO: list[tuple[str, str, set[str]]] = [
    ("airplane_mode", "database", {"offline"}),
    ("flaky_backend", "database", {"fail", "lost_reply", "lognormal"}),
    ("slow_database", "database", {"fail", "lognormal"}),
    ("quota_at_months_end", "database", {"quota"}),
    ("thundering_herd", "database", {"ramp", "fail"}),
    ("deploy_at_night", "function", {"outage"}),
    ("cold_start", "function", {"cold_start"}),
    ("split_brain", "database", {"partition"}),
    ("split_brain", "function", set()),
]


@pytest.mark.parametrize(("name", "service", "effects"), WHAT_THEY_DO)
def test_what_they_do_to_two_hundred_calls(
    cloud: FakeCloud, name: str, service: str, effects: set[str]
) -> None:
    cloud.faults.preset(name)
    for _ in range(200):
        try:
            if service == "database":
                cloud.database().collection("todos").count()
            else:
                cloud.callFunction(name="pay")
        except CloudError:
            continue
    outside = [call for call in cloud.calls if call.inside is None]
    assert {fault.partition("(")[0] for call in outside for fault in call.faults} == effects


def test_the_same_seed_is_the_same_trouble() -> None:
    def transcript(seed: int) -> list[str]:
        cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"], seed=seed)
        cloud.clock.freeze()
        cloud.faults.preset("hotel_wifi")
        for _ in range(50):
            counts(cloud)
        return cloud.calls.lines()

    assert transcript(7) == transcript(7) != transcript(8)


def test_a_name_that_is_none(cloud: FakeCloud) -> None:
    with pytest.raises(MisuseError, match=r"no preset is called 'subwy'; did you mean 'subway'\?"):
        cloud.faults.preset("subwy")
    with pytest.raises(MisuseError, match="no preset is called 'x'; there are subway, hotel_wifi"):
        cloud.faults.preset("x")
