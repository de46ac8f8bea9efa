"""Import and export files: JSON Lines and CSV, as the console of the platform has them."""

from __future__ import annotations

import io
import re
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from cloud_fake.errors import NotSupportedByFake
from cloud_fake.values.dates import from_millis
from cloud_fake.values.regex import Regex
from cloud_fake.values.transfer import read_csv, read_json_lines, write_csv, write_json_lines

GUIDE = "WeChat cloud development, guide 数据库导入"


def lines_of(text: str) -> io.StringIO:
    """A file of this text, which gives its lines unchanged."""
    return io.StringIO(text, newline="")


def csv_of(*lines: str) -> list[dict[str, Any]]:
    return list(read_csv(line + "\n" for line in lines))


# JSON Lines.


def test_the_guides_example() -> None:
    """Source: GUIDE."""
    text = (
        '{"_id": "xxxxxx", "age": 45}\n'
        '{"_id": "yyyyyy", "date": {"$date": "2018-08-31T17:30:00.882Z"}}\n'
    )
    assert list(read_json_lines(lines_of(text))) == [
        {"_id": "xxxxxx", "age": 45},
        {"_id": "yyyyyy", "date": from_millis(1535736600882)},
    ]


def test_lines_need_no_newline() -> None:
    assert list(read_json_lines(["", '{"a":1}', "", '{"a":2}'])) == [{"a": 1}, {"a": 2}]
    assert list(read_csv(["a", "", "1", "2"])) == [{"a": 1}, {"a": 2}]


def test_json_lines_are_compact_readable_and_in_order() -> None:
    documents = [
        {"_id": "b", "名": "牛奶", "at": from_millis(0), "n": 1.5},
        {"_id": "a", "tags": ["x", {"y": None}], "re": Regex("^a", "i")},
    ]
    assert list(write_json_lines(documents)) == [
        '{"_id":"b","名":"牛奶","at":{"$date":"1970-01-01T00:00:00Z"},"n":1.5}\n',
        '{"_id":"a","tags":["x",{"y":null}],'
        '"re":{"$regularExpression":{"pattern":"^a","options":"i"}}}\n',
    ]


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("", []),
        ("\n \n", []),
        ('{"a":1}', [{"a": 1}]),
        ('\ufeff{"a":1}\r\n\r\n{"a":2}\r\n', [{"a": 1}, {"a": 2}]),
        ('{"_id":{"$oid":"5f0c1d2e3a4b5c6d7e8f9a0b"}}', [{"_id": "5f0c1d2e3a4b5c6d7e8f9a0b"}]),
        ('{"":1,"a.b":2}', [{"": 1, "a.b": 2}]),
    ],
)
def test_json_lines_read(text: str, documents: list[dict[str, Any]]) -> None:
    assert list(read_json_lines(lines_of(text))) == documents


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"a":1', "column 7"),
        ("[1]", "not an object"),
        ('{"$oid":"x"}', "not an object"),
        ("3", "not an object"),
        ('{"a":{"$date":"yesterday"}}', "yesterday"),
        ('{"a":1,"a":2}', "twice"),
        ('{"x":[{"a":1,"a":2}]}', "twice"),
        ('{".a":1}', "'.a'"),
        ('{"abc.":1}', "'abc.'"),
        ('{"a..b":1}', "'a..b'"),
        ('{"a":{"b":1},"a.b":2}', "ambiguous"),
        ('{"a.b":2,"a.b.c":1}', "ambiguous"),
        pytest.param("[" * 100_000, "nested too deep", id="100 000 brackets"),
    ],
)
def test_a_bad_line_is_named(line: str, why: str) -> None:
    """Source of what keys may not be: GUIDE."""
    reader = read_json_lines(lines_of('{"a":1}\n\n' + line))
    assert next(reader) == {"a": 1}
    with pytest.raises(ValueError, match="line 3.*" + re.escape(why)):
        next(reader)


