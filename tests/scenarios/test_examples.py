"""The scenarios of the documentation: they hold, and they could fail."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pydantic
import pytest

import cloud_fake
from cloud_fake.scenarios import Scenario, json_schema, play, read, read_text

DOCS = Path(cloud_fake.__file__).parents[1] / "docs"
EXAMPLES = sorted((DOCS / "scenarios").glob("*.cloud.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_holds(path: Path) -> None:
    verdict = play(read(path))
    assert verdict.outcomes
    assert list(verdict.complaints()) == []
    assert verdict.name


def test_there_are_examples() -> None:
    assert [path.name.partition(".")[0] for path in EXAMPLES] == [
        "album",
        "chat",
        "links",
        "lost_reply",
        "subway",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_the_ride_ends_well_whatever_the_seed(seed: int) -> None:
    assert list(play(read(DOCS / "scenarios" / "subway.cloud.yaml"), seed).complaints()) == []


def test_the_complaint_that_the_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS.parent)
    spoilt = read("docs/scenarios/subway.cloud.yaml", {"tries": 1})
    (told,) = re.findall(r"`(docs/\S+:\d+:\d+: .*)`", (DOCS / "scenarios.md").read_text("utf-8"))
    assert told in play(spoilt).complaints()


#: One change to an example, after which it tells another story and fails.
SPOILT: list[tuple[str, str, str, str]] = [
    (
        "lost_reply",
        "shop.py:pay_once",
        "shop.py:pay ",
        "orders.count == 1 where {sum: 8}: there are 2",
    ),
    ("lost_reply", "lost_reply once", "lost_request once", "function.pay: committed == 2"),
    ("subway", "tries: 12", "tries: 1", "database.notes.set is answered"),
    ("links", "permission: PRIVATE", "permission: READONLY", "storage.fetch answers"),
    ("links", 'at: "11:00"', 'at: "09:59"', "storage.fetch answers {status: 403}"),
    ("album", "[cat, owl]", "[cat, dog, owl]", "never photos.count == 0 where {_id: 'dog'}"),
    ("album", " once", " skip 1", "the rule 'storage.delete: fail_items"),
    ("chat", "gap once", "gap(n=2) once", "screen holds {docs: {$size: 3}}"),
]


@pytest.mark.parametrize(("name", "before", "after", "failure"), SPOILT, ids=lambda part: part[:30])
def test_an_example_that_is_spoilt_fails(name: str, before: str, after: str, failure: str) -> None:
    path = DOCS / "scenarios" / f"{name}.cloud.yaml"
    text = path.read_text("utf-8")
    assert before in text
    verdict = play(read_text(text.replace(before, after), path.name, path.parent))
    assert failure in "\n".join(verdict.complaints())


def test_the_sample_of_the_page_plays(tmp_path: Path) -> None:
    page = (DOCS / "scenarios.md").read_text("utf-8")
    (sample,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    shutil.copy(DOCS / "scenarios" / "shop.py", tmp_path)
    (tmp_path / "cat.jpg").write_bytes(b"meow")
    verdict = play(read_text(sample, "sample", tmp_path))
    assert len(verdict.outcomes) == 3
    assert list(verdict.complaints()) == []


# --- the schema ----------------------------------------------------------------------------------


def version() -> tuple[int, ...]:
    return tuple(int(part) for part in pydantic.VERSION.split(".")[:2])


@pytest.mark.skipif(version() < (2, 11), reason="older pydantic words the same schema otherwise")
def test_the_schema_in_the_documentation_is_the_schema() -> None:
    kept = json.loads((DOCS / "scenario.schema.json").read_text("utf-8"))
    assert kept == json_schema(), "cloud-fake schema > docs/scenario.schema.json"


def test_the_schema_knows_and_explains_every_key() -> None:
    schema = json_schema()
    assert schema["properties"].keys() == Scenario.model_fields.keys()
    parts = [part for part in schema["$defs"].values() if part["type"] == "object"]
    for part in [schema, *parts]:
        assert part["additionalProperties"] is False
        assert part["description"]
        for name, field in part["properties"].items():
            assert field.get("description"), f"{part['title']}.{name} is not explained"


def test_the_schema_takes_a_reference_where_a_value_will_be() -> None:
    tries = json_schema()["$defs"]["CallStep"]["properties"]["tries"]
    number, reference = tries["anyOf"]
    assert number == {"type": "integer", "minimum": 1}
    assert re.fullmatch(reference["pattern"], "${tries}")
    assert not re.search(reference["pattern"], "5")
    assert tries["default"] == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_names_its_schema_for_editors(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../scenario.schema.json"
