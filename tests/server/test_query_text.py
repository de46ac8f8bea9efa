"""Query texts: the JavaScript that callers of WeChat's open API send, and what is refused of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cloud_fake import FakeCloud
from cloud_fake.server.querytext import QueryTextError, read_statement
from cloud_fake.values.geo import Point
from cloud_fake.values.kinds import MISSING
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import ServerDate

DATABASE = FakeCloud(env="dev").server.database()
NOW = 1_700_000_000_000


def read(text: str) -> Any:
    return read_statement(text, DATABASE, NOW)


def value(text: str) -> Any:
    """What a JavaScript expression means, as a field of a new record."""
    return read(f'db.collection("c").add({{data: {{x: {text}}}}})').options["data"]["x"]


def condition(text: str) -> Any:
    return read(f'db.collection("c").where({text}).get()').selection.condition


VALUES = [
    ("1", 1),
    ("-1.5", -1.5),
    (".5", 0.5),
    ("5.", 5),
    ("1e3", 1000),
    ("0x1F", 31),
    ("0b11", 3),
    ("0o17", 15),
    ("1_000", 1000),
    ("3600 * 1000", 3600000),
    ("(1 + 2) * 3 - 4 / 2 % 3", 7),
    ("-(2)", -2),
    ("+3", 3),
    ("!0", True),
    ("1e400", float("inf")),
    ("'a'", "a"),
    ('"\\n\\t\\x41\\u4e2d\\u{1F600}\\\'\\"\\\\\\q\\0"', "\n\tA中😀'\"\\q\0"),
    ('"\\uD83D\\uDE00"', "😀"),
    ('"a\\\nb"', "ab"),
    ("`t`", "t"),
    ("'a' + 'b'", "ab"),
    ("true", True),
    ("false", False),
    ("null", None),
    ("undefined", MISSING),
    ("[1, [2,], ]", [1, [2]]),
    ("{a: 1, 'b c': 2, 3: {}, }", {"a": 1, "b c": 2, "3": {}}),
    ("/^a.b/im", Regex("^a.b", "im")),
    ("db.RegExp({regexp: '^a', options: 'i'})", Regex("^a", "i")),
    ("new db.RegExp({regexp: '^a'})", Regex("^a")),
    ("db.serverDate()", ServerDate(0)),
    ("db.serverDate({offset: 60 * 1000})", ServerDate(60000)),
    ("db.Geo.Point(113, 23)", Point(113, 23)),
    ("new db.Geo.Point(113, 23)", Point(113, 23)),
    ("new Date(0)", datetime(1970, 1, 1, tzinfo=UTC)),
    ("new Date('2024-01-02T03:04:05+08:00')", datetime(2024, 1, 1, 19, 4, 5, tzinfo=UTC)),
    ("new Date('2024-01-02')", datetime(2024, 1, 2, tzinfo=UTC)),
    ("new Date()", datetime.fromtimestamp(NOW / 1000, UTC)),
    ("new Date(new Date(5))", datetime(1970, 1, 1, 0, 0, 0, 5000, tzinfo=UTC)),
    ("1 // one\n", 1),
    ("/* one */ 1", 1),
]


@pytest.mark.parametrize(("text", "meant"), VALUES)
def test_values(text: str, meant: Any) -> None:
    assert value(text) == meant


CONDITIONS = [
    ("{n: _.gt(1).and(_.lt(5))}", {"$and": [{"n": {"$gt": 1}}, {"n": {"$lt": 5}}]}),
    ("{n: db.command.in([1, 2])}", {"n": {"$in": [1, 2]}}),
    ("_.or([{a: 1}, {b: _.exists(false)}])", {"$or": [{"a": 1}, {"b": {"$exists": False}}]}),
    ("_.or({a: 1}, {b: 2})", {"$or": [{"a": 1}, {"b": 2}]}),
    ("{a: {b: {c: 1}}}", {"a.b.c": 1}),
    ("{a: _.not(_.eq(1))}", {"a": {"$not": {"$eq": 1}}}),
    ('{"$or": [{"a": 1}]}', {"$or": [{"a": 1}]}),
]


@pytest.mark.parametrize(("text", "meant"), CONDITIONS)
def test_conditions(text: str, meant: Any) -> None:
    assert condition(text) == meant


def test_the_whole_chain() -> None:
    statement = read("""
        db.collection('c')
          .where({done: false})
          .field({n: true})
          .orderBy("n", "desc").orderBy('m', 'asc')
          .skip(2).limit(3)
          .get();
    """)
    selection = statement.selection
    assert (statement.verb, statement.options) == ("get", MISSING)
    assert (selection.collection, selection.condition) == ("c", {"done": False})
    assert (selection.order, selection.skip, selection.limit) == ((("n", -1), ("m", 1)), 2, 3)
    assert selection.fields == {"n": 1}


@pytest.mark.parametrize("verb", ["get", "update", "set", "remove"])
def test_one_record(verb: str) -> None:
    statement = read(f"db.collection('c').doc('x').{verb}({{data: {{n: _.inc(1)}}}})")
    assert (statement.selection.document_id, statement.verb) == ("x", verb)
    assert repr(statement.options["data"]["n"]) == "_.inc(1)"


def test_a_pipeline_with_names_of_its_own() -> None:
    statement = read("""
        const cmd = db.command, agg = cmd.aggregate;
        db.collection('c').aggregate()
          .match({n: cmd.gte(1)})
          .lookup({from: 'd', let: {x: '$x'}, as: 'ds',
                   pipeline: agg.pipeline().match(_.expr(agg.eq(['$y', '$$x']))).done()})
          .group({_id: '$k', total: $.sum('$n')})
          .end()
    """)
    assert statement.verb == "end"
    assert [next(iter(stage)) for stage in statement.selection.stages] == [
        "$match", "$lookup", "$group",
    ]  # fmt: skip
    assert statement.selection.stages[1]["$lookup"]["pipeline"] == [
        {"$match": {"$expr": {"$eq": ["$y", "$$x"]}}}
    ]


REFUSED = [
    "",
    "db",
    "db.collection('c')",
    "db.collection('c').where({})",
    "db.collection('c').get().then(x)",
    "db.collection('c').get(); db.collection('c').get()",
    "return db.collection('c').get()",
    "await db.collection('c').get()",
    "db.collection('c').get(",
    "db.collection('c').constructor",
    "db.collection('c').get.constructor('return 1')()",
    "db.constructor.constructor('return process')()",
    "db.__class__.__mro__",
    "db['collection']('c').get()",
    "db?.collection('c').get()",
    "db.collection?.('c').get()",
    "db._world.journal.clear()",
    "db.collection('c')._on(1)",
    "db.collection('c').collectionName",
    "db.collection('c').aggregate().stages.end()",
    "db.collection('c').where({}).doc('x').get()",
    "db.collection('c').add({data: {...{}}})",
    "db.collection('c').add({data: {a}})",
    "db.collection('c').add({data: {[a]: 1}})",
    "db.collection('c').add({data: {f() {}}})",
    "db.collection('c').add({data: {get f() { return 1 }}})",
    "db.collection('c').where({a: `x${1}`}).get()",
    "db.collection('c').where({a: 10n}).get()",
    "db.collection('c').where({a: 017}).get()",
    "db.collection('c').where({a: /x/g}).get()",
    "db.collection('c').where({a: 1 == 1}).get()",
    "db.collection('c').where({a: 2 ** 9999}).get()",
    "db.collection('c').where({a: typeof 1}).get()",
    "db.collection('c').where({a: 1 ? 2 : 3}).get()",
    "db.collection('c').where({a: '1' - 1}).get()",
    "db.collection('c').where({a: x = 1}).get()",
    "db.collection('c').where({a: () => 1}).get()",
    "db.collection('c').where({a: function () {}}).get()",
    "db.collection('c').where({a: require('fs')}).get()",
    "db.collection('c').where({a: process.env}).get()",
    "db.collection('c').where({a: new Date(1, 2)}).get()",
    "db.collection('c').where({a: new Date('soon')}).get()",
    "db.collection('c').where({a: new Date(1e300)}).get()",
    "db.collection('c').where({a: new Function('1')}).get()",
    "db.collection('c').where({a: new db.collection('c')}).get()",
    "db.collection('c').where({a: _.gt}).get()",
    "db.collection('c').where({a: _.nothing(1)}).get()",
    "db.collection('c').where({a: _.gt(1).operands}).get()",
    "db.collection('c').where({a: '\\u{110000}'}).get()",
    "db.collection('c').orderBy('a', 'up').get()",
    "db.collection('c').limit('x').get()",
    "db.collection('').get()",
    "db.collection('c').where(5).get()",
    "db.RegExp({regexp: 'a', options: 'g'})",
    "const {x} = db; db.collection('c').get()",
    "let x; db.collection('c').get()",
    "for (;;) {}",
    "db.collection('c').where(" + "[" * 300 + "]" * 300 + ").get()",
    "db.collection('c')" + ".skip(1)" * 5000 + ".get()",
    "db.collection('c').where({a: " + "1+" * 5000 + "1}).get()",
    "(" * 50_000,
    "x" * (3 * 1024 * 1024),
]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:50])
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(QueryTextError):
        read(text)


def test_the_place_of_a_mistake_is_told() -> None:
    with pytest.raises(QueryTextError, match=r"not allowed: y => 1 at line 2, column 14"):
        read("db.collection('c')\n  .where({x: y => 1}).get()")
    with pytest.raises(QueryTextError, match="syntax error at line 1"):
        read("db.collection('c'.get()")
