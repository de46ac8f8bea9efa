"""Which calls a rule is about: names, arguments, callers, surroundings; and names that cannot be."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cloud_fake import FakeCloud, MisuseError
from tests.faults.acts import ACTS, fails

# --- names ---------------------------------------------------------------------------------------

PATTERNS = [
    ("*", list(ACTS)),
    ("database.*", ["database.todos.add", "database.todos.update", "database.todos.remove"]),
    ("*.todos.a*", ["database.todos.add"]),
    ("database.todos.[ar]*", ["database.todos.add", "database.todos.remove"]),
    ("storage.upload|function.*", ["function.pay", "storage.upload"]),
    ("storage.upload|storage.fetch", ["storage.upload"]),
    ({"name": "pay"}, ["function.pay"]),
]


@pytest.mark.parametrize(("pattern", "struck"), PATTERNS)
def test_patterns(busy: FakeCloud, app: Any, pattern: Any, struck: list[str]) -> None:
    assert struck_by(busy.faults.on(pattern).fail(), app) == sorted(struck)


def struck_by(rule: Any, app: Any) -> list[str]:
    """Which of the acts a rule strikes, whatever it does to what their functions do."""
    for act in ACTS.values():
        fails(act.do, app)
    return sorted(call.name for call in rule.struck if call.inside is None)


UNLESS = [
    ("database.*", [name for name in ACTS if not name.startswith("database.")]),
    ("database.*|storage.*", ["function.pay"]),
    ("*", []),
]


@pytest.mark.parametrize(("unless", "struck"), UNLESS)
def test_names_that_are_left_out(busy: FakeCloud, app: Any, unless: str, struck: list[str]) -> None:
    assert struck_by(busy.faults.on("*", unless=unless).fail(), app) == sorted(struck)


# --- arguments -----------------------------------------------------------------------------------

MOMENT = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
DATA = {"kind": "card", "n": 5, "tags": ["a", "b"], "at": MOMENT, "who": {"name": "Ann"}}


def conditions(_: Any, db: Any) -> list[tuple[Any, bool]]:
    """Conditions on the data of an `add`, in the database's own language."""
    return [
        ({}, True),
        ({"data.kind": "card"}, True),
        ({"data.kind": "cash"}, False),
        ({"data": {"kind": "card", "n": 5}}, True),
        ({"data.n": _.gt(4).and_(_.lt(6))}, True),
        ({"data.n": _.gte(6)}, False),
        ({"data.kind": _.in_(["cash", "card"])}, True),
        ({"data.tags": "b"}, True),
        ({"data.tags": _.all(["a", "c"])}, False),
        ({"data.at": MOMENT}, True),
        ({"data.at": _.gt(MOMENT)}, False),
        ({"data.kind": db.RegExp(regexp="^CA", options="i")}, True),
        ({"data.who.name": _.exists(True)}, True),
        ({"data.nothing": _.exists(True)}, False),
        (_.or_([{"data.n": 1}, {"data.kind": "card"}]), True),
        (_.nor([{"data.n": 5}]), False),
        ({"data.n": {"$gt": 4}}, True),
        ({"$or": [{"data.n": 1}, {"data.n": 5}]}, True),
        ({"function": "x"}, False),
    ]


@pytest.mark.parametrize("index", range(19))
def test_conditions_on_the_arguments(world: FakeCloud, todos: Any, index: int) -> None:
    db = world.database()
    where, is_struck = conditions(db.command, db)[index]
    world.faults.on("database.todos.add", where=where).fail()
    assert fails(todos.add, data=DATA) is is_struck