def test_a_type_the_platform_has_not_is_refused_by_name() -> None:
    with pytest.raises(NotSupportedByFake, match=r"\$numberDecimal"):
        list(read_json_lines(['{"price": {"$numberDecimal": "1.50"}}']))


# CSV.


def test_the_guides_csv_example() -> None:
    """Source: GUIDE."""
    assert csv_of("_id,age", "xxxxxx,45", "yyyyyy,21") == [
        {"_id": "xxxxxx", "age": 45},
        {"_id": "yyyyyy", "age": 21},
    ]


#: A cell and what it is taken for. Numbers as `mongoimport` guesses them.
GUESSES: list[tuple[str, Any]] = [
    ("45", 45),
    ("-7", -7),
    ("+7", 7),
    ("007", 7),
    ("9007199254740991", 9007199254740991),
    ("9007199254740993", 9007199254740992.0),
    ("1.5", 1.5),
    ("2.", 2.0),
    (".5", 0.5),
    ("-1e3", -1000.0),
    ("1e999", "1e999"),
    ("1_000", "1_000"),
    ("٤٥", "٤٥"),
    ("nan", "nan"),
    ("true", True),
    ("false", False),
    ("True", "True"),
    ("null", "null"),
    ("2018-08-31T17:30:00.882Z", "2018-08-31T17:30:00.882Z"),
    ("[a]", "[a]"),
    ("{", "{"),
    ('"[1,""x""]"', [1, "x"]),
    ('"{""b"":{""$date"":0}}"', {"b": from_millis(0)}),
    ('"a,b"', "a,b"),
    ('"say ""hi"""', 'say "hi"'),
    ('" padded"', " padded"),
    ("5 apples", "5 apples"),
    ("文", "文"),
]


@pytest.mark.parametrize(("cell", "value"), GUESSES)
def test_cells_are_guessed(cell: str, value: Any) -> None:
    (document,) = csv_of("_id,value", f"x, {cell}")
    assert document["value"] == value
    assert type(document["value"]) is type(value)


@pytest.mark.parametrize(
    ("lines", "documents"),
    [
        ([], []),
        (["a,b"], []),
        (["\ufeffa,b", "1,2"], [{"a": 1, "b": 2}]),
        (["a,b", "", "1,", ",2", "3"], [{"a": 1}, {"b": 2}, {"a": 3}]),
        (
            ["_id,at.type,at.coordinates,at.name.zh", 'x,Point,"[113,23.5]",文'],
            [
                {
                    "_id": "x",
                    "at": {"type": "Point", "coordinates": [113, 23.5], "name": {"zh": "文"}},
                }
            ],
        ),
        (["list.0", "x"], [{"list": {"0": "x"}}]),
        (["a", '"two', 'lines"'], [{"a": "two\nlines"}]),
    ],
)
def test_csv_read(lines: list[str], documents: list[dict[str, Any]]) -> None:
    assert csv_of(*lines) == documents


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["a,a"], "line 1.*twice"),
        (["a,a.b"], "line 1.*'a.b' is ambiguous"),
        (["a.,b"], "line 1.*'a.'"),
        (["a,"], "line 1.*no key"),
        (["a,b", "1,2", "1,2,3"], "line 3.*3 cells under 2 keys"),
        (["a", "", '"never closed'], "line 3"),
        (["a", '"x"y'], "line 2"),
    ],
)
def test_a_bad_row_is_named(lines: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        csv_of(*lines)


def test_csv_has_a_column_for_every_path_in_the_order_of_the_first_documents() -> None:
    documents = [
        {"_id": "x", "done": True, "at": {"lat": 1, "lng": 2.5}},
        {"_id": "y", "tags": ["a", "b"], "at": {"lat": 3}, "note": None, "when": from_millis(882)},
    ]
    assert list(write_csv(documents)) == [
        "_id,done,at.lat,at.lng,tags,note,when\n",
        "x,true,1,2.5,,,\n",
        'y,,3,,"[""a"",""b""]",,1970-01-01T00:00:00.882Z\n',
    ]


def test_csv_of_chosen_fields() -> None:
    """Source: mongoexport `--fields`: dotted paths, array indexes, empty where nothing is."""
    documents = [{"a": {"b": 1, "c": {}}, "list": [{"n": 1}, {"n": 2}]}, {"a": 5, "list": []}]
    assert list(write_csv(documents, ["list.1.n", "a.b", "a", "x.y", "list.n"])) == [
        "list.1.n,a.b,a,x.y,list.n\n",
        '2,1,"{""b"":1,""c"":{}}",,\n',
        ",,5,,\n",
    ]


@pytest.mark.parametrize(
    ("documents", "lines"),
    [
        ([], []),
        ([{}, {}], []),
        ([{"a": 1}, {"a": {"b": 2}}], ["a\n", "1\n", '"{""b"":2}"\n']),
        ([{"a": {"b": 2}}, {"a": 1}], ["a\n", '"{""b"":2}"\n', "1\n"]),
        ([{"a": ""}, {"a": 1}], ["a\n", '""\n', "1\n"]),
        ([{"a": 'x"y\n, z'}], ["a\n", '"x""y\n, z"\n']),
        ([{"a": " x"}, {"a": "x "}], ["a\n", '" x"\n', "x \n"]),
        ([{"\ufeffa": 1}], ['"\ufeffa"\n', "1\n"]),
    ],
)
def test_csv_written(documents: list[dict[str, Any]], lines: list[str]) -> None:
    assert list(write_csv(documents)) == lines


@pytest.mark.parametrize("key", ["a.b", ""])
def test_a_key_that_no_column_can_name_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=f"'{key}'"):
        list(write_csv([{"x": {key: 1}}]))


