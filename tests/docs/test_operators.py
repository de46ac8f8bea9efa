"""`docs/operators.md` says what the tables say, and every operator in them is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cloud_fake.query.operators import QUERY_OPERATORS, UNSUPPORTED_QUERY_OPERATORS
from cloud_fake.query.operators.accumulators import ACCUMULATORS
from cloud_fake.query.operators.expressions import EXPRESSION_OPERATORS
from cloud_fake.query.operators.updates import UPDATE_OPERATORS
from cloud_fake.query.stages import STAGES
from tests.docs import operators

TABLES = {
    "QUERY_OPERATORS": QUERY_OPERATORS,
    "UPDATE_OPERATORS": UPDATE_OPERATORS,
    "EXPRESSION_OPERATORS": EXPRESSION_OPERATORS,
    "ACCUMULATORS": ACCUMULATORS,
    "STAGES": STAGES,
}
TESTS = Path(__file__).parents[1] / "query"
#: Which tests hold the cases of which table.
CASES = {
    "QUERY_OPERATORS": ["test_filters.py"],
    "UPDATE_OPERATORS": ["test_updates.py"],
    "EXPRESSION_OPERATORS": ["expressions/*.py"],
    "ACCUMULATORS": ["test_accumulators.py"],
    "STAGES": ["test_stages.py"],
}


def test_the_file_is_in_step() -> None:
    written = operators.FILE.read_text(encoding="utf-8")
    assert written == operators.document(), "run: python -m tests.docs.operators"


@pytest.mark.parametrize("table", TABLES)
def test_every_operator_has_a_row(table: str) -> None:
    rows = re.findall(r"^\| `(\$\w+)` \|", operators.document(), re.MULTILINE)
    assert TABLES[table].keys() - rows == set()


@pytest.mark.parametrize("table", TABLES)
def test_every_operator_has_a_case(table: str) -> None:
    texts = [path.read_text(encoding="utf-8") for glob in CASES[table] for path in TESTS.glob(glob)]
    named = {name for text in texts for name in re.findall(r"""["'](\$\w+)["']""", text)}
    assert TABLES[table].keys() - named == set()


def test_what_is_not_supported_is_in_no_table() -> None:
    assert UNSUPPORTED_QUERY_OPERATORS.isdisjoint(QUERY_OPERATORS)


def test_the_frozen_tables_are_frozen() -> None:
    for table in TABLES.values():
        with pytest.raises(TypeError):
            table["$mine"] = None  # type: ignore[index]  # the mistake
