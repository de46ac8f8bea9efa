"""Rules as text: what `str(rule)` says, `read_sentence` reads back.

```
<pattern> [where <json>] [caller <openid>] [inside <function>] [unless <pattern>]:
    <effect>[(name=<json>, ...)] [<condition> ...] [ttl <duration>] [optional]

database.todos.add: lost_reply once
function.pay where {"data.kind": "card"} caller o-bob: fail(code="network") skip 1 times 2
```

`where` is Extended JSON in MongoDB's words. A name with blanks in it stands in JSON's quotes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.effects import EFFECTS, Effect
from cloud_fake.kernel.faults.spelling import BARE, near
from cloud_fake.kernel.faults.words import made
from cloud_fake.values import ejson

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.faults.rule import Rule

__all__ = ["CONDITIONS", "Sentence", "read_sentence"]

_NAME = re.compile(r"[A-Za-z_]+")
_BLANKS = re.compile(r"\s*")
_MATCH_WORDS = ("where", "caller", "inside", "unless")


@dataclass
class Sentence:
    """A rule as it was written.

    Attributes:
        pattern: which calls.
        match: the further keywords of `Faults.on`.
        effect: what happens to them.
        conditions: when, each a step of building the rule.
    """

    pattern: str
    match: dict[str, Any] = field(default_factory=dict)
    effect: Effect | None = None
    conditions: list[Callable[[Rule], object]] = field(default_factory=list)


def read_sentence(text: str) -> Sentence:
    """The parts of a rule's text.

    Raises:
        MisuseError: it is no rule, and why.
    """
    if not isinstance(text, str):
        raise MisuseError(f"a rule's text is a text, not {text!r}")
    reader = _Reader(text)
    sentence = Sentence(reader.word())
    while not reader.takes(":"):
        _read_match(reader, sentence)
    sentence.effect = _read_effect(reader)
    while not reader.is_done:
        _read_condition(reader, sentence)
    return sentence


def _read_match(reader: _Reader, sentence: Sentence) -> None:
    if reader.is_done:
        raise MisuseError(f"a rule reads '<pattern>: <effect> …', not {reader.text!r}")
    word = reader.word()
    if word not in _MATCH_WORDS:
        raise MisuseError(f"{word!r} does not say which calls{near(word, _MATCH_WORDS)}")
    sentence.match[word] = _decoded(reader.json()) if word == "where" else reader.word()


def _decoded(condition: Any) -> Any:
    try:
        return ejson.decode(condition)
    except ValueError as error:
        raise MisuseError(f"where: {error}") from None


def _read_effect(reader: _Reader) -> Effect:
    name = reader.name()
    if name not in EFFECTS:
        raise MisuseError(f"no fault is called {name!r}{near(name, EFFECTS)}")
    options: dict[str, Any] = {}
    if reader.takes("("):
        while not reader.takes(")"):
            _read_option(reader, name, options)
    return made(EFFECTS[name], **options)


def _read_option(reader: _Reader, effect: str, options: dict[str, Any]) -> None:
    option = reader.name()
    if option in options:
        raise MisuseError(f"{effect}() has {option!r} twice")
    if not reader.takes("="):
        raise MisuseError(f"an option of {effect} reads 'name=value', not {reader.rest()!r}")
    options[option] = reader.json()
    reader.takes(",")


def _read_condition(reader: _Reader, sentence: Sentence) -> None:
    word = reader.word()
    if word == "optional":
        sentence.match["optional"] = True
        return
    if word == "ttl":
        sentence.match["ttl"] = reader.word()
        return
    if word not in CONDITIONS:
        raise MisuseError(f"{word!r} is no condition{near(word, _LAST_WORDS)}")
    count, build = CONDITIONS[word]
    said = [reader.word() for _ in range(count)]

    def step(rule: Rule) -> None:
        try:
            build(rule, *said)
        except ValueError as error:
            raise MisuseError(f"{word!r}: {error}") from None

    sentence.conditions.append(step)


#: How many words stand behind a condition's, and what they build.
CONDITIONS: dict[str, tuple[int, Callable[..., object]]] = {
    "once": (0, lambda rule: rule.once()),
    "times": (1, lambda rule, n: rule.times(int(n))),
    "skip": (1, lambda rule, n: rule.skip(int(n))),
    "nth": (1, lambda rule, numbers: rule.nth(*map(int, numbers.split(",")))),
    "every": (1, lambda rule, n: rule.every(int(n))),
    "sequence": (1, lambda rule, steps: rule.sequence(*steps.split(","))),
    "p": (1, lambda rule, chance: rule.p(float(chance))),
    "between": (2, lambda rule, start, end: rule.between(start, end)),
    "for": (1, lambda rule, duration: rule.for_(duration)),
    "after": (1, lambda rule, pattern: rule.after(pattern)),
    "until": (1, lambda rule, pattern: rule.until(pattern)),
    "while_state": (1, lambda rule, state: rule.while_state(state)),
}
#: All that may stand behind an effect.
_LAST_WORDS = (*CONDITIONS, "ttl", "optional")


class _Reader:
    """A text that is read from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._at = 0
        self._skip_blanks()

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left."""
        return self._at == len(self.text)

    def rest(self) -> str:
        """What is left, or its beginning."""
        return self.text[self._at : self._at + 40]

    def takes(self, sign: str) -> bool:
        """Take a sign if it is there."""
        if not self.text.startswith(sign, self._at):
            return False
        self._move(self._at + len(sign))
        return True

    def word(self) -> str:
        """A bare word, or one in quotes."""
        if self.text.startswith('"', self._at):
            word = self.json()
            if isinstance(word, str):
                return word
        return self._matched(BARE, "a word")

    def name(self) -> str:
        """An effect's or an option's name."""
        return self._matched(_NAME, "a name")

    def json(self) -> Any:
        """One value of JSON."""
        try:
            value, end = json.JSONDecoder().raw_decode(self.text, self._at)
        except (ValueError, RecursionError):
            raise MisuseError(f"JSON is wanted, not {self.rest()!r}") from None
        self._move(end)
        return value

    def _matched(self, pattern: re.Pattern[str], wanted: str) -> str:
        found = pattern.match(self.text, self._at)
        if found is None:
            raise MisuseError(f"{wanted} is wanted, not {self.rest()!r}, in {self.text!r}")
        self._move(found.end())
        return found.group()

    def _move(self, to: int) -> None:
        self._at = to
        self._skip_blanks()

    def _skip_blanks(self) -> None:
        blanks = _BLANKS.match(self.text, self._at)
        self._at = blanks.end() if blanks else self._at
