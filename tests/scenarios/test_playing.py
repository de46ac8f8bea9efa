"""Playing a scenario: what each step does, and what each expectation sees."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import FakeCloud
from cloud_fake.scenarios import ScenarioError, Verdict, play, read_text
from cloud_fake.scenarios.expectations import agrees


def told(steps: str, *, world: str = "", seed: Any = None, folder: Path | None = None) -> Verdict:
    """The verdict on some steps in a small world."""
    text = f"""\
world:
  users: [o-alice, o-bob]
  collections: {{todos: , notes: READONLY}}
  functions: {{pay: echo}}
{textwrap.indent(textwrap.dedent(world), "  ")}
timeline:
{textwrap.indent(textwrap.dedent(steps).strip(), "  ")}
"""
    return play(read_text(text, "a.cloud.yaml", folder), seed)


def held(steps: str, **more: Any) -> Verdict:
    verdict = told(steps, **more)
    assert verdict.passed, "\n".join([*verdict.timeline, *verdict.complaints()])
    return verdict


def failures(steps: str, **more: Any) -> list[str]:
    """What was not so, without the place."""
    verdict = told(steps, **more)
    assert not verdict.passed
    return [str(outcome) for outcome in verdict.failures]


def entries(verdict: Verdict, *marks: str) -> list[str]:
    return [line for line in verdict.timeline if any(mark in line for mark in marks)]


# --- calls ---------------------------------------------------------------------------------------


def test_who_calls() -> None:
    verdict = held(
        """
        - {call: database.todos.add, with: {data: {n: 1}}}
        - {as: o-bob, call: database.todos.count, expect: {total: 0}}
        - {as: nobody, call: database.todos.count, expect: {total: 0}}
        - {as: server, call: database.todos.count, expect: {total: 1}}
        """
    )
    callers = [line[15:27].strip() for line in entries(verdict, " → ")]
    assert callers == ["o-alice", "o-bob", "nobody", "server"]


def test_the_values_are_extended_json() -> None:
    held(
        """
        - call: database.todos.add
          with: {data: {_id: a, at: {$date: "2026-03-04T09:00:00Z"}, name: milk}}
        - call: database.todos.get
          with: {where: {at: {$lt: {$date: "2026-03-05T00:00:00Z"}}, name: {$regex: ^m}}}
          expect: {data: {$size: 1}, data.0._id: a, data.at: {$date: "2026-03-04T09:00:00Z"}}
        """
    )


#: A step that fails, and what is said of it.
ANSWERS: list[tuple[str, str]] = [
    (
        "{call: database.gone.get}",
        "database.gone.get is answered: [ResourceNotFound] Db or Table not exist.",
    ),
    ("{call: database.todos.count, error: any}", "database.todos.count fails with any: it answ"),
    ("{call: database.gone.get, error: -1}", "database.gone.get fails with -1: [ResourceNotFound]"),
    ("{call: database.gone.get, error: permission}", "fails with permission: [ResourceNotFound]"),
    ("{call: database.todos.count, expect: {total: 1}}", "answers {total: 1}: it answered {total"),
    ("{call: database.gone.count, expect: {total: 0}}", "answers {total: 0}: [ResourceNotFound]"),
]


@pytest.mark.parametrize(("step", "said"), ANSWERS, ids=lambda part: part[:50])
def test_an_answer_that_was_not_expected(step: str, said: str) -> None:
    (failure,) = failures(f"- {step}")
    assert said in failure


RIGHT = [
    "{call: database.todos.count}",
    "{call: database.todos.count, expect: ok}",
    "{call: database.todos.count, expect: either}",
    "{call: database.gone.count, expect: either}",
    "{call: database.todos.count, expect: {total: 0, errMsg: {$regex: ok$}}}",
    "{call: database.gone.get, error: -502005}",
    "{call: database.gone.get, error: any}",
    "{call: database.gone.get, error: Table not exist}",
    "{call: function.pay, with: {data: {a: {b: 1}}}, expect: {result: {a: {b: 1}}}}",
]


@pytest.mark.parametrize("step", RIGHT)
def test_an_answer_that_was_expected(step: str) -> None:
    held(f"- {step}")


def test_it_is_tried_until_it_is_answered() -> None:
    verdict = held(
        """
        - fault: "database.todos.add: lost_request times 2"
        - {call: database.todos.add, with: {data: {}}, tries: 5, pause: 10s}
        - expect: {calls: database.todos.add, times: 3, attempts: 3, failed: 2}
        - expect: {calls: database.todos.add, answered: 1, committed: 1}
        """
    )
    assert [line[:9] for line in entries(verdict, "lost_request ✗", "→ {_id")] == [
        "+00:00:00",
        "+00:00:10",
        "+00:00:20",
    ]


def test_what_is_tried_too_seldom_fails() -> None:
    (failure,) = failures(
        """
        - fault: "database.todos.add: lost_request times 2"
        - {call: database.todos.add, with: {data: {}}, tries: 2}
        """
    )
    assert failure.startswith("database.todos.add is answered: collection.add:fail request:fail")


def test_an_answer_is_kept() -> None:
    held(
        """
        - {call: database.todos.add, with: {data: {n: 1}}, save: milk}
        - {call: database.todos.get, with: {doc: "${milk._id}"}, expect: {data._id: "${milk._id}"}}
        - expect: {collection: todos, where: {_id: "${milk._id}"}, count: 1}
        - expect: {saved: milk, holds: {errMsg: "collection.add:ok"}}
        """
    )


def test_an_answer_that_never_came_cannot_be_used() -> None:
    with pytest.raises(ScenarioError, match=r"a\.cloud\.yaml:8:5: nothing was saved as 'milk'"):
        told(
            """
            - {call: database.gone.get, expect: either, save: milk}
            - {call: database.todos.get, with: {doc: "${milk._id}"}}
            """
        )


def test_uploads_and_downloads(tmp_path: Path) -> None:
    (tmp_path / "cat.bin").write_bytes(b"meow")
    verdict = held(
        """
        - {call: storage.upload, with: {cloudPath: a.bin, filePath: cat.bin}, save: cat}
        - {call: storage.upload, with: {cloudPath: b.txt, text: hello}, save: note}
        - {as: server, call: storage.upload, with: {cloudPath: c.txt, text: hi}}
        - {as: server, call: storage.upload, with: {cloudPath: d.bin, filePath: cat.bin}}
        - as: server
          call: storage.download
          with: {fileID: "${cat.fileID}"}
          expect: {fileContent: meow}
        - {call: storage.download, with: {fileID: "${cat.fileID}"}, expect: {statusCode: 200}}
        - {as: server, call: storage.download, with: {fileID: "${note.fileID}"}, save: read}
        - expect: {saved: read, holds: {fileContent: hello}}
        """,
        folder=tmp_path,
    )
    # Where the files lie is no part of what happened.
    told = "\n".join(verdict.timeline)
    assert str(tmp_path) not in told
    assert "filePath: 'cat.bin'" in told
    assert "filePath: 'text-1.txt'" in told
    assert "{tempFilePath: 'tmp_" in told


def test_a_watch_tells_what_it_sees() -> None:
    held(
        """
        - {as: o-bob, call: watch.notes, with: {where: {n: 1}}, save: seen}
        - expect: {saved: seen, holds: {events: 1, docs: [], errors: []}}
        - {call: database.notes.add, with: {data: {n: 1}}}
        - {call: database.notes.add, with: {data: {n: 2}}}
        - expect: {saved: seen, holds: {events: 2, docs.n: 1, docs: {$size: 1}}}
        - fault: close_watches
        - expect: {saved: seen, holds: {errors: {$size: 1}}}
        """
    )


# --- time ----------------------------------------------------------------------------------------


def test_steps_come_at_their_time_or_right_after_the_last() -> None:
    verdict = held(
        """
        - {call: database.todos.count}
        - {at: "00:10", call: database.todos.count}
        - {call: database.todos.count}
        - advance: 1m
        - {call: database.todos.count}
        - {at: "00:30", call: database.todos.count}
        """
    )
    assert [line[4:9] for line in entries(verdict, "database.todos.count")] == [
        "00:00",
        "00:10",
        "00:10",
        "01:10",
        "01:10",  # its time is past
    ]


def test_the_clock_starts_where_the_file_says_and_stands_still() -> None:
    text = """\