# Round trips.

KEYS = st.text(min_size=1, max_size=5).filter(lambda key: "." not in key and key[0] != "$")
POINTS = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(
    lambda point: {"type": "Point", "coordinates": [*point]}
)
DATES = st.integers(-62_135_596_800_000, 253_402_300_799_999).map(from_millis)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
ANY_SCALARS = SCALARS | st.text() | st.none() | DATES


def nested(leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[str]) -> Any:
    return st.recursive(
        leaves | POINTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    )


#: Operators may be keys; the names of types may not, they would not be keys when read.
DOLLAR_KEYS = KEYS | st.sampled_from(["_id", "$set", "$gt", "$each"])


@given(
    documents=st.lists(st.dictionaries(DOLLAR_KEYS, nested(ANY_SCALARS, DOLLAR_KEYS)), max_size=3)
)
@settings(max_examples=100, deadline=None)
def test_json_lines_round_trip(documents: list[dict[str, Any]]) -> None:
    text = "".join(write_json_lines(documents))
    assert repr(list(read_json_lines(lines_of(text)))) == repr(documents)


def means_itself(text: str) -> bool:
    """Whether a string is read back as itself: not empty, no number, no word, no JSON."""
    return bool(text) and text not in ("true", "false") and text[0] not in "[{+-.0123456789"


CSV_SCALARS = SCALARS | st.text().filter(means_itself)
#: Inside an array all is JSON text, so there anything goes.
CSV_VALUES = CSV_SCALARS | st.lists(nested(ANY_SCALARS, DOLLAR_KEYS), max_size=3)
CSV_OBJECTS = st.dictionaries(KEYS, CSV_VALUES, min_size=1, max_size=3)
CSV_DOCUMENTS = st.dictionaries(KEYS, CSV_VALUES | CSV_OBJECTS | POINTS, min_size=1, max_size=4)


@given(documents=st.lists(CSV_DOCUMENTS, max_size=3))
@settings(max_examples=100, deadline=None)
def test_csv_round_trip_of_what_csv_can_tell(documents: list[dict[str, Any]]) -> None:
    text = "".join(write_csv(documents))
    assert list(read_csv(lines_of(text))) == documents
