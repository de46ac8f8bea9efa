"""Scripted trouble. A rule says where it strikes, how, and how often; only the gate asks it.

An operation passes four phases, and a fault strikes in one of them:

```
request   it never reaches the backend
execute   the backend answers with an error; nothing has changed
commit    it is done, the write stands, and then the caller sees a failure
reply     the answer is late
```
"""

from __future__ import annotations

import difflib
import fnmatch
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cloud_fake.errors import Code, Failure, MisuseError, Thrown, describe, texts
from cloud_fake.kernel.flow import Flow, Pause

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from cloud_fake.kernel.timeline import Call

__all__ = ["Effect", "Faults", "Rule"]

#: What a rule does to a call it strikes: a flow that may pause and may raise.
Effect = Callable[["Call"], Flow[None]]


class Rule:
    """One rule, and the handle to it.

    Attributes:
        pattern: a glob over canonical names.
        what: its effect in words, as it stands in the timeline.
        fired: how often it struck.
        optional: it may stay unused without failing the test.
    """

    def __init__(
        self,
        pattern: str,
        phase: str,
        what: str,
        effect: Effect,
        *,
        times: int | None,
        optional: bool,
        made_at: str,
    ) -> None:
        self.pattern = pattern
        self.phase = phase
        self.what = what
        self.effect = effect
        self.times = times
        self.optional = optional
        self.made_at = made_at
        self.fired = 0
        self.stopped = False

    @property
    def exhausted(self) -> bool:
        """Whether it will not strike again."""
        return self.stopped or (self.times is not None and self.fired >= self.times)

    def stop(self) -> None:
        """Strike no more."""
        self.stopped = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __str__(self) -> str:
        times = "" if self.times is None else f" x{self.times}"
        return f"{self.pattern}: {self.what}{times}"

    def __repr__(self) -> str:
        return f"<Rule {self}, fired {self.fired}>"


