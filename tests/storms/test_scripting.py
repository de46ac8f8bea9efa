"""Scripts of trouble: as a marker has them, and back."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.kernel.faults.effects import Fail, LostReply
from cloud_fake.storms import Trouble, arm_script, read_script, script_of, write_marker
from cloud_fake.storms.scripting import WIDTH
from cloud_fake.strategies import fault_plans

# --- reading -------------------------------------------------------------------------------------

PAY = "function.pay: lost_reply once"
READ: list[tuple[Any, dict[int, tuple[str, ...]]]] = [
    ([PAY], {1: (PAY,)}),
    ((PAY, PAY), {1: (PAY, PAY)}),
    ([], {1: ()}),
    ({1: [PAY], 3: [PAY]}, {1: (PAY,), 3: (PAY,)}),
    ([f"{PAY} optional"], {1: (f"{PAY} optional",)}),
]


@pytest.mark.parametrize(("given", "script"), READ)
def test_what_a_script_says(given: Any, script: dict[int, tuple[str, ...]]) -> None:
    assert read_script(given) == script


REFUSED: list[tuple[Any, str]] = [
    (PAY, "a list of texts such as"),
    (True, "a list of texts such as"),
    ({1: PAY}, "a list of texts such as"),
    ({0: [PAY]}, "the numbers 1, 2 …, and not 0"),
    ({True: [PAY]}, "the numbers 1, 2 …, and not True"),
    ({"bob": [PAY]}, "the numbers 1, 2 …, and not 'bob'"),
    ([PAY, None], "a rule's text is a text, not None"),
    (["function.pay: lost_replay"], "did you mean 'lost_reply'"),
    (["funtion.pay: fail"], r"did you mean 'function\.pay'"),
    (["storage.upload: gap"], r"gap strikes watch\.\*"),
    (["function.pay: fail twice"], "'twice'"),
]


@pytest.mark.parametrize(("given", "text"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_is_no_script(given: Any, text: str) -> None:
    with pytest.raises(MisuseError, match=text):
        read_script(given)


def test_what_a_script_is_about_need_not_be_there_yet_and_yet_has_to_come() -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    texts = ["database.todo.add: fail once", "function.pay: fail optional"]
    rules = arm_script(cloud, texts, "test_it.py:7")
    assert cloud.faults.unused() == rules[:1]
    assert [rule.made_at for rule in rules] == ["test_it.py:7"] * 2
    cloud.create_collection("todo")
    with pytest.raises(CloudError):
        cloud.database().collection("todo").add(data={})
    assert cloud.faults.unused() == []


# --- writing -------------------------------------------------------------------------------------

LOST = Trouble("function.pay", LostReply(), (1,))
FAILS = Trouble('database.todos.add where {"data.n": 1}', Fail("internal"), (2, 3))
ELSEWHERE = Trouble("function.pay", LostReply(), (1, 2), cloud=1)

WRITTEN = [
    ([LOST], None, '@pytest.mark.cloud(faults=["function.pay: lost_reply once"])'),
    (
        [LOST],
        "0/a 'quoted' \"test\"",
        "@pytest.mark.cloud(seed='0/a \\'quoted\\' \"test\"', "
        'faults=["function.pay: lost_reply once"])',
    ),
    (
        [ELSEWHERE],
        None,
        '@pytest.mark.cloud(faults={2: ["function.pay: lost_reply times 2"]})',
    ),
    (
        [LOST, FAILS, ELSEWHERE],
        "7",
        """\
@pytest.mark.cloud(
    seed="7",
    faults={
        1: [
            "function.pay: lost_reply once",
            'database.todos.add where {"data.n": 1}: fail(code="internal") nth 2,3',
        ],
        2: [
            "function.pay: lost_reply times 2",
        ],
    },
)""",
    ),
    (
        [LOST, FAILS],
        None,
        """\
@pytest.mark.cloud(
    faults=[
        "function.pay: lost_reply once",
        'database.todos.add where {"data.n": 1}: fail(code="internal") nth 2,3',
    ],
)""",
    ),
]


@pytest.mark.parametrize(("troubles", "seed", "text"), WRITTEN)
def test_how_a_script_is_written(troubles: list[Trouble], seed: str | None, text: str) -> None:
    assert "\n".join(write_marker(script_of(troubles), seed)) == text


@given(plans=st.lists(fault_plans(), min_size=1, max_size=3), seed=st.none() | st.text())
def test_what_was_written_is_read_again(plans: list[list[str]], seed: str | None) -> None:
    script = {number: tuple(plan) for number, plan in enumerate(plans, 1) if plan}
    lines = write_marker(script, seed)
    assert len(lines) > 1 or len(lines[0]) <= WIDTH
    call = ast.parse("\n".join(lines).removeprefix("@"), mode="eval").body
    assert isinstance(call, ast.Call)
    options = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert options.get("seed") == seed
    assert {n: texts for n, texts in read_script(options["faults"]).items() if texts} == script
