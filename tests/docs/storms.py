"""Writes `docs/storms.md`: `python -m tests.docs.storms`; its tables follow from the code."""

# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cloud_fake.kernel.faults.effects.effect import FAMILIES
from cloud_fake.kernel.faults.presets import PRESETS
from cloud_fake.storms import MENU
from cloud_fake.storms.menu import EVERYTHING, NOT_BY_ITSELF
from pytest_plugin import options

FILE = Path(__file__).parents[2] / "docs" / "storms.md"

HEAD = """\
# Storms, checks and reports

How a test is put through trouble that nobody has scripted, what must be so all the same, and what
is told of it. What can go wrong at all stands in [faults.md](faults.md). The tables at the end are
written by `python -m tests.docs.storms`; a test fails when they are out of step.

## Storms

```python
import pytest
from cloud_fake import CloudError


def persist(call, *args, **options):
    \"\"\"An app's patience: two tries in vain.\"\"\"
    for _ in range(2):
        try:
            return call(*args, **options)
        except CloudError:
            pass
    return call(*args, **options)


@pytest.mark.cloud(collections=["orders"], storm=True, seeds=20)
def test_an_order_is_paid_once(cloud):
    @cloud.function("pay")
    def pay(event, context):
        orders = context.cloud.database().collection("orders")
        persist(orders.doc(event["order"]).set, data={"paid": True})

    @cloud.eventually
    def every_order_is_paid():
        orders = cloud.server.database().collection("orders")
        assert orders.where({"paid": True}).count().total == 5

    for number in range(5):
        persist(cloud.callFunction, name="pay", data={"order": f"o{number}"})
```

The test is run `seeds` times, each with fixtures of its own, and each under another storm. A storm
begins when the fixtures stand, and it draws in **two phases**: each place, that is an operation and
an effect, is switched on with a chance of a quarter, and one that is on strikes each call with a
chance of a quarter. So fifty seeds are fifty corners, and not fifty times a little of everything.
Nobody is struck more than twice in a row: who tries three times gets through. When the test's own
part has passed, everything is **healed**, time passes **until nothing is due**, and the
`eventually` checks are looked at.

`storm=` is True, an intensity (1 is the usual, 4 the most), or a list of families, effects' words
and presets: `storm=["delivery", "offline", "subway"]`. From code it is
`cloud_fake.storms.Storm(seed, wanted).arm(cloud)`.

The first storm that breaks the test is **shrunk**: rules are left out, then single strikes, then
what is left strikes earlier and for a shorter time, as long as the test fails in the same way, by
the same kind of error from the same line of its own. What remains is printed as a marker:

```text
seed 7 of 200 broke it. 2 of its 17 faults are enough (41 runs to find out); as a test of its own:
    @pytest.mark.cloud(
        faults=[
            "function.pay: lost_reply once",
            "database.receipts.count: lost_request nth 2",
        ],
    )
the whole storm: python -m pytest "test_shop.py::test_nobody_pays_twice" --cloud-seed=0 --cloud-storm=7
```

Pasted above a copy of the test, without `storm=`, it is a regression test that fails alike:
`faults=` lets its rules loose when the fixtures stand, begins at the storm's own moment, and heals
and settles at the end. `faults={2: [...]}` is about the test's second cloud, and `seed=` stands
there only if the failure needs it.

## Every call once

`fail_each_call=True` runs the test once as it is, and then once for each of its calls and each
phase in which it can fail: before the work (`lost_request`) and after it (`lost_reply`). SQLite
tests its handling of I/O errors so. The report has all of them, the calls inside of functions too:

```text
call                       lost_request  lost_reply
   1 database.orders.add   passed        FAILED
   2 function.note         passed        passed
   3   database.notes.add  passed        passed
   4 database.orders.get   passed        -
1 of 7 places break the test.
call 1 database.orders.add, lost_reply: AssertionError: assert 2 == 1
    @pytest.mark.cloud(faults=["database.orders.add: lost_reply once"])
    python -m pytest "test_it.py::test_it" --cloud-seed=0 --cloud-fail-call=1:lost_reply
```

A run that skips or expects to fail (`pytest.skip`, `pytest.xfail`) speaks for itself only.

## Checks

| | |
|---|---|
| `cloud.always(check)` | looked at after every operation |
| `cloud.eventually(check)` | looked at after the healing, when nothing more is due |
| `cloud.sometimes(label, condition)` | has to be true once in a session, in whichever test, on whichever worker; what never was stands at its end, and fails it with `--cloud-sometimes=strict` |
| `cloud.settle()`, `cloud.run_until_idle()` | what a storm does at its end, by hand |

A check is a plain function that raises or returns False. Its own calls are struck by nothing and
leave no line. And of `cloud.calls` a test may ask:

| | |
|---|---|
| `.to("function.*", where, data={"order": 7})` | the calls of such a name, whose arguments hold |
| `.attempts` | how often the same was asked: of several requests, the one that was asked most often |
| `.committed("function.pay").once()` | how often the work was done, whoever heard of it |

## Reports

Below a failing test stands the end of its cloud's **timeline**, in virtual time: calls, the faults
that struck them (⚡), moves of the clock, events of watches, what functions print and log, what
became of files, and the healing. Then what each rule came to: `never matched; there was …`,
`matched 3, fired 0`, `fired 2: handled by retry 2, surfaced 0`; and the line that runs it again. A
rule that never struck fails a test that has passed, unless it is optional.

At the end of a session stands what was tried: how often each fault struck each operation, how often
the app has handled it, and how often its user saw it. Workers of xdist count together.

```text
operation             lost_reply  delay
database.todos.add         6/3/3      ·
database.todos.count           ·  6/6/0
database.todos.get             ·      ·
fired/handled/surfaced, · never tried
```

## The same seed, the same run

Every id and every draw is a function of the seed, of what it is for, and of its number there. So
another rule or another call shifts nothing else, and of several who are due at one moment the seed
says who is first. A test's seed follows from `--cloud-seed` and the test's name, whatever else runs
and in whatever order, here or on a worker. Storms, `fail_each_call` and `faults=` begin at a moment
that is always the same.

Any other test follows the process's clock, or freezegun's. Its timeline is told in the clock's
moves and is the same each time, but moments that the app itself shows are not, and a function's
timer comes a little sooner or later. `freeze=` in the marker stops the clock for one test,
`cloud_freeze = 2026-01-01` in the ini file for all.

## Event loops that do not wait

With `@pytest.mark.cloud(autojump=True)`, or inside `with cloud.autojump():`, time jumps while the
event loop has nothing to do: to the next deadline of the loop (`asyncio.sleep`, `wait_for`,
`timeout`) or of the cloud (a timer, a late call, a late event), whichever is first. Both run on the
cloud's clock. An app that waits for ever, or goes on for ever, fails with the lines in which its
tasks wait.

It works on asyncio's own loops; whoever waits for a thread or for the network waits for real.
Under trio it takes `trio.run(..., clock=trio.testing.MockClock())`, and there a thread or the
network counts as idle.

## Property tests

```python
from cloud_fake import CloudError, FakeCloud
from cloud_fake.strategies import fault_plans
from hypothesis import given


@given(plan=fault_plans("database.orders.*", storm=["delivery"], most_faults=2))
def test_an_order_is_there_once_whatever_is_lost(plan):
    cloud = FakeCloud(env="dev-1a2b3c", collections=["orders"])
    for rule in plan:
        cloud.faults.add(rule)
    orders = cloud.database().collection("orders")
    for _ in range(5):
        try:
            orders.doc("o1").set(data={"n": 1})
            break
        except CloudError:
            continue
    cloud.faults.heal()
    assert orders.count().total == 1
```
"""


