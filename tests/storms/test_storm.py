"""What a storm draws, where it strikes, and that it comes again."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import cloud_fake
from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.kernel.faults.effects import EFFECTS, FAMILIES
from cloud_fake.kernel.faults.presets import PRESETS
from cloud_fake.storms import MENU, Storm, choose, record, replay
from cloud_fake.storms.menu import EVERYTHING, NOT_BY_ITSELF
from cloud_fake.storms.storm import MERCY
from tests.storms import app

# --- the menu ------------------------------------------------------------------------------------


def test_every_effect_is_on_the_menu_or_has_a_reason_not_to_be() -> None:
    assert MENU.keys() | NOT_BY_ITSELF.keys() == EFFECTS.keys()
    assert not MENU.keys() & NOT_BY_ITSELF.keys()
    assert all(form.word == word for word, forms in MENU.items() for form in forms)


CHOICES: list[tuple[Any, tuple[str, ...], tuple[str, ...], float]] = [
    (True, EVERYTHING, (), 1.0),
    (0.5, EVERYTHING, (), 0.5),
    (2, EVERYTHING, (), 2.0),
    ("lost_reply", ("lost_reply",), (), 1.0),
    (["time", "lost_reply", "delay"], ("delay", "lost_reply"), (), 1.0),
    (["capacity"], ("fail",), (), 1.0),
    (["subway", "lost_reply"], ("lost_reply",), ("subway",), 1.0),
    # A word that is a preset as well is the effect.
    (["cold_start"], ("cold_start",), (), 1.0),
]


@pytest.mark.parametrize(("wanted", "words", "presets", "intensity"), CHOICES)
def test_how_a_storm_is_asked_for(
    wanted: Any, words: tuple[str, ...], presets: tuple[str, ...], intensity: float
) -> None:
    assert choose(wanted) == (words, presets, intensity)


@pytest.mark.parametrize("name", [*FAMILIES, *MENU, *PRESETS])
def test_everything_that_has_a_name_can_be_asked_for(name: str) -> None:
    chosen = choose([name])
    assert chosen.words or chosen.presets


@pytest.mark.parametrize("wanted", [False, 0, 5, -1, [], ["nothing"], "jam", [7]])
def test_what_cannot_be_asked_for(wanted: Any) -> None:
    with pytest.raises(MisuseError):
        choose(wanted)


def test_records_and_files_are_spoilt_only_if_it_is_asked_for() -> None:
    assert {"corrupt", "truncated"}.isdisjoint(EVERYTHING)
    assert set(choose("data").words) >= {"corrupt", "truncated"}


# --- where it strikes ----------------------------------------------------------------------------


def open_cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos", "orders"], seed=7)
    cloud.clock.freeze()
    return cloud


def ask(cloud: FakeCloud, times: int, name: str = "todos") -> list[bool]:
    """Whether each of so many different calls failed."""
    records = cloud.database().collection(name)
    return [fails(records.where({"n": n}).count) for n in range(times)]


def fails(call: Any, **options: Any) -> bool:
    try:
        call(**options)
    except CloudError:
        return True
    return False


def test_a_quarter_of_the_places_is_on_and_strikes_a_quarter_of_the_calls() -> None:
    storms = [ask_under(Storm(seed, ["lost_request"])) for seed in range(400)]
    struck = [storm for storm in storms if any(storm)]
    assert 70 <= len(struck) <= 130
    shares = sum(map(sum, struck)) / (40 * len(struck))
    assert 0.2 <= shares <= 0.3


def ask_under(storm: Storm) -> list[bool]:
    cloud = open_cloud()
    storm.arm(cloud)
    return ask(cloud, 40)


def test_an_intensity_makes_it_more_or_less() -> None:
    few, usual, many = (
        sum(sum(ask_under(Storm(seed, intensity))) for seed in range(40))
        for intensity in (0.3, 1.0, 2.0)
    )
    assert few * 3 < usual < many


def test_one_place_shifts_no_other() -> None:
    for seed in range(50):
        alone = ask_under(Storm(seed, ["lost_request"]))
        beside = open_cloud()
        Storm(seed, ["lost_request"]).arm(beside)
        together = []
        for n in range(40):
            fails(beside.database().collection("orders").count)
            fails(beside.database().collection("todos").get)
            together += [fails(beside.database().collection("todos").where({"n": n}).count)]
        assert together == alone


def test_nobody_is_struck_more_often_in_a_row_than_an_app_tries() -> None:
    for seed in range(200):
        cloud = open_cloud()
        Storm(seed, 3.0).arm(cloud)
        todos = cloud.database().collection("todos")
        failed = [fails(todos.doc("one").set, data={"n": 1}) for _ in range(MERCY + 1)]
        assert not all(failed)


def test_a_function_too_gets_through_when_it_is_called_often_enough() -> None:
    for seed in range(100):
        cloud = open_cloud()

        @cloud.function("save")
        def save(event: Any, context: Any) -> None:
            context.cloud.database().collection("todos").add(data=event)

        Storm(seed, 3.0).arm(cloud)
        assert not all(fails(cloud.callFunction, name="save") for _ in range(MERCY + 1))


def test_offline_and_outage_come_in_gusts() -> None:
    lengths = set()
    for seed in range(300):
        cloud = open_cloud()
        Storm(seed, ["offline", "outage"]).arm(cloud)
        text = "".join("x" if failed else "." for failed in ask(cloud, 30))
        lengths |= {len(gust) for gust in text.split(".")}
    assert lengths >= {0, 1, 2, 3, 4}


def test_healing_ends_it() -> None:
    cloud = open_cloud()
    Storm(5, 4.0).arm(cloud)
    assert any(ask(cloud, 20))
    cloud.faults.heal()
    assert not any(ask(cloud, 20, "orders"))
    assert not cloud.faults.armed


def test_two_storms_at_once_are_both() -> None:
    newer = ask_under(Storm(8, ["lost_request"]))
    cloud = open_cloud()
    Storm(5, ["lost_request"]).arm(cloud)
    Storm(8, ["lost_request"]).arm(cloud)
    both = ask(cloud, 40)
    # The newer one strikes first, the older one what is left.
    assert all(struck for struck, before in zip(both, newer, strict=True) if before)
    assert sum(both) > sum(newer) > 0
    cloud.faults.heal()
    assert not any(ask(cloud, 40))


def test_threads_that_come_by_at_once_meet_one_storm() -> None:
    for seed in range(20):
        cloud = open_cloud()
        Storm(seed, 2.0).arm(cloud)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, [cloud] * 8, [10] * 8))
        said = [str(rule) for rule in cloud.faults.rules]
        assert len(said) == len(set(said))


def test_a_preset_comes_along() -> None:
    cloud = open_cloud()
    rules = Storm(5, ["airplane_mode"]).arm(cloud)
    assert list(map(str, rules)) == list(map(str, cloud.faults.rules))
    assert all(ask(cloud, 3))


# --- recording -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("wanted", [True, 2.0, ["subway", "delivery"]], ids=str)
def test_what_has_struck_strikes_again(seed: int, wanted: Any) -> None:
    first, again = app.open_cloud(), app.open_cloud()
    rules = Storm(seed, wanted).arm(first)
    app.run(first)
    recorded = record(rules)
    replay(again, recorded)
    app.run(again)
    assert str(again.calls) == str(first.calls)
    assert list(map(str, record(again.faults.rules))) == list(map(str, recorded))


def test_a_record_reads_as_rules() -> None:
    cloud = open_cloud()
    rules = [
        cloud.faults.add("database.todos.count: fail(sticky=true) nth 2"),
        cloud.faults.add("database.*: delay(seconds=1) every 2"),
        cloud.faults.add("database.todos.add: lost_reply"),
    ]
    todos = cloud.database().collection("todos")
    for _ in range(3):
        fails(todos.count)
    assert list(map(str, record(rules))) == [
        "database.todos.count: fail nth 2,3",
        "database.*: delay(seconds=1) nth 2",
    ]


def test_a_storm_is_the_same_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "4242")
    root = Path(cloud_fake.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "tests.storms.app", "3"],
        capture_output=True,
        check=True,
        cwd=root,
    )
    assert json.loads(done.stdout) == json.loads(json.dumps(app.told(3)))