start: 2026-03-04T09:00:00+08:00
timeline:
  - {call: database.todos.add, with: {data: {at: {$tcb_server_date: {offset: 0}}}}}
  - expect: {collection: todos, where: {at: {$date: "2026-03-04T01:00:00Z"}}, count: 1}
world: {collections: {todos: }}
"""
    assert play(read_text(text)).passed


def test_idle_waits_for_what_is_due_and_no_longer_than_an_hour() -> None:
    world = 'functions: {tick: {run: nothing, timer: "0 */20 * * * * *"}}'
    text = f"world:\n  {world}\ntimeline:\n  - idle\n  - expect: timer.tick.times == 3\n"
    assert list(play(read_text(text)).complaints()) == []
    shorter = text.replace("- idle", "- {idle: 45m}").replace("== 3", "== 2")
    assert list(play(read_text(shorter)).complaints()) == []


# --- faults --------------------------------------------------------------------------------------


def test_heal_ends_them_and_lets_what_was_jammed_arrive() -> None:
    held(
        """
        - fault: "database.todos.add: jam"
        - {call: database.todos.add, with: {data: {}}, error: any}
        - expect: todos.count == 0
        - heal
        - expect: todos.count == 1
        - {call: database.todos.add, with: {data: {}}}
        """
    )


def test_a_fault_for_a_while() -> None:
    held(
        """
        - {fault: airplane_mode, device: o-bob, for: 1m}
        - {as: o-bob, call: database.notes.count, error: any}
        - {call: database.notes.count}
        - {at: "01:00", as: o-bob, call: database.notes.count}
        """
    )


def test_links_expire_at_once() -> None:
    held(
        """
        - {call: storage.getTempFileURL, with: {fileList: ["${cat}"]}, save: links}
        - {call: storage.fetch, with: {url: "${link}"}, expect: {status: 200}}
        - fault: expire_now
        - {call: storage.fetch, with: {url: "${link}"}, expect: {status: 403}}
        """.replace("${cat}", "cloud://dev-1a2b3c.6465-dev-1a2b3c-1250000000/a.txt").replace(
            "${link}", "${links.fileList.0.tempFileURL}"
        ),
        world="permission: PRIVATE\nfiles: {a.txt: {text: hello}}",
    )


def test_cloud_ids_expire_at_once_and_watches_close() -> None:
    held(
        """
        - {call: watch.todos, save: screen}
        - {fault: close_watches watch.todos, device: o-bob}
        - {call: database.todos.add, with: {data: {}}}
        - expect: {saved: screen, holds: {docs: {$size: 1}, errors: {$size: 0}}}
        - fault: close_watches
        - fault: expire_now cloud_ids
        - fault: expire_now
        - expect: {saved: screen, holds: {errors: {$size: 1}}}
        """
    )


def test_the_world_is_in_a_state() -> None:
    held(
        """
        - fault: "database.todos.count: fail while_state deploying"
        - {call: database.todos.count}
        - state: deploying
        - {call: database.todos.count, error: any}
        - {at: "00:10", state: null}
        - {call: database.todos.count}
        - expect: database.todos.count.failed == 1
        """
    )


def test_what_was_jammed_arrives_by_itself() -> None:
    held(
        """
        - fault: "database.todos.add: jam(seconds=5) for 20s"
        - {call: database.todos.add, with: {data: {}}, error: any}
        - expect: todos.count == 0
        - at: "00:20"
          expect: [todos.count == 1, database.todos.add.committed == 1]
        """
    )


ASKED = [
    ("[1, 1, 1]", 3, 3),
    ("[1, 2, 3]", 3, 1),
    ("[1, 2, 1, 2, 1]", 5, 3),
]


@pytest.mark.parametrize(("numbers", "times", "attempts"), ASKED)
def test_attempts_are_of_the_same_request_as_in_python(
    numbers: str, times: int, attempts: int
) -> None:
    """`times` is how many calls there were; who asks something else makes another request."""
    steps = "".join(
        f"- {{call: database.todos.add, with: {{data: {{n: {n}}}}}}}\n" for n in json.loads(numbers)
    )
    held(f"{steps}- expect: {{calls: database.todos.*, times: {times}, attempts: {attempts}}}\n")
    cloud = FakeCloud(env="dev", collections=["todos"])
    for n in json.loads(numbers):
        cloud.database().collection("todos").add(data={"n": n})
    asked = cloud.calls.to("database.todos.*")
    assert (len(asked), asked.attempts) == (times, attempts)


def test_a_rule_that_never_strikes_is_a_failure_unless_it_is_optional() -> None:
    (failure,) = failures(
        """
        - fault: "database.todos.add: lost_reply once"
        - fault: "database.todos.update: lost_reply once optional"
        - fault: 2g
        - {call: database.todos.aggregate}
        """
    )
    assert failure == (
        "the rule 'database.todos.add: lost_reply once' strikes: it never did; "
        "the nearest call was database.todos.aggregate"
    )


def test_the_rules_are_reported() -> None:
    verdict = held(
        """
        - fault: "database.todos.count: delay(seconds=1)"
        - {call: database.todos.count}
        - {call: database.todos.count}
        """
    )
    assert verdict.rules == (("database.todos.count: delay(seconds=1)", 2),)


MISUSES: list[tuple[str, str]] = [
    ("- fault: subwy", "7:12: no preset is called 'subwy'; did you mean 'subway'?"),
    ("- fault: 'database.todo: lost'", "7:12: no fault is called 'lost'"),
    ("- fault: 'databse.todos.add: lost_reply'", "7:12: no operation is called"),
    ("- {fault: slow_database, device: o-bob}", "7:13: the trouble 'slow_database' is the cloud's"),
    ("- {call: database.todos.add, with: {dat: {}}}", "7:5: database.todos.add has no option"),
    ("- {call: storage.upload, with: {filePath: a.txt}}", "7:5: there is no file 'a.txt' beside"),
    ("- {call: storage.upload, with: {filePath: 5}}", "7:5: there is no file 5 beside"),
    ("- {call: storage.upload, with: {text: [a]}}", "7:5: a file's text is a text, not ['a']"),
    (
        "- {expect: {collection: todos, where: {a: {$size: b}}}}\n- expect: todos.count == 0",
        "7:5: this is no condition: $size needs a number",
    ),
    (
        "- {call: database.todos.add, with: {data: {}}, expect: {a: {$gtt: 1}}}",
        "7:5: this is no condition: unknown operator: $gtt",
    ),
    ("- {expect: tudos.count == 0}", "7:14: there is no collection 'tudos'"),
    ("- {call: database.todos.get, with: {where: {a: {$date: x}}}}", "7:5: Invalid isoformat"),
    ("- {call: database.todos.get, with: {orderBy: 5}}", "7:5: orderBy takes a path, {path: "),
    (
        "- {call: database.todos.get, with: {doc: a, orderBy: n}}",
        "7:5: database.todos.get takes no 'orderBy'",
    ),
    (
        "- {call: database.todos.aggregate, with: {stages: 5}}",
        "7:5: stages is a list, such as [{'limit': 5}], not 5",
    ),
    (
        "- {call: database.todos.aggregate, with: {stages: [x]}}",
        "7:5: a stage is said by its name, such as {'limit': 5}, not 'x'",
    ),
]


@pytest.mark.parametrize(("step", "said"), MISUSES, ids=lambda part: part[:50])
def test_a_step_that_cannot_be(step: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        told(step)
    assert str(caught.value).startswith(f"a.cloud.yaml:{said}")


# --- expectations --------------------------------------------------------------------------------

AMOUNTS = [
    (3, [3]),
    ("3", [3]),
    ("== 3", [3]),
    ("!= 3", [0, 1, 2, 4]),
    ("< 2", [0, 1]),
    ("<= 2", [0, 1, 2]),
    ("> 3", [4]),
    (">=3", [3, 4]),
]


@pytest.mark.parametrize(("amount", "numbers"), AMOUNTS)
def test_how_many(amount: int | str, numbers: list[int]) -> None:
    assert [number for number in range(5) if agrees(amount, number)] == numbers


SOME = """
- {call: database.todos.add, with: {data: {n: 1, done: true}}}
- {call: database.todos.add, with: {data: {n: 2}}}
- {as: o-bob, call: function.pay}
- {call: database.gone.get, error: any}
"""
SEEN: list[tuple[str, str | None]] = [
    ("todos.count == 2", None),
    ("todos.count != 2", "todos.count != 2: there are 2"),
    ("todos.count >= 3", "todos.count >= 3: there are 2"),
    ("{collection: todos, count: 2}", None),
    ("{collection: todos, where: {done: true}}", None),
    ("{collection: todos, where: {done: true}, count: 2}", "where {done: true}: there is 1"),
    ("function.pay.times == 1", None),
    ("database.*.times == 3", None),
    ("database.*.failed == 1", None),
    ("database.*.answered == 2", None),
    ("database.*.committed == 3", "database.*: committed == 3: committed 2"),
    ("database.*.attempts == 1", None),
    ("{calls: database.*, where: {data.n: 2}, committed: 1}", None),
    (
        "{calls: database.*, where: {data.n: 3}}",
        "database.* where {data.n: 3}: times >= 1: times 0",
    ),
    ("{calls: function.pay}", None),
    ("{calls: function.pay, by: o-bob, times: 1}", None),
    ("{calls: function.pay, by: o-alice, times: 1}", "by o-alice: times == 1: times 0"),
    ("{calls: storage.*}", "storage.*: times >= 1: times 0"),
    ("{calls: database.*, times: 3, failed: 2}", "failed == 2: times 3, failed 1"),
    ("never todos.count > 2", None),
    ("never todos.count == 2", "never todos.count == 2: there are 2, after line 11"),
    ("{never: {collection: todos, where: {n: 3}}}", None),
]


@pytest.mark.parametrize(("expected", "failure"), SEEN, ids=lambda part: str(part)[:60])
def test_what_is_expected(expected: str, failure: str | None) -> None:
    steps = f"{SOME}- expect: {expected}\n"
    if failure is None:
        held(steps)
    else:
        (said,) = failures(steps)
        assert failure in said


def test_never_is_watched_from_then_on_and_told_once() -> None:
    verdict = told(
        """
        - expect: never todos.count > 1
        - {call: database.todos.add, with: {data: {}}}
        - {call: database.todos.add, with: {data: {}}}
        - {call: database.todos.add, with: {data: {}}}
        """
    )
    (failure,) = verdict.failures
    assert str(failure) == "never todos.count > 1: there are 2, after line 9"
    assert str(failure.mark) == "7:13"


def test_what_is_expected_is_looked_at_past_every_fault() -> None:
    held(
        """
        - {call: database.todos.add, with: {data: {}}}
        - fault: "*: fail(code=\\"internal\\") optional"
        - expect: [todos.count == 1, database.*.times == 1]
        """
    )


# --- the world -----------------------------------------------------------------------------------


def test_what_there_is_before_the_first_step(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text('{"_id": "a", "n": 1}\n{"_id": "b", "n": 2}\n')
    (tmp_path / "cat.bin").write_bytes(b"meow")
    (tmp_path / "shop.py").write_text("def twice(event, context):\n    return event['n'] * 2\n")
    text = """\
