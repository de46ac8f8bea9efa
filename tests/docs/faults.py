"""Writes `docs/faults.md` from the vocabulary of faults: `python -m tests.docs.faults`.

What an effect or a condition does is the docstring that the code has for it.
"""

# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from cloud_fake.kernel.faults.effects import EFFECTS, FAMILIES, Effect
from cloud_fake.kernel.faults.effects.outcome import NETWORK, PRESETS
from cloud_fake.kernel.faults.presets import PRESETS as TROUBLES
from cloud_fake.kernel.faults.text import CONDITIONS
from cloud_fake.kernel.faults.words import Words

FILE = Path(__file__).parents[2] / "docs" / "faults.md"

HEAD = """\
# Faults

Everything that can go wrong, and how a test says so. The tables are written by
`python -m tests.docs.faults` from the code itself; a test fails when they are out of step.

A rule says *which* calls, *what* happens to them and *when*. It is an object, and a text that makes
the same object again; the words behind it may stand in any order, but conditions see only what
those before them let through.

```python
def test_a_rule_is_an_object_and_a_text(cloud):
    rule = cloud.faults.on("function.pay", where={"data.kind": "card"}).skip(1).lost_reply().once()
    text = 'function.pay where {"data.kind": "card"}: lost_reply skip 1 once'
    assert str(rule) == text == str(cloud.faults.add(text))
    cloud.faults.clear()
```

## Which calls

| | |
|---|---|
| the pattern | a glob over canonical names, or several: `database.todos.add`, `database.*\\|watch.*`, `function.pay`; minium's `{"name": "pay"}` is a function |
| `where` | a condition on the call's arguments, in the database's own query language |
| `caller` | the openid of who asks; `client` for anybody's device, `server` for the server SDK |
| `inside` | the function that it happens inside of, however deep |
| `unless` | a glob over names that are left out |
| `when=` | anything else, as a function of the call; it has no text |
| `optional` | it may stay unused; any other rule that never strikes fails the test |
| `ttl` | after how long it stops by itself, whatever its conditions say |

A name that nothing has, or that is nearly one that is there, is a mistake when the rule is made.
What the test itself does (`seed`, `create_collection`, `snapshot`) passes no rule.

## When several match

All of them apply, phase by phase: **request** (it never arrives), **execute** (the backend refuses,
nothing has changed), **commit** (it is done, and then the caller sees a failure), **reply** (the
answer is late, or changed), **stream** (a file's bytes, a watch's events). In each phase they strike
family by family, in the order of the tables below, and in a family the newest first. Once one has
decided that the call fails, no other strikes it but latency, which adds up. A rule counts only the
calls that reach its phase.

## How they end

`rule.stop()`, the end of `with cloud.faults.offline("o-bob"):`, `ttl`, or `cloud.faults.heal()` for
all of them; `cloud.faults.quiet()` suspends them for a block. What was jammed arrives when its rule
is over, in the order of its sending, and nobody hears the answer any more.

## Beside rules

| | |
|---|---|
| `cloud.faults.expire_now("links")` | every link of a private file is dead; also `cloud_ids`, `transactions` |
| `cloud.faults.close_watches("watch.todos", caller=, code=)` | the connections that are open break |
| `cloud.faults.state = "deploying"` | for rules that strike `while_state deploying` |
| `cloud.faults.preset("subway", "o-bob")` | the rules of a trouble that has a name, see below |
| `fail`, `delay`, `lose_reply`, `offline`, `outage`, `partition`, `jam`, `skew`, `drift` | the rules that tests want most, in one call each |
"""

FAMILY = {
    "availability": "Nobody gets through, or nobody is there.",
    "capacity": "Only so much per time, in all, or at once.",
    "outcome": "The backend answers with an error of the platform.",
    "delivery": "It arrives, but not once, not whole, not in order, or its answer not at all.",
    "data": "The call succeeds, and what it answers is old, broken or not all there.",
    "realtime": "What becomes of a watch's events; conditions count these.",
    "lifecycle": "Functions' instances, timers, and the clocks of devices.",
    "time": "On the cloud's own clock: nobody really waits. They add up.",
}


def document() -> str:
    """The whole file."""
    return "\n".join([HEAD, *_families(), *_conditions(), *_errors(), *_troubles()])


def _families() -> Iterator[str]:
    yield "## What happens\n"
    for family in FAMILIES:
        yield f"### {family}\n\n{FAMILY[family]}\n"
        yield "| word and options | what it does | phases | strikes |\n|---|---|---|---|"
        yield from (_effect(it) for it in EFFECTS.values() if it.family == family)
        yield ""


def _effect(effect: type[Effect]) -> str:
    options = ", ".join(f"{it.name}={_default(it.default)}" for it in fields(effect))
    word = f"`{effect.word}({options})`" if options else f"`{effect.word}`"
    strikes = "everything" if effect.reach == ("*",) else " ".join(f"`{it}`" for it in effect.reach)
    phases = ", ".join(effect.phases) or "none"
    return f"| {word} | {_told(effect)} | {phases} | {strikes} |"


def _default(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def _told(thing: object) -> str:
    """A docstring on one line; `Base: ` and what follows is nobody's."""
    return re.sub(r"\s+", " ", inspect.getdoc(thing) or "").replace("|", "\\|")


def _conditions() -> Iterator[str]:
    yield "## When\n\n| word | it strikes |\n|---|---|"
    for word in CONDITIONS:
        method = getattr(Words, "for_" if word == "for" else word)
        yield f"| `{word}` | {_told(method)} |"
    yield ""


def _errors() -> Iterator[str]:
    yield "## Errors that have a name\n"
    yield "For `fail` and `rejected`, beside the platform's numbers.\n"
    yield "| | |\n|---|---|"
    yield f"| `{NETWORK}` | the line breaks |"
    for name, codes in PRESETS.items():
        told = [
            f"{code.client}{'' if service == '*' else f' ({service})'}"
            for service, code in codes.items()
        ]
        yield f"| `{name}` | {', '.join(told)} |"
    yield ""


def _troubles() -> Iterator[str]:
    yield "## Troubles that have a name\n"
    yield "`cloud-fake presets` prints their rules.\n"
    yield "| | whose | |\n|---|---|---|"
    for name, preset in TROUBLES.items():
        whose = "a device's" if preset.of_device else "the cloud's"
        yield f"| `{name}` | {whose} | {preset.about} |"
    yield ""


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