def document() -> str:
    """The whole file."""
    return "\n".join([HEAD, "\n".join(_menu()), "", "\n".join(_options()), ""])


# --- what a storm does ---------------------------------------------------------------------------


def _menu() -> Iterator[str]:
    yield "## What a storm does"
    yield ""
    yield "| family | at a single call |"
    yield "|---|---|"
    for family in FAMILIES:
        words = [word for word, forms in MENU.items() if forms[0].family == family]
        if words:
            yield f"| {family} | {' '.join(map(_word, words))} |"
    yield f"| presets | {' '.join(f'`{name}`' for name in PRESETS)} |"
    yield ""
    yield "Those with a star only if they are asked for. What no storm does by itself:"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield from (f"| `{word}` | {why} |" for word, why in NOT_BY_ITSELF.items())


def _word(word: str) -> str:
    return f"`{word}`" if word in EVERYTHING else f"`{word}`*"


# --- what pytest is told -------------------------------------------------------------------------


class Told:
    """Takes what the plugin declares to pytest, and keeps it."""

    def __init__(self) -> None:
        self.options: list[tuple[str, str]] = []
        self.settings: list[tuple[str, str]] = []

    def getgroup(self, *_names: str) -> Told:
        return self

    def addoption(self, name: str, **told: Any) -> None:
        values = told.get("metavar") or "|".join(told.get("choices", ()))
        self.options.append((f"{name}={values}" if values else name, told["help"]))

    def addini(self, name: str, about: str, **_told: Any) -> None:
        self.settings.append((name, about))


def _options() -> Iterator[str]:
    told: Any = Told()
    options.declare(told)
    yield "## Options and settings"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for name, about in [*told.options, *told.settings]:
        yield f"| `{_cell(name)}` | {_cell(about)} |"
    keywords, about = options.MARKER_HELP.split(": ", 1)
    yield ""
    yield f"The marker is `@pytest.mark.{keywords}`: {about}"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def main() -> None:
    """Write the file."""
    FILE.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
