"""Expressions: every operator against the tables of its family in `expressions/`.

A table maps an operator to rows `(operand, document, expected)`; an error as the expected value
means that it is raised, with that code, and with that text unless the text is empty. `REFUSED` maps
an operator to rows `(operand, error)`: these fail when they are compiled, before any document.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from cloud_fake.errors import NotSupportedByFake, QueryError
from cloud_fake.query.expressions import GLOBAL_SCOPE, compile_expression, evaluate
from cloud_fake.query.operators.expressions import EXPRESSION_OPERATORS
from cloud_fake.values.kinds import MISSING


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"expressions_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLES = [_load(path) for path in sorted((Path(__file__).parent / "expressions").glob("*.py"))]


def _rows(table_name: str) -> list[Any]:
    return [
        pytest.param(operator, *row, id=f"{operator}-{number}")
        for table in TABLES
        for operator, rows in getattr(table, table_name, {}).items()
        for number, row in enumerate(rows)
    ]


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down: `1`, `1.0` and `True` are three things."""
    return repr(one) == repr(other)


def expect_error(expected: Exception, run: Any) -> None:
    with pytest.raises(type(expected)) as raised:
        run()
    if isinstance(expected, QueryError):
        assert raised.value.code == expected.code
        assert not expected.text or raised.value.text == expected.text


@pytest.mark.parametrize(("operator", "operand", "document", "expected"), _rows("CASES"))
def test_operator(operator, operand, document, expected):
    expression = {operator: operand}
    if isinstance(expected, Exception):
        expect_error(expected, lambda: evaluate(expression, document))
    else:
        assert same(evaluate(expression, document), expected)


@pytest.mark.parametrize(("operator", "operand", "error"), _rows("REFUSED"))
def test_refused_before_any_document(operator, operand, error):
    expect_error(error, lambda: compile_expression({operator: operand}))


def test_every_operator_has_cases():
    assert {operator for table in TABLES for operator in table.CASES} == set(EXPRESSION_OPERATORS)


def test_every_operator_has_a_case_with_null_or_an_error():
    """Null is where operators differ most; the ones that have no opinion on it are named."""
    without_opinion = {"$literal", "$meta"}
    covered = {
        operator
        for table in TABLES
        for operator, rows in table.CASES.items()
        for operand, _, _ in rows
        if re.search(r"None|'\$nul'|'\$missing'", repr(operand))
    }
    assert set(EXPRESSION_OPERATORS) - covered == without_opinion


@pytest.mark.parametrize("operator", EXPRESSION_OPERATORS)
def test_every_operator_says_what_it_is(operator):
    assert EXPRESSION_OPERATORS[operator].__doc__


# --- the syntax around the operators -------------------------------------------------------------

DOCUMENT = {
    "n": 5,
    "nul": None,
    "o": {"a": {"b": 1}, "list": [{"x": 1}, {"x": 2}]},
    "list": [{"x": 1, "in": {"y": 7}}, {"x": None}, {}, 3, [{"x": 9}], {"x": [4]}],
    "scalars": [1, 2],
    "0": "zero",
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # literals are themselves
        (5, 5),
        (1.5, 1.5),
        (True, True),
        (None, None),
        ("text", "text"),
        ("", ""),
        ("cost $5", "cost $5"),
        ({}, {}),
        ([], []),
        # paths: MongoDB manual, "field path"
        ("$n", 5),
        ("$nul", None),
        ("$missing", MISSING),
        ("$n.a", MISSING),
        ("$nul.a", MISSING),
        ("$o.a", {"b": 1}),
        ("$o.a.b", 1),
        ("$o.a.c", MISSING),
        ("$o.a.b.c", MISSING),
        # through arrays: what object elements hold, no more than one level of arrays
        ("$list.x", [1, None, [4]]),
        ("$list.in.y", [7]),
        ("$list.nothing", []),
        ("$o.list.x", [1, 2]),
        ("$scalars.x", []),
        # a number is a key, never an index
        ("$0", "zero"),
        ("$scalars.0", []),
        # system variables
        ("$$ROOT", DOCUMENT),
        ("$$CURRENT", DOCUMENT),
        ("$$ROOT.o.a.b", 1),
        ("$$CURRENT.n", 5),
        ("$$REMOVE", MISSING),
        ("$$REMOVE.a", MISSING),
        # objects leave out what is missing, arrays hold null for it
        ({"a": "$n", "b": {"c": "$o.a.b"}}, {"a": 5, "b": {"c": 1}}),
        ({"a": "$missing", "b": 1}, {"b": 1}),
        ({"a": {"b": "$missing"}}, {"a": {}}),
        (["$n", "$missing", {"$add": ["$n", 1]}], [5, None, 6]),
        ({"a": "$$REMOVE"}, {}),
        # variables are those of the innermost binding; CURRENT is what `$a` starts from
        ({"$let": {"vars": {"x": 1}, "in": "$$x"}}, 1),
        ({"$let": {"vars": {"ö_1": "$o"}, "in": "$$ö_1.a.b"}}, 1),
        ({"$let": {"vars": {"xs": "$list"}, "in": "$$xs.x"}}, [1, None, [4]]),
        ({"$let": {"vars": {"CURRENT": "$o"}, "in": ["$a.b", "$$ROOT.n", "$$CURRENT.a"]}},
         [1, 5, {"b": 1}]),
    ],
)  # fmt: skip
def test_syntax(expression, expected):
    assert same(evaluate(expression, DOCUMENT), expected)


