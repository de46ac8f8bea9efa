"""Rules as text: what a rule says of itself makes the same rule again."""

# ruff: noqa: E501 - a row of a table is one line
from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud, MisuseError
from cloud_fake.kernel.faults.effects import EFFECTS, Effect
from cloud_fake.kernel.faults.rule import Rule
from cloud_fake.kernel.faults.words import Word, Words
from tests.faults.acts import ACTS, prepare

MOMENT = dt.datetime(2030, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)


# --- a table of both -----------------------------------------------------------------------------

TEXTS = [
    (lambda it: it.on("database.todos.add").lost_reply().once(), "database.todos.add: lost_reply once"),
    (lambda it: it.on("function.pay").skip(1).lost_reply().once(), "function.pay: lost_reply skip 1 once"),
    (lambda it: it.on("*").fail(), "*: fail"),
    (lambda it: it.on("*").fail(-501001), "*: fail"),
    (lambda it: it.on("*").fail(-502001, "no!", sticky=True), '*: fail(code=-502001, message="no!", sticky=true)'),
    (lambda it: it.on("*").delay(5), "*: delay(seconds=5)"),
    (lambda it: it.on("*").delay(2.5, direction="down"), '*: delay(direction="down", seconds=2.5)'),
    (lambda it: it.on("storage.delete").fail_items(7), "storage.delete: fail_items(items=[7])"),
    (lambda it: it.on("storage.delete").fail_items([1]), "storage.delete: fail_items"),
    (lambda it: it.on("function.*").missing_fields(["a.b", "c"]), 'function.*: missing_fields(fields=["a.b", "c"])'),
    (lambda it: it.on("device.o-bob").skew(seconds=-420), "device.o-bob: skew(seconds=-420)"),
    (lambda it: it.on("*", caller="o-bob").offline(), "* caller o-bob: offline"),
    (lambda it: it.on("*", optional=True).hang(), "*: hang optional"),
    (lambda it: it.on("database.*|watch.*", unless="*.get|*.count").outage(), "database.*|watch.* unless *.get|*.count: outage"),
    (lambda it: it.on("*", inside="check out").jam(), '* inside "check out": jam'),
    (lambda it: it.on("*", caller='o "x":').jam(), '* caller "o \\"x\\":": jam'),
    (lambda it: it.on("function.a: b").jam(), '"function.a: b": jam'),
    (lambda it: it.on("function.a:b").jam(), "function.a:b: jam"),
    (lambda it: it.on("function.a(b)").jam(), '"function.a(b)": jam'),
    (lambda it: it.on("*", where={"data.kind": "card: (x)"}).jam(), '* where {"data.kind": "card: (x)"}: jam'),
    (lambda it: it.on("*", where={"a": {"b": 1}}).jam(), '* where {"a.b": 1}: jam'),
    (lambda it: it.on("*", where={"z": 1, "a": {"$eq": {"d": 1, "c": 2}}}).jam(), '* where {"a": {"$eq": {"d": 1, "c": 2}}, "z": 1}: jam'),
    (lambda it: it.on("*", where={"at": MOMENT}).jam(), '* where {"at": {"$date": "2030-01-02T03:04:05.678Z"}}: jam'),
    (lambda it: it.on("*").jam().times(2).every(3).nth(1, 2).sequence("ok", "fault"), "*: jam times 2 every 3 nth 1,2 sequence ok,fault"),
    (lambda it: it.on("*").jam().p(0.1).p(1).p(1e-7), "*: jam p 0.1 p 1 p 0.0000001"),
    (lambda it: it.on("*").jam().between("00:10", "02:00").for_("1h30m"), "*: jam between 10s 2m for 90m"),
    (lambda it: it.on("*").jam().for_(0.001).for_(1234567.25), "*: jam for 0.001s for 1234567.25s"),
    (lambda it: it.on("*", ttl=90, optional=True).jam(after=5).once(), "*: jam(after=5) once ttl 90s optional"),
    (lambda it: it.on("*").jam().ttl("1h").while_state("a b"), '*: jam while_state "a b" ttl 1h'),
    (lambda it: it.on("function.a").old_schema("b", renamed={"c": "d"}), 'function.a: old_schema(missing=["b"], renamed={"c": "d"})'),
    (lambda it: it.on("storage.fetch").wrong_type("text/html"), 'storage.fetch: wrong_type(type="text/html")'),
    (lambda it: it.on("watch.a").slow_consumer(most=3), "watch.a: slow_consumer(most=3)"),
    (lambda it: it.on("storage.*").partial(bytes=1000), "storage.*: partial(bytes=1000)"),
    (lambda it: it.on("device.o-bob").skew(420.0), "device.o-bob: skew(seconds=420)"),
    (lambda it: it.on("*").jam().after("database.*").until("function.a b"), '*: jam after database.* until "function.a b"'),
]  # fmt: skip