seed: 3
world:
  env: prod-9z
  users: [o-alice, o-bob]
  collections:
    empty:
    shown: READONLY
    notes: {permission: ADMINWRITE, records: notes.jsonl, owner: null}
    bobs: {records: [{_id: x}], owner: o-bob}
    mine: {records: [{_id: x, at: {$date: 0}}]}
    ruled: {permission: {read: "auth.openid == 'o-bob'", write: false}, records: [{_id: x}]}
  files:
    cat.bin: {path: cat.bin}
    bob.txt: {text: hello, owner: o-bob}
    shared.txt: {text: hi, owner: null}
  functions:
    twice: shop.py:twice
    loads: json:loads
    price: {answer: {sum: 5}}
    broken: {fails: no milk}
    slow: {run: echo, timeout: 20, cold_start: 2}
  permission: ADMINWRITE
timeline:
  - {call: database.empty.count, expect: {total: 0}}
  - {as: o-bob, call: database.shown.count, expect: {total: 0}}
  - {as: o-bob, call: database.notes.get, expect: {data: {$size: 2}, data.n: 2}}
  - {as: o-bob, call: database.bobs.get, expect: {data._openid: o-bob}}
  - {call: database.bobs.get, expect: {data: []}}
  - {call: database.mine.get, expect: {data.at: {$date: 0}, data._openid: o-alice}}
  - {call: database.ruled.get, error: any}
  - {as: o-bob, call: database.ruled.get, expect: {data: {$size: 1}}}
  - {call: function.twice, with: {data: {n: 4}}, expect: {result: 8}}
  - {call: function.price, expect: {result.sum: 5}}
  - {call: function.broken, error: no milk}
  - {call: function.slow, expect: ok}
  - {call: storage.upload, with: {cloudPath: z.txt, text: z}, error: any}
  - call: storage.getTempFileURL
    with: {fileList: ["cloud://prod-9z.7072-prod-9z-1250000000/bob.txt"]}
    expect: {fileList.0.status: 0}
    save: bob
  - {call: storage.fetch, with: {url: "${bob.fileList.0.tempFileURL}"}, expect: {text: hello}}