def test_what_a_builder_has_said_is_an_argument_too(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.todos.*", where={"where.done": True}).fail()
    world.faults.on("database.todos.*", where={"doc": "x"}).fail()
    world.faults.on("database.todos.*", where={"limit": {"$gte": 10}}).fail()
    asked = {
        "where": todos.where({"done": True}).get,
        "count": todos.where({"done": True}).count,
        "another": todos.where({"done": False}).get,
        "doc": todos.doc("x").get,
        "limit": todos.limit(15).get,
        "few": todos.limit(5).get,
    }
    assert [name for name, call in asked.items() if fails(call)] == [
        "where",
        "count",
        "doc",
        "limit",
    ]


def test_the_event_of_a_function(world: FakeCloud, app: Any) -> None:
    world.register_function("pay", lambda event, context: None)
    world.faults.on("function.pay", where={"data.kind": "card"}).fail()
    assert fails(app.callFunction, name="pay", data={"kind": "card"})
    assert not fails(app.callFunction, name="pay", data={"kind": "cash"})
    assert not fails(app.callFunction, name="pay")


def test_arguments_that_no_record_could_hold_hide_no_others(world: FakeCloud, app: Any) -> None:
    db = app.database()
    todos = db.collection("todos")
    world.seed({"todos": [{"_id": "x", "n": 1}]})
    world.faults.on("database.todos.update", where={"data.kind": "card"}).fail()
    assert fails(todos.doc("x").update, data={"kind": "card", "n": world.database().command.inc(1)})
    world.faults.on("storage.upload", where={"cloudPath": {"$regex": "[.]jpg$"}}).fail()
    assert fails(app.uploadFile, cloudPath="a.jpg", filePath=__file__, header={1: 2})


# --- callers -------------------------------------------------------------------------------------

CALLERS = [
    ("o-bob", ["o-bob"]),
    ("server", ["server", "inside"]),
    ("client", ["o-alice", "o-bob"]),
    ("o-nobody", []),
]


@pytest.mark.parametrize(("caller", "struck"), CALLERS)
def test_callers(world: FakeCloud, face: Any, caller: str, struck: list[str]) -> None:
    @world.function("look")
    def look(event: Any, context: Any) -> bool:
        return fails(context.cloud.database().collection("todos").get)

    world.faults.on("database.todos.get", caller=caller).fail()
    users = {"o-alice": world, "o-bob": world.as_user("o-bob"), "server": world.server}
    seen = {name: fails(face(it).database().collection("todos").get) for name, it in users.items()}
    seen["inside"] = face(world).callFunction(name="look")["result"]
    assert [name for name, is_struck in seen.items() if is_struck] == struck


INSIDE = [
    ("look", [False, True, True]),
    ("outer", [False, False, True]),
    ("function.outer", [False, False, True]),
    ("*o*", [False, True, True]),
    ("timer.*", [False, False, False]),
]


@pytest.mark.parametrize(("inside", "struck"), INSIDE)
def test_inside_of_which_function(
    world: FakeCloud, app: Any, inside: str, struck: list[bool]
) -> None:
    """At the app, in a function, and in a function that another one calls."""

    @world.function("look")
    def look(event: Any, context: Any) -> bool:
        return fails(context.cloud.database().collection("todos").get)

    @world.function("outer")
    def outer(event: Any, context: Any) -> Any:
        return context.cloud.callFunction(name="look").result

    world.faults.on("database.todos.get", inside=inside).fail()
    assert [
        fails(app.database().collection("todos").get),
        app.callFunction(name="look")["result"],
        app.callFunction(name="outer")["result"],
    ] == struck


def test_anything_else_is_a_function_of_the_call(world: FakeCloud, todos: Any) -> None:
    world.faults.on("database.*", when=lambda call: call.number % 2 == 0).fail()
    assert [fails(todos.get) for _ in range(4)] == [False, True, False, True]


def test_all_that_is_said_has_to_fit(world: FakeCloud, face: Any) -> None:
    rule = world.faults.on(
        "database.todos.*", where={"data.n": 1}, caller="o-bob", unless="*.update"
    ).fail()
    alice, bob = (face(it).database().collection("todos") for it in (world, world.as_user("o-bob")))
    assert fails(bob.add, data={"n": 1})
    assert not fails(bob.add, data={"n": 2})
    assert not fails(alice.add, data={"n": 1})
    assert not fails(bob.doc("x").update, data={"n": 1})
    assert (rule.matched, rule.fired) == (1, 1)


# --- what cannot be ------------------------------------------------------------------------------


@pytest.fixture
def town(world: FakeCloud) -> FakeCloud:
    """With some functions; one of them has a timer."""
    for name in ("checkout", "pay"):
        world.register_function(name, lambda event, context: None)
    world.function("nightly", timer="0 0 3 * * * *")(lambda event, context: None)
    return world


NEAR = [
    ("database.todoz.add", "todoz", "database.todos.add"),
    ("database.todo.*", "todo", "database.todos.*"),
    ("watch.todso", "todso", "watch.todos"),
    ("function.chekout", "chekout", "function.checkout"),
    ("function.pya", "pya", "function.pay"),
    ("timer.nightli", "nightli", "timer.nightly"),
    ("storage.*|database.privat.get", "privat", "database.private.get"),
]


@pytest.mark.parametrize(("pattern", "name", "meant"), NEAR)
def test_a_name_that_is_nearly_one_that_is_there(
    town: FakeCloud, pattern: str, name: str, meant: str
) -> None:
    with pytest.raises(MisuseError) as caught:
        town.faults.on(pattern)
    assert str(caught.value) == (
        f"nothing is called {name!r} here; did you mean {meant!r}? "
        "A rule about what is yet to come is made with optional=True"
    )
    with pytest.raises(MisuseError):
        town.faults.add(f"{pattern}: fail")
    assert town.faults.rules == ()
    assert town.faults.on(pattern, optional=True).fail().optional
    assert town.faults.add(f"{pattern}: fail optional").optional


SURROUNDINGS = [
    ({"unless": "databse.*"}, "no operation is called 'databse.*'; did you mean 'database.*'?"),
    ({"unless": "database.todo.*"}, "nothing is called 'todo' here; did you mean 'database.todos.*'?"),
    ({"inside": "chekout"}, "nothing is called 'chekout' here; did you mean 'function.checkout'?"),
    ({"inside": "nightly|chekout"}, "nothing is called 'chekout' here; did you mean 'function.checkout'?"),
    ({"inside": "timer.nightli"}, "nothing is called 'nightli' here; did you mean 'timer.nightly'?"),
    ({"inside": "functon.checkout"}, "no operation is called 'functon.checkout'; did you mean 'function.checkout'?"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "text"), SURROUNDINGS)
def test_what_is_around_a_call_has_a_name_too(
    town: FakeCloud, given: dict[str, str], text: str
) -> None:
    with pytest.raises(MisuseError) as caught:
        town.faults.on("database.*", **given)
    assert str(caught.value).startswith(text)
    assert town.faults.rules == ()
    if text.startswith("nothing"):
        assert town.faults.on("database.*", **given, optional=True).fail().optional


FREE = [
    "database.todos.add",
    "database.orders.add",  # may be made later; nothing that is there is like it
    "database.t*z.add",
    "database.transaction.commit",
    "watch.orders",
    "function.pay",
    "device.o-alise",
    f"database.{'x' * 3000}.add",
    "*" * 3000,
]


@pytest.mark.parametrize("pattern", FREE)
def test_names_that_may_be(town: FakeCloud, pattern: str) -> None:
    assert town.faults.on(pattern).pattern == pattern


def test_a_collection_of_another_environment_is_there_too(town: FakeCloud) -> None:
    town.create_env("other")
    town.create_collection("todoz", env="other")
    assert town.faults.on("database.todoz.add").pattern == "database.todoz.add"


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"pattern": "database.todos.add|storage.uplod"}, "no operation is called 'storage.uplod'; did you mean 'storage.upload'?"),
    ({"pattern": "x" * 3000}, f"no operation is called '{'x' * 3000}'"),
    ({"pattern": {"nam": "pay"}}, "a function is named {'name': 'pay'}, not {'nam': 'pay'}"),
    ({"where": 5}, "where= is no condition: parameter.where should be object instead of number;"),
    ({"where": {"a": {"$gtt": 1}}}, "where= is no condition: unknown operator: $gtt"),
    ({"where": {"a": object()}}, "where= is no condition: parameter.where.a should be string, number, boolean, null, date, regexp, geo, object or array instead of object;"),
    ({"caller": 5}, "caller= is a text, not 5"),
    ({"inside": ""}, "inside= is a text, not ''"),
    ({"when": 5}, "when= is a function of the call, not 5"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "text"), MISTAKES)