@pytest.mark.parametrize(("build", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_both_ways(world: FakeCloud, build: Any, text: str) -> None:
    assert str(build(world.faults)) == text
    assert str(world.faults.add(text)) == text


OTHER_SPELLINGS = [
    ("  database.todos.add  :  lost_reply   once ", "database.todos.add: lost_reply once"),
    ('*: delay( seconds = 5 , direction = "down" )', '*: delay(direction="down", seconds=5)'),
    ("*: jam for 60s for 00:60:00 for 3600s", None),
    ("*: jam for 3600s", "*: jam for 1h"),
    ("*: jam p 0.50", "*: jam p 0.5"),
    ('"storage.upload": jam', "storage.upload: jam"),
    ("*: optional jam", None),
    ("*: jam optional once", "*: jam once optional"),
]


@pytest.mark.parametrize(("given_text", "text"), OTHER_SPELLINGS)
def test_other_spellings(world: FakeCloud, given_text: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(MisuseError):
            world.faults.add(given_text)
    else:
        assert str(world.faults.add(given_text)) == text


def test_a_condition_that_has_no_words_is_left_out(world: FakeCloud) -> None:
    assert str(world.faults.on("*", when=lambda call: True).jam()) == "*: jam"


MISTAKES = [
    ("", "a word is wanted, not '', in ''"),
    ("database.todos.add", "a rule reads '<pattern>: <effect> …', not 'database.todos.add'"),
    ("* fail", "'fail' does not say which calls; there are where, caller, inside, unless"),
    ("* caler o-bob: fail", "'caler' does not say which calls; did you mean 'caller'?"),
    ("* where x: fail", "JSON is wanted, not 'x: fail'"),
    ('* where {"a": {"$date": "x"}}: fail', "where: Invalid isoformat string: 'x'"),
    ("*:", "a name is wanted, not '', in '*:'"),
    ("*: explode", "no fault is called 'explode'; there are lost_request, "),
    ("*: lost_reqest", "no fault is called 'lost_reqest'; did you mean 'lost_request'?"),
    ("*: delay(5)", "a name is wanted, not '5)', in '*: delay(5)'"),
    ("*: delay(seconds)", "an option of delay reads 'name=value', not ')'"),
    ("*: delay(seconds=five)", "JSON is wanted, not 'five)'"),
    ("*: delay(seconds=5", "a name is wanted, not '', in '*: delay(seconds=5'"),
    ("*: delay(seconds=5, seconds=6)", "delay() has 'seconds' twice"),
    ("* where " + "[" * 100_000 + ": fail", "JSON is wanted, not '[[[[["),
    ("*: delay(sconds=5)", "delay() has no option 'sconds'; did you mean 'seconds'?"),
    ("*: fail onc", "'onc' is no condition; did you mean 'once'?"),
    ("*: fail optionl", "'optionl' is no condition; did you mean 'optional'?"),
    ("*: fail ttl", "a word is wanted, not '', in '*: fail ttl'"),
    ("*: fail ttl soon", "a duration reads like '30s', '1m30s' or '00:30', not 'soon'"),
    ("*: fail while_state", "a word is wanted, not '', in '*: fail while_state'"),
    ("*: fail times", "a word is wanted, not '', in '*: fail times'"),
    ("*: fail times x", "'times': invalid literal for int() with base 10: 'x'"),
    ("*: fail p x", "'p': could not convert string to float: 'x'"),
    ("*: fail times 0", "times is how often a rule strikes, 1 or more, not 0"),
    ("*: fail for ever", "a duration reads like '30s', '1m30s' or '00:30', not 'ever'"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_mistakes(world: FakeCloud, text: str, said: str) -> None:
    with pytest.raises(MisuseError) as caught:
        world.faults.add(text)
    assert str(caught.value).startswith(said)
    assert world.faults.rules == ()


def test_a_text_is_a_text(world: FakeCloud) -> None:
    with pytest.raises(MisuseError, match="a rule's text is a text, not 5"):
        world.faults.add(5)  # type: ignore[arg-type]


def test_every_effect_is_a_word_of_a_rule_and_no_other_is() -> None:
    words = {name for name, value in vars(Words).items() if isinstance(value, Word)}
    assert words == set(EFFECTS)
    assert {EFFECTS[name].word for name in words} == words


# --- any rule at all -----------------------------------------------------------------------------

NAMES = [
    *ACTS,
    "database.todos.get",
    "database.todos.count",
    "database.transaction.commit",
    "storage.getTempFileURL",
    "storage.download",
    "storage.fetch",
    "watch.todos",
    "timer.sweep",
    "delayed.pay",
    "device.o-alice",
]
ODD = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
NAME = st.sampled_from(["o-alice", "server", "client", "pay"]) | ODD
SECONDS = st.integers(0, 100) | st.floats(0, 100, allow_nan=False)
SHARES = st.floats(0, 0.99)
COUNT = st.integers(1, 9)
PATHS = st.lists(st.sampled_from(["is", "a.b", "ä"]), min_size=1)

#: What options may be, by effect and name, or by name alone.
OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "after": COUNT,
    "as_text": PATHS,
    "by": COUNT,
    "bytes": st.none() | st.integers(0, 10_000),
    "close.code": st.integers(1000, 4999),
    "code": st.sampled_from([-502001, -599999, "permission", "internal"]),
    "direction": st.sampled_from(["up", "down"]),
    "end": SECONDS,
    "fields": PATHS,
    "jam.after": st.none() | SECONDS,
    "items": st.lists(COUNT, min_size=1, max_size=3),
    "key": st.sampled_from(["user", "env"]),
    "lag": SECONDS,
    "least": st.floats(0, 1),
    "median": SECONDS,
    "message": ODD,
    "missing": PATHS,
    "most": st.floats(1, 100),
    "n": COUNT,
    "of": st.sampled_from(["calls", "reads", "writes", "files", "bytes"]),
    "over": SECONDS,
    "part": SHARES,
    "per": SECONDS,
    "rate": st.floats(0.1, 10),
    "renamed": st.dictionaries(st.sampled_from(["is", "a.b"]), st.sampled_from(["was", "ä.c"])),
    "seconds": SECONDS,
    "share": st.floats(0.01, 1),
    "sigma": st.floats(0, 1),
    "start": SECONDS,
    "slow_consumer.most": st.none() | st.integers(0, 3),
    "sticky": st.booleans(),
    "type": st.sampled_from(["text/html", "application/x.odd+json"]),
    "window": st.integers(2, 5),
}


@st.composite
def effects(draw: Any, word: str) -> Effect:
    """Any effect of a word; those of records have to be told of what."""
    kind = EFFECTS[word]
    options = {
        field.name: draw(OPTIONS.get(f"{word}.{field.name}", OPTIONS.get(field.name)))
        for field in fields(kind)
        if field.name in ("fields", "missing") or draw(st.booleans())
    }
    return kind(**options)


@st.composite
def globs(draw: Any, effect: Effect) -> str:
    """A pattern that the effect can strike something of."""
    name = draw(st.sampled_from([name for name in NAMES if effect.reaches(name)]))
    words = [draw(st.sampled_from([word, word, "*", word[:-1] + "?"])) for word in name.split(".")]
    glob = ".".join(words)
    return f"{glob}|{draw(st.sampled_from(NAMES))}" if draw(st.booleans()) else glob


WHERE = st.dictionaries(
    st.sampled_from(["data.is", "cloudPath", "name", "where._id", "ünder"]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 5),
        st.floats(-9, 9),
        ODD,
        st.just(MOMENT),
        st.lists(ODD, max_size=2),
        st.builds(lambda n: {"$gte": n}, st.integers(-5, 5)),
        st.builds(lambda items: {"$in": items}, st.lists(ODD, max_size=2)),
    ),
    max_size=2,
)
CONDITIONS = st.one_of(
    st.tuples(st.just("times"), COUNT),
    st.tuples(st.just("skip"), COUNT),
    st.tuples(st.just("nth"), COUNT, COUNT),
    st.tuples(st.just("every"), COUNT),
    st.tuples(st.just("sequence"), st.sampled_from(["ok", "fault"]), st.just("fault")),
    st.tuples(st.just("p"), st.floats(0, 1)),
    st.tuples(st.just("between"), st.floats(0, 99), st.floats(100, 1e6)),
    st.tuples(st.just("for_"), st.floats(0, 1e6)),
    st.tuples(st.just("after"), st.sampled_from(NAMES)),
    st.tuples(st.just("until"), st.sampled_from(["*", *NAMES])),
    st.tuples(st.just("while_state"), st.sampled_from(["on", "a b"])),
)


@st.composite
def recipes(draw: Any) -> Any:
    """How to build any rule: what to do with `cloud.faults`."""
    effect = draw(st.sampled_from(sorted(EFFECTS)).flatmap(effects))
    pattern = draw(globs(effect))
    match = {
        word: draw(strategy)
        for word, strategy in {
            "where": WHERE,
            "caller": NAME,
            "inside": NAME,
            "unless": st.sampled_from(NAMES),
            "optional": st.just(True),
            "ttl": st.integers(0, 40) | st.just("1h30m"),
        }.items()
        if draw(st.integers(0, 9)) == 9
    }
    conditions = draw(st.lists(CONDITIONS, max_size=3)) if draw(st.booleans()) else []

    def build(cloud: FakeCloud) -> Rule:
        rule = cloud.faults.on(pattern, **match).do(effect)
        for word, *arguments in conditions:
            getattr(rule, word)(*arguments)
        return rule

    return build


def fresh() -> FakeCloud:
    """A world to play in, always the same."""
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"], seed=11)
    cloud.clock.freeze(MOMENT)
    prepare(cloud)
    cloud.function("sweep", timer="*/20 * * * * * *")(lambda event, context: None)
    cloud.database().collection("todos").watch(onChange=lambda it: None, onError=lambda it: None)
    return cloud


STEPS: dict[str, Any] = {
    **{name: act.do for name, act in ACTS.items()},
    "get": lambda cloud: cloud.database().collection("todos").get(),
    "count": lambda cloud: cloud.database().collection("todos").where({"_id": "old"}).count(),
    "end": lambda cloud: cloud.server.database().startTransaction().commit(),
    "file": lambda cloud: cloud.downloadFile(
        fileID="cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/old.txt"
    ),
    "link": lambda cloud: cloud.getTempFileURL(fileList=["cloud://nowhere"] * 3),
    "clock": lambda cloud: cloud.calls.note("device", str(cloud.device_clock.now())),
    "state": lambda cloud: setattr(cloud.faults, "state", "on"),
    "wait": lambda cloud: cloud.clock.advance(15),
    "server": lambda cloud: cloud.server.database().collection("todos").add(data=[{}, {}]),
}


def play(cloud: FakeCloud, rule: Rule, steps: list[str]) -> tuple[str, int, int]:
    """What happens, and how often the rule had a hand in it."""
    for step in steps:
        with contextlib.suppress(CloudError):
            STEPS[step](cloud)
    cloud.faults.heal()
    cloud.clock.advance(20)
    return str(cloud.calls), rule.matched, rule.fired


@settings(max_examples=100, deadline=None)
@given(recipes(), st.permutations(sorted(STEPS)))
def test_any_rule_says_what_makes_it_again(build: Any, steps: list[str]) -> None:
    first, second = fresh(), fresh()
    rule = build(first)
    again = second.faults.add(str(rule))
    assert str(again) == str(rule)
    assert again.optional is rule.optional
    assert play(first, rule, steps) == play(second, again, steps)