"""
    verdict = play(read_text(text, "a.cloud.yaml", tmp_path))
    assert list(verdict.complaints()) == []
    assert verdict.timeline[0].startswith("+00:00:00.000  o-alice     database.empty.count")


def test_functions_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "functions" / "pay").mkdir(parents=True)
    code = "def main(event, context):\n    return 'paid'\n"
    (tmp_path / "functions" / "pay" / "index.py").write_text(code)
    text = (
        "world: {functions: functions}\n"
        "timeline: [{call: function.pay, expect: {result: paid}}, {expect: {calls: function.pay}}]"
    )
    assert play(read_text(text, "a.cloud.yaml", tmp_path)).passed


WORLDS: list[tuple[str, str]] = [
    ("functions: {pay: echoo}", "1:26: code is named 'package.module:name' or 'file.py:name', not"),
    ("functions: {pay: shop.py:pay}", "1:26: there is no file 'shop.py' beside the scenario"),
    ("functions: {pay: no.such:pay}", "1:26: 'no.such:pay' cannot be imported: No module named"),
    ("functions: {pay: json:lods}", "1:26: 'json:lods' cannot be imported: module 'json' has no"),
    ("functions: folder", "1:20: there is no folder"),
    ("functions: {pay: {run: echo, timer: often}}", "1:26: "),
    ("files: {a.txt: {path: a.txt}}", "1:24: there is no file 'a.txt' beside the scenario"),
    ("files: {/a.txt: {text: a}}", "1:25: Error: errCode: -501007"),
    ("collections: {a: {permission: {read: auth.}}}", "1:26: "),
    ("collections: {a: {records: a.jsonl}}", "1:26: "),
    ("collections: {a: {records: [{_id: x}, {_id: x}]}}", "1:26: seed(): 'a' holds a record with"),
]


@pytest.mark.parametrize(("world", "said"), WORLDS, ids=lambda part: part[:50])
def test_a_world_that_cannot_be(world: str, said: str, tmp_path: Path) -> None:
    script = read_text(f"world: {{{world}}}\ntimeline: []", "a.cloud.yaml", tmp_path)
    with pytest.raises(ScenarioError) as caught:
        play(script)
    assert str(caught.value).startswith(f"a.cloud.yaml:{said}")


# --- the verdict ---------------------------------------------------------------------------------


def test_a_verdict_says_where_something_was_expected() -> None:
    verdict = told("- {call: database.todos.count, expect: {total: 1}}\n- expect: todos.count == 0")
    assert not verdict.passed
    (complaint,) = verdict.complaints()
    assert complaint.startswith("a.cloud.yaml:7:42: database.todos.count answers {total: 1}: it ")
    assert verdict.summary == "1 of 2 expectations held, seed 0"
    said = verdict.as_json()
    assert (said["passed"], said["file"], said["seed"]) == (False, "a.cloud.yaml", 0)
    assert [(one["line"], one["held"]) for one in said["expectations"]] == [(7, False), (8, True)]
    assert said["timeline"] == list(verdict.timeline)


def test_the_seed_decides_every_id() -> None:
    steps = "- {call: database.todos.add, with: {data: {}}}"
    one, same, other = (held(steps, seed=seed) for seed in (7, "7", 8))
    assert one.timeline == same.timeline != other.timeline