@pytest.mark.parametrize(
    ("expression", "code", "text"),
    [
        ({"$nope": 1}, 168, "Unrecognized expression '$nope'"),
        ({"$add": [{"$nope": 1}]}, 168, "Unrecognized expression '$nope'"),
        ({"$push": "$n"}, 168, "Unrecognized expression '$push'"),
        (
            {"$add": [1], "$subtract": [1, 2]},
            15983,
            "An object representing an expression must have exactly one field: "
            "{$add: [1], $subtract: [1, 2]}",
        ),
        ({"$add": 1, "b": 2}, 15983, ""),
        ({"a": 1, "$add": 2}, 16410, "FieldPath field names may not start with '$'."),
        ({"a.b": 1}, 16412, "FieldPath field names may not contain '.'."),
        ({"": 1}, 15998, "FieldPath field names may not be empty strings."),
        ("$", 16872, "'$' by itself is not a valid FieldPath"),
        ("$a.", 40353, "FieldPath must not end with a '.'."),
        ("$a..b", 15998, "FieldPath field names may not be empty strings."),
        ("$.a", 15998, "FieldPath field names may not be empty strings."),
        ("$a.$b", 16410, "FieldPath field names may not start with '$'."),
        ("$a\0", 16411, "FieldPath field names may not contain '\0'."),
        ("$$", 16869, "empty variable names are not allowed"),
        ("$$_a", 16870, "'_a' starts with an invalid character for a variable name"),
        ("$$a-b", 16871, "'a-b' contains an invalid character for a variable name: '-'"),
        ("$$x", 17276, "Use of undefined variable: x"),
        ("$$NOW", 17276, "Use of undefined variable: NOW"),
        ("$$this", 17276, "Use of undefined variable: this"),
    ],
)
def test_syntax_errors(expression, code, text):
    expect_error(QueryError(code, text), lambda: compile_expression(expression))


def test_a_part_without_document_fails_when_compiled():
    """MongoDB folds constants before it runs, so the first document need not come."""
    expect_error(
        QueryError(16608, "can't $divide by zero"),
        lambda: compile_expression({"$cond": ["$a", 1, {"$divide": [1, 0]}]}),
    )


def test_what_depends_on_documents_fails_when_it_runs():
    divide = compile_expression({"$divide": [1, "$n"]})
    assert divide({"n": 2}) == 0.5
    expect_error(QueryError(16608, ""), lambda: divide({"n": 0}))


def test_a_scope_lends_its_variables():
    scope, [outer, other] = GLOBAL_SCOPE.bind("outer", "other")
    expression = compile_expression({"$add": ["$n", "$$outer.a", "$$other"]}, scope)
    outer.value, other.value = {"a": 10}, 100
    assert expression({"n": 1}) == 111
    outer.value = {"a": 20}
    assert expression({"n": 1}) == 121


@pytest.mark.parametrize(
    ("name", "code"), [("", 16866), ("ROOT", 16867), ("_x", 16867), ("1", 16867), ("a-b", 16868)]
)
def test_names_that_variables_may_not_have(name, code):
    expect_error(QueryError(code, ""), lambda: GLOBAL_SCOPE.bind(name))


def test_nested_iterations_keep_their_elements_apart():
    products = {
        "$map": {
            "input": "$xs",
            "in": {"$map": {"input": "$ys", "as": "y", "in": {"$multiply": ["$$this", "$$y"]}}},
        }
    }
    assert evaluate(products, {"xs": [1, 2], "ys": [3, 4]}) == [[3, 4], [6, 8]]


def test_documents_are_not_edited():
    document = {"xs": [3, 1], "o": {"a": 1}}
    for expression in (
        {"$concatArrays": ["$xs", [1]]},
        {"$reverseArray": "$xs"},
        {"$setUnion": ["$xs", [7]]},
        {"$mergeObjects": ["$o", {"b": 2}]},
    ):
        evaluate(expression, document)
    assert document == {"xs": [3, 1], "o": {"a": 1}}


def test_unsupported_is_said():
    with pytest.raises(NotSupportedByFake, match="textScore"):
        compile_expression({"$meta": "textScore"})
