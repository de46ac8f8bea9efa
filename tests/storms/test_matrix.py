"""The table of a session: operation by fault, to the letter."""

from __future__ import annotations

import pytest

from cloud_fake.kernel.faults.effects import EFFECTS
from cloud_fake.storms import matrix
from cloud_fake.storms.matrix import LONGEST_NAME, MOST_ROWS, Struck

SHOP: Struck = {
    "function.pay": {
        "lost_reply": {"retried": 3, "surfaced": 1},
        "delay": {"answered": 120},
        "fail": {"caught": 1, "retried": 1},
    },
    "database.orders.add": {"lost_reply": {"surfaced": 2}},
    "watch.orders": {"gap": {"answered": 1}},
}
CALLED = ["database.orders.add", "database.orders.get", "function.pay", "watch.orders"]

TABLES = [
    ({}, [], 100, ""),
    ({}, CALLED, 100, ""),
    (
        SHOP,
        CALLED,
        100,
        """\
operation             fail  lost_reply    gap      delay
database.orders.add      ·       2/0/2      ·          ·
database.orders.get      ·           ·      ·          ·
function.pay         2/2/0       4/3/1      ·  120/120/0
watch.orders             ·           ·  1/1/0          ·
fired/handled/surfaced, · never tried""",
    ),
    (
        SHOP,
        CALLED,
        40,
        """\
operation             fail  lost_reply
database.orders.add      ·       2/0/2
database.orders.get      ·           ·
function.pay         2/2/0       4/3/1
watch.orders             ·           ·
operation              gap      delay
database.orders.add      ·          ·
database.orders.get      ·          ·
function.pay             ·  120/120/0
watch.orders         1/1/0          ·
fired/handled/surfaced, · never tried""",
    ),
    (
        {"function.pay": {"fail": {"surfaced": 1}}},
        ["function.pay"],
        3,
        """\
operation      fail
function.pay  1/0/1
fired/handled/surfaced, · never tried""",
    ),
]


@pytest.mark.parametrize(("struck", "called", "width", "table"), TABLES)
def test_the_table(struck: Struck, called: list[str], width: int, table: str) -> None:
    assert "\n".join(matrix(struck, called, width)) == table


def test_a_part_has_as_many_columns_as_fit() -> None:
    struck = {"function.pay": {word: {"surfaced": 1} for word in EFFECTS}}
    lines = matrix(struck, [], 80)[:-1]
    assert max(map(len, lines)) <= 80
    heads = [word for line in lines[::2] for word in line.split()[1:]]
    assert heads == list(EFFECTS)
    cells = [cell for line in lines[1::2] for cell in line.split()[1:]]
    assert cells == ["1/0/1"] * len(EFFECTS)


def test_of_too_many_operations_those_that_were_struck_are_shown() -> None:
    called = [f"function.f{n:03}" for n in range(100)]
    struck = {name: {"fail": {"surfaced": 1}} for name in called[-3:]}
    lines = matrix(struck, called)
    assert [line.split()[0] for line in lines[1:4]] == called[-3:]
    assert lines[4] == "… 97 more operations, 97 of them never tried"
    struck = {name: {"fail": {"surfaced": 1}} for name in called[:60]}
    lines = matrix(struck, called)
    assert len(lines) == MOST_ROWS + 3
    assert lines[-2] == "… 60 more operations, 40 of them never tried"


def test_a_long_name_is_cut() -> None:
    struck = {f"function.{'x' * 90}": {"fail": {"surfaced": 1}}}
    _, row, _ = matrix(struck, [])
    assert row == f"function.{'x' * (LONGEST_NAME - 10)}…  1/0/1"
