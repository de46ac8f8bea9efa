"""From a file to a script, or to what is wrong with it, with line and column."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import MisuseError
from cloud_fake.scenarios import ScenarioError, read, read_text

STEPS = "timeline: []\n"


def wrong(text: str, **settings: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_text(textwrap.dedent(text), "a.cloud.yaml", settings=settings)
    return str(caught.value).splitlines()


#: What stands in the file, and the one thing that is wrong with it.
MISTAKES: list[tuple[str, str]] = [
    # the whole of it
    ("[]", "1:1: this should be an object"),
    ("seed: 1", "1:1: the key 'timeline' is missing"),
    ("timelin: []", "1:1: there is no key 'timelin'; did you mean 'timeline'?"),
    (STEPS + "sed: 1", "2:1: there is no key 'sed'; did you mean 'seed'?"),
    (STEPS + "seed: 1.5", "2:7: this should be a valid integer, or a valid string"),
    (STEPS + "start: noon", "2:8: a moment reads like 2026-03-04T09:00:00Z, not 'noon'"),
    (STEPS + "vars: {a-b: 1}", "2:8: this should match pattern '^[A-Za-z_][A-Za-z0-9_]*$'"),
    # the world
    (STEPS + "world: {user: []}", "2:9: there is no key 'user'; did you mean 'users'?"),
    (
        STEPS + "world: {users: []}",
        "2:16: this should have at least 1 item after validation, not 0",
    ),
    (
        STEPS + "world: {collections: {todos: PRIVAT}}",
        "2:30: this should be 'PRIVATE', 'READONLY', 'ADMINWRITE' or 'ADMINONLY'",
    ),
    (
        STEPS + "world: {collections: {todos: {record: []}}}",
        "2:31: there is no key 'record'; did you mean 'records'?",
    ),
    (
        STEPS + "world: {files: {a.txt: {path: a, text: b}}}",
        "2:24: a file has either a path or a text",
    ),
    (STEPS + "world: {files: {a.txt: {}}}", "2:24: a file has either a path or a text"),
    (
        STEPS + "world: {functions: {pay: {timeout: 5}}}",
        "2:26: a function has one of run, answer, fails",
    ),
    (STEPS + "world: {functions: {pay: 5}}", "2:26: a function is a text or an object"),
    (
        STEPS + "world: {collections: {todos: 5}}",
        "2:30: a collection is a permission, an object, or nothing at all",
    ),
    # steps
    ("timeline: [5]", "1:12: a step says one of call, fault, heal, idle, state, advance, expect"),
    ("timeline: [{}]", "1:12: a step says one of call, fault, heal, idle, state, advance, expect"),
    (
        "timeline: [{at: 5}]",
        "1:12: a step says one of call, fault, heal, idle, state, advance, expect",
    ),
    ("timeline: [hal]", "1:12: this should be 'heal' or 'idle'"),
    ("timeline: [{cal: function.pay}]", "1:13: there is no key 'cal'; did you mean 'call'?"),
    (
        "timeline: [{call: database.todos.ad}]",
        "1:19: no operation is called 'database.todos.ad'; did you mean 'database.todos.add'?",
    ),
    (
        "timeline: [{call: database.a.get, wiht: {}}]",
        "1:35: there is no key 'wiht'; did you mean 'with'?",
    ),
    ("timeline: [{call: database.a.get, tries: 0}]", "1:42: this should be greater than or equal"),
    (
        "timeline: [{call: database.a.get, expect: never}]",
        "1:43: this should be 'ok' or 'either', or an object",
    ),
    (
        "timeline: [{call: database.a.get, expect: {}, error: 1}]",
        "1:12: a call is expected to answer or to fail, not both",
    ),
    (
        "timeline: [{advance: 5 minutes}]",
        "1:22: a duration reads like '30s', '1m30s' or '00:30', not '5 minutes'",
    ),
    ("timeline: [{idle: -1}]", "1:19: a duration is in seconds"),
    ("timeline: [{heal: no}]", "1:19: this should be True"),
    (
        "timeline: [{fault: '*: offline', device: o-alice}]",
        "1:12: a rule says in its text whose device it is about: 'caller o-bob'",
    ),
    ("timeline: [{at: later, heal: }]", "1:17: a duration reads like"),
    # expectations
    (
        "timeline: [{expect: todos.count = 3}]",
        "1:21: an expectation reads 'todos.count == 3' or 'function.pay.failed <= 1', not "
        "'todos.count = 3'",
    ),
    ("timeline: [{expect: [todos.count]}]", "1:22: an expectation reads"),
    (
        "timeline: [{expect: {colection: todos}}]",
        "1:22: there is no key 'colection'; did you mean 'collection'?",
    ),
    (
        "timeline: [{expect: {collection: todos, count: many}}]",
        "1:48: how many is a number, or a comparison such as '>= 2', not 'many'",
    ),
    ("timeline: [{expect: 5}]", "1:21: an expectation is a text, or has collection, calls, saved"),
    ("timeline: [{expect: {never: {count: 1}}}]", "1:29: an expectation is a text, or has"),
    # parts that do not fit together
    (
        "timeline: [{call: database.a.get, as: o-alic}]",
        "1:39: there is no user 'o-alic'; did you mean 'o-alice'?",
    ),
    (
        "timeline: [{fault: subway, device: o-bob}]",
        "1:36: there is no user 'o-bob'; there are o-alice",
    ),
    (
        'timeline: [{at: "00:10", heal: }, {at: "00:09", heal: }]',
        "1:40: time cannot go backwards: an earlier step is later",
    ),
    (
        "timeline: [{call: database.a.get, with: {doc: '${paid._id}'}}]",
        "1:47: nothing is called 'paid'",
    ),
    (
        "timeline: [{call: database.a.get, save: paid}, {fault: '${pait}'}]",
        "1:56: nothing is called 'pait'; did you mean 'paid'?",
    ),
    ("timeline: []\nworld: {env: '${e}'}", "2:14: nothing is called 'e'"),
    ("timeline: [{expect: {saved: paid, holds: {}}}]", "1:21: nothing is called 'paid'"),
    (
        "timeline: [{expect: function.pya.committed == 1}]\nworld: {functions: {pay: echo}}",
        "1:21: there is no function 'pya'; did you mean 'pay'?",
    ),
    (
        "timeline: [{expect: never function.pya.committed > 1}]\nworld: {functions: {pay: echo}}",
        "1:21: there is no function 'pya'; did you mean 'pay'?",
    ),
    ("timeline: [{expect: {calls: database.a.ad}}]", "1:21: no operation is called"),
    # names in globs, too
    (
        "timeline: [{expect: databse.*.times == 0}]",
        "1:21: no operation is called 'databse.*'; did you mean 'database.*'?",
    ),
    (
        "timeline: [{expect: {calls: database.todo.*, failed: 0}}]\n"
        "world: {collections: {todos: }}",
        "1:21: nothing is called 'todo' here; did you mean 'database.todos.*'?",
    ),
    (
        "timeline: [{expect: {never: {calls: 'storage.*|functoin.p*'}}}]",
        "1:21: no operation is called 'functoin.p*'; did you mean 'function.p*'?",
    ),
    (
        "timeline: [{expect: watch.todso.times == 1}]\nworld: {collections: {todos: }}",
        "1:21: nothing is called 'todso' here; did you mean 'watch.todos'?",
    ),
    (
        "timeline: [{expect: {calls: '*', by: o-alic, failed: 0}}]",
        "1:21: there is no user 'o-alic'; did you mean 'o-alice'?",
    ),
    (
        "timeline: [{expect: tudos.count == 0}]\nworld: {collections: {todos: }}",
        "1:21: there is no collection 'tudos'; did you mean 'todos'?",
    ),
    # faults are made before anything is played
    (
        "timeline: [{call: storage.delete}, {fault: 'function.pya: fail'}]\n"
        "world: {functions: {pay: echo}}",
        "1:44: nothing is called 'pya' here; did you mean 'function.pay'?",
    ),
    ("timeline: [{fault: 'storage.*: fail onc'}]", "1:20: 'onc' is no condition; did you mean"),
    ("timeline: [{fault: expire_nwo}]", "1:20: no preset is called 'expire_nwo'; did you mean"),
    ("timeline: [{fault: expire_now milk}]", "1:20: nothing called 'milk' expires; there are"),
    ("timeline: [{fault: close_watches wach.a}]", "1:20: no operation is called 'wach.a'"),
    ("timeline: [{state: 5}]", "1:20: this should be a valid string"),
    # YAML
    ("timeline: [", "1:12: expected the node content"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES, ids=lambda part: repr(part)[:60])
def test_what_is_wrong_and_where(text: str, said: str) -> None:
    (line,) = wrong(text)
    assert line.startswith(f"a.cloud.yaml:{said}")


RIGHT = [
    "timeline: [{expect: database.*.times == 0}]",
    "timeline: [{expect: {calls: 'storage.*|watch.*', by: in pay, failed: 0}}]",
    "timeline: [{expect: {calls: timer.*, by: timer}}]",
    "timeline: [{expect: database.orders.get.times == 0}]\nworld: {collections: {todos: }}",
    "timeline: [{fault: 'database.todo.get: fail optional'}]\nworld: {collections: {todos: }}",
    "timeline: [{call: storage.delete, save: a}, {fault: 'function.p: fail(code=${a.code})'}]",
    "timeline: [{as: server, call: database.createCollection, with: {collectionName: todo}},"
    " {expect: todo.count == 0}]\nworld: {collections: {todos: }}",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right(text: str) -> None:
    assert read_text(text).scenario.timeline


def test_all_mistakes_are_told_at_once_from_top_to_bottom() -> None:
    told = wrong(
        """\
        seed: [1]
        world: {users: 5}
        timeline:
          - hal
          - {call: database.todos.ad}
        """
    )
    assert [line.split(": ")[0] for line in told] == [
        "a.cloud.yaml:1:7",
        "a.cloud.yaml:2:16",
        "a.cloud.yaml:4:5",
        "a.cloud.yaml:5:12",
    ]


def test_a_mistake_is_a_misuse_and_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "b.cloud.yaml").write_text("seed: 1")
    with pytest.raises(MisuseError, match=r"b\.cloud\.yaml:1:1: the key 'timeline' is missing"):
        read(tmp_path / "b.cloud.yaml")


# --- variables -----------------------------------------------------------------------------------

VARIABLES = """
vars: {who: o-bob, tries: 3, todo: {text: milk, tags: [a, b]}}
world:
  users: ["${who}", o-carol]
  collections: {todos: {records: ["${todo}", {text: "some ${todo.text} for ${who}"}]}}