class Faults:
    """The rules of one world.

    Every rule takes a `pattern`: a glob over canonical names such as `database.todos.add`,
    `database.*`, `storage.upload`, `function.pay`; `times`: how often it strikes, always if left
    out; and `optional`: whether it may stay unused. The returned rule can be stopped, also by
    `with`.
    """

    def __init__(self, vocabulary: Callable[[], Iterable[str]]) -> None:
        self._vocabulary = vocabulary
        self._rules: list[Rule] = []
        self._by_name: dict[str, tuple[Rule, ...]] = {}
        self._quiet = 0
        #: Whether the gate has to ask at all.
        self.armed = False

    # --- making rules -----------------------------------------------------------------------------

    def fail(
        self,
        pattern: str,
        *,
        code: int = -501001,
        message: str | None = None,
        times: int | None = None,
        optional: bool = False,
    ) -> Rule:
        """The backend refuses with a code; nothing has changed.

        Args:
            pattern: which operations.
            code: the platform's number, -502001 for instance; the caller's SDK words it.
            message: the backend's text; the platform's words for the code if left out.
            times: how often; always if left out.
            optional: it may stay unused.
        """
        _check_code(code)
        text = message if message is not None else describe(code) or "injected failure"

        def effect(_call: Call) -> Flow[None]:
            yield from ()  # a flow, though it never pauses
            raise Failure(Code.numbered(code), text)

        return self._arm(pattern, "execute", f"fail {code}", effect, times, optional)

    def delay(
        self,
        pattern: str,
        *,
        seconds: float,
        times: int | None = None,
        optional: bool = False,
    ) -> Rule:
        """The request takes `seconds` of the cloud's time longer to arrive."""
        _check_seconds(seconds)

        def effect(_call: Call) -> Flow[None]:
            yield Pause(seconds)

        return self._arm(pattern, "request", f"delay {seconds:g}s", effect, times, optional)

    def lose_reply(self, pattern: str, *, times: int | None = None, optional: bool = False) -> Rule:
        """The operation is done, the write stands, and the answer never comes."""

        def effect(_call: Call) -> Flow[None]:
            yield from ()
            raise Thrown(texts.NETWORK_LOST)

        return self._arm(pattern, "commit", "lost reply", effect, times, optional)

    # --- steering ---------------------------------------------------------------------------------

    def heal(self) -> None:
        """Stop every rule."""
        for rule in self._rules:
            rule.stop()
        self._refresh()

    def clear(self) -> None:
        """Forget every rule."""
        self._rules.clear()
        self._refresh()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that was made, in order."""
        return tuple(self._rules)

    def unused(self) -> list[Rule]:
        """The rules that had to strike and never did."""
        return [rule for rule in self._rules if not rule.fired and not rule.optional]

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No rule strikes inside the block."""
        self._quiet += 1
        self._refresh()
        try:
            yield
        finally:
            self._quiet -= 1
            self._refresh()

    # --- the gate's side --------------------------------------------------------------------------

    def strike(self, call: Call, phase: str) -> Flow[None]:
        """Let the rules of this phase strike a call, in the order in which they were made."""
        for rule in self._matching(call.name):
            if rule.phase == phase and not rule.exhausted:
                rule.fired += 1
                call.faults.append(rule.what)
                yield from rule.effect(call)

    def _matching(self, name: str) -> tuple[Rule, ...]:
        rules = self._by_name.get(name)
        if rules is None:
            rules = tuple(rule for rule in self._rules if fnmatch.fnmatchcase(name, rule.pattern))
            self._by_name[name] = rules
        return rules

    def _arm(
        self,
        pattern: str,
        phase: str,
        what: str,
        effect: Effect,
        times: int | None,
        optional: bool,
    ) -> Rule:
        _check_pattern(pattern, list(self._vocabulary()))
        _check_times(times)
        rule = Rule(
            pattern, phase, what, effect, times=times, optional=optional, made_at=_caller_line()
        )
        self._rules.append(rule)
        self._refresh()
        return rule

    def _refresh(self) -> None:
        self._by_name = {}
        self.armed = not self._quiet and any(not rule.exhausted for rule in self._rules)


def _check_code(code: object) -> None:
    if not isinstance(code, int) or isinstance(code, bool) or code == 0:
        raise MisuseError(f"a code is one of the platform's numbers, -502001 say, not {code!r}")


def _check_seconds(seconds: object) -> None:
    number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not number or not 0 <= seconds < math.inf:  # type: ignore[operator]  # a number by now
        raise MisuseError(f"delay() takes seconds, 0 or more, not {seconds!r}")


def _check_times(times: object) -> None:
    if times is None:
        return
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        raise MisuseError(f"times is how often a rule strikes, 1 or more, not {times!r}")


def _check_pattern(pattern: object, vocabulary: list[str]) -> None:
    """A rule that can never match is a typing error in a test, found when it is made."""
    if not isinstance(pattern, str):
        raise MisuseError(f"a pattern is a glob over names such as storage.upload, not {pattern!r}")
    if any(_can_meet(pattern, name.replace("{target}", "?*")) for name in vocabulary):
        return
    words = ["*", *(word for word in pattern.split(".") if word)]
    names = [name.replace("{target}", word) for name in vocabulary for word in words]
    near = difflib.get_close_matches(pattern, names, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise MisuseError(f"no operation is called {pattern!r}{hint}")


def _can_meet(one: str, other: str) -> bool:
    """Whether some name matches both globs."""
    if not one or not other:
        return not (one or other).strip("*")
    if one[0] == "*":
        return _can_meet(one[1:], other) or _can_meet(one, other[1:])
    if other[0] == "*":
        return _can_meet(other, one)
    return (one[0] == other[0] or "?" in (one[0], other[0])) and _can_meet(one[1:], other[1:])


def _caller_line() -> str:
    """Where in the test the rule was made: the first frame outside this module."""
    frame = sys._getframe(1)  # noqa: SLF001 - the only way to ask without building a traceback
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
