"""`docs/storms.md` says what the code says, its examples run, and its samples are what is shown."""

from __future__ import annotations

import ast
import re

import pytest

from cloud_fake.storms import MENU, matrix, read_script, write_marker
from pytest_plugin import options
from tests.docs import storms
from tests.plugin.running import marker_in, plugins, section


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", storms.document(), re.MULTILINE | re.DOTALL)


def test_the_file_is_in_step() -> None:
    written = storms.FILE.read_text(encoding="utf-8")
    assert written == storms.document(), "run: python -m tests.docs.storms"


def test_every_word_and_every_keyword_is_there() -> None:
    text = storms.document()
    assert [word for word in MENU if f"`{word}`" not in text] == []
    assert [word for word in options.MARKER_KEYWORDS if f"{word}=" not in text] == []


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_an_example(pytester: pytest.Pytester, number: int) -> None:
    (pytester.path / "test_example.py").write_text(blocks("python")[number], encoding="utf-8")
    result = pytester.runpytest_inprocess(*plugins(), "-W", "error")
    result.assert_outcomes(passed=1)


# --- the samples ---------------------------------------------------------------------------------


def test_a_storm_s_marker_is_one() -> None:
    sample = blocks("text")[0].splitlines()
    marker = marker_in(sample)
    call = ast.parse(marker.removeprefix("@"), mode="eval").body
    assert isinstance(call, ast.Call)
    ((name, value),) = [(it.arg, ast.literal_eval(it.value)) for it in call.keywords]
    assert name == "faults"
    assert "\n".join(write_marker(read_script(value))) == marker
    assert re.fullmatch(r"seed \d+ of \d+ broke it\. 2 of its .*; as a test of its own:", sample[0])


EACH = """
import contextlib
import pytest
from cloud_fake import CloudError

@pytest.mark.cloud(collections=["orders", "notes"], fail_each_call=True)
def test_it(cloud):
    @cloud.function("note")
    def note(event, context):
        context.cloud.database().collection("notes").add(data=event)

    orders = cloud.database().collection("orders")
    try:
        orders.add(data={"n": 1})
    except CloudError:
        orders.add(data={"n": 1})
    with contextlib.suppress(CloudError):
        cloud.callFunction(name="note", data={"n": 1})
    with pytest.raises(CloudError):
        orders.doc("nowhere").get()
    assert cloud.calls.committed("database.orders.add") == 1
"""


def test_the_table_of_calls_is_what_is_shown(pytester: pytest.Pytester) -> None:
    (pytester.path / "test_it.py").write_text(EACH, encoding="utf-8")
    shown = section(pytester.runpytest_inprocess(*plugins()), "cloud, each call failing once")
    assert [re.sub(r"assert .* == 1", "assert 2 == 1", line) for line in shown] == blocks("text")[
        1
    ].splitlines()


def test_the_table_of_a_session_is_what_is_shown() -> None:
    struck = {
        "database.todos.add": {"lost_reply": {"retried": 3, "surfaced": 3}},
        "database.todos.count": {"delay": {"answered": 6}},
    }
    assert matrix(struck, ["database.todos.get"]) == blocks("text")[2].splitlines()