def test_mistakes(world: FakeCloud, given: dict[str, Any], text: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.on(**{"pattern": "database.todos.add", **given})
    assert str(caught.value) == text
    assert world.faults.rules == ()


SLIPS: list[tuple[Any, type[Exception], str]] = [
    (lambda it: it.on("*").lost_replay(), AttributeError, "a rule has no 'lost_replay'; did you mean 'lost_reply'?"),
    (lambda it: it.on("*").tims(2), AttributeError, "a rule has no 'tims'; did you mean 'times'?"),
    (lambda it: it.on("*").delay(secnds=1), MisuseError, "delay() has no option 'secnds'; did you mean 'seconds'?"),
    (lambda it: it.on("*").outage(5), MisuseError, "outage() takes nothing: Outage.__init__() takes 1 positional argument but 2 were given"),
    (lambda it: it.on("*").fail().delay(), MisuseError, "a rule does one thing: fail or delay; make two rules"),
    (lambda it: it.fail("*", tims=2), MisuseError, "a rule has no option 'tims'; did you mean 'times'?"),
    (lambda it: it.fail("*", caler="x"), MisuseError, "a rule has no option 'caler'; did you mean 'caller'?"),
    (lambda it: it.on("*", caler="x"), MisuseError, "a rule has no option 'caler'; did you mean 'caller'?"),
    (lambda it: it.jam("*", insde="x"), MisuseError, "a rule has no option 'insde'; did you mean 'inside'?"),
    (lambda it: it.offline("o-bob", tl=5), MisuseError, "a rule has no option 'tl'; did you mean 'ttl'?"),
    (lambda it: it.ofline("o-bob"), AttributeError, "cloud.faults has no 'ofline'; did you mean 'offline'?"),
    (lambda it: it.executed_twice("*"), AttributeError, "cloud.faults has no 'executed_twice'; say on(…).executed_twice()"),
    (lambda it: it.partition("o-bob", direction="left"), MisuseError, "a partition is 'up', 'down' or 'both', not 'left'"),
    (lambda it: it.outage("database", for_="ever"), MisuseError, "a duration reads like '30s', '1m30s' or '00:30', not 'ever'"),
    (lambda it: it.drift("o-bob", rate=-1), MisuseError, "drift() takes a rate above 0, 1 for none, at most 1000, not -1"),
    (lambda it: it.skew("o-bob", 420), MisuseError, "skew() takes a timedelta, or the keywords of one, not 420"),
    (lambda it: it.skew("o-bob", dt.timedelta(1), minutes=7), MisuseError, "skew() takes a timedelta, or the keywords of one, not datetime.timedelta(days=1)"),
    (lambda it: it.skew("o-bob", days=10**9), MisuseError, "skew() takes the keywords of timedelta: days=1000000000; must have magnitude <= 999999999"),
    (lambda it: it.close_watches("database.*"), MisuseError, "close strikes watch.*, and nothing of 'database.*'"),
    (lambda it: it.close_watches(code=5), MisuseError, "close() takes a whole number, 1000 or more, not 5"),
    (lambda it: it.outage("databse"), MisuseError, "no operation is called 'databse.*'; did you mean 'database.*'?"),
    (lambda it: it.partition("o-bob", "storage"), MisuseError, "services is a list of names; did you mean ['storage']?"),
]  # fmt: skip


@pytest.mark.parametrize(("slip", "kind", "text"), SLIPS)
def test_slips_of_the_pen(world: FakeCloud, slip: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as caught:
        slip(world.faults)
    assert str(caught.value) == text


def test_a_shortcut_that_was_a_mistake_leaves_no_rule(world: FakeCloud) -> None:
    for slip in (
        lambda it: it.partition("o-bob", direction="left"),
        lambda it: it.outage("database", for_="ever"),
        lambda it: it.drift("o-bob", rate=-1),
        lambda it: it.skew("o-bob", days=10**8),
        lambda it: it.offline("o-bob", ttl="ever"),
    ):
        with pytest.raises(MisuseError):
            slip(world.faults)
    assert world.faults.rules == ()


def test_why_a_rule_has_never_matched(world: FakeCloud, todos: Any) -> None:
    world.seed({"todos": [{"_id": "x"}]})
    rules = {
        "where=": world.faults.on("database.todos.add", where={"data.n": 1}).fail(),
        "caller=": world.faults.on("database.*", caller="o-bob").fail(),
        "inside=": world.faults.on("database.todos.add", inside="pay").fail(),
        "when=": world.faults.on("database.todos.add", when=lambda call: False).fail(),
    }
    late = world.faults.on("database.todos.add").lost_reply()
    for _ in range(2):
        assert fails(todos.add, data={"_id": "x", "n": 2})
    for part, rule in rules.items():
        told = f"never matched; of 2 calls of that name none fits {part}"
        assert world.faults.verdict(rule) == told
    told = "never matched; of 2 calls of that name none got as far as it strikes"
    assert world.faults.verdict(late) == told


def test_near_misses(world: FakeCloud, todos: Any) -> None:
    todos.add(data={})
    todos.count()
    world.register_function("pay", lambda event, context: None)
    assert world.faults.near_misses(world.faults.on("database.todos.aggregate").fail()) == [
        "database.todos.add",
        "database.todos.count",
    ]
    assert world.faults.near_misses(world.faults.on("function.pay").fail()) == []