timeline:
  - {call: database.todos.get, tries: "${tries}", with: {where: {tags: "${todo.tags.1}"}}}
"""


def test_a_variable_keeps_its_type() -> None:
    scenario = read_text(VARIABLES).scenario
    assert scenario.world.users == ["o-bob", "o-carol"]
    todos: Any = scenario.world.collections["todos"]
    assert todos.records == [
        {"text": "milk", "tags": ["a", "b"]},
        {"text": "some milk for o-bob"},
    ]
    step: Any = scenario.timeline[0]
    assert (step.tries, step.with_) == (3, {"where": {"tags": "b"}})


def test_a_setting_takes_the_place_of_a_variable() -> None:
    scenario = read_text(VARIABLES, settings={"who": "o-dave", "tries": 1}).scenario
    assert scenario.world.users[0] == "o-dave"
    assert scenario.timeline[0].tries == 1  # type: ignore[union-attr]  # a call


def test_a_setting_that_is_none() -> None:
    assert wrong(VARIABLES, trys=1) == [
        "a.cloud.yaml:2:7: there is no variable 'trys'; did you mean 'tries'?"
    ]
    assert wrong(STEPS, n=1) == ["a.cloud.yaml:1:1: there is no variable 'n'; there are none"]


def test_a_path_that_leads_nowhere() -> None:
    (line,) = wrong("vars: {todo: {text: milk}}\nname: ${todo.price}\ntimeline: []")
    assert "${todo.price} leads nowhere: there is no 'price'" in line
