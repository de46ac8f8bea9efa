"""Storms: from all that struck to the little that has to: delta debugging over the strikes.

First whole rules are left out, then single strikes, in halves, quarters and so on, until nothing
can be left out any more; then what is left strikes earlier, and for a shorter time, where it can.
Leaving out a strike may leave out a retry, and then the later calls have lower numbers: so each
attempt is made with the numbers as they are, and with those behind it moved.

Zeller, Hildebrandt: "Simplifying and Isolating Failure-Inducing Input", 2002.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from cloud_fake.storms.recording import Trouble

__all__ = ["Shrunk", "shrink"]

#: Whether a test still fails, in the same way, when exactly this happens to it.
Fails: TypeAlias = Callable[[Sequence[Trouble]], bool]

#: What a trouble lasts, from the shortest.
LADDER = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)


class Shrunk(NamedTuple):
    """What is left.

    Attributes:
        troubles: as few as can be.
        runs: how often the test was run to find out.
        is_smallest: whether there was no end put to it before.
    """

    troubles: tuple[Trouble, ...]
    runs: int
    is_smallest: bool = True


class Exhausted(Exception):  # noqa: N818 - no error: it has been long enough
    """So many runs are all that there may be."""


def shrink(troubles: Iterable[Trouble], fails: Fails, most_runs: int = 500) -> Shrunk:
    """The smallest part of what has happened with which a test still fails.

    Args:
        troubles: with all of them it fails.
        fails: runs it.
        most_runs: after so many runs the smallest so far is good enough.
    """
    return _Shrinking(troubles, fails, most_runs).run()


class _Shrinking:
    """The way there."""

    def __init__(self, troubles: Iterable[Trouble], fails: Fails, most_runs: int) -> None:
        self._best = tuple(troubles)
        self._fails = fails
        self._most_runs = most_runs
        self._known: set[tuple[Trouble, ...]] = set()

    def run(self) -> Shrunk:
        """Go it."""
        try:
            self._leave_out_rules()
            before = None
            while before != self._best:
                before = self._best
                self._leave_out_strikes()
                self._strike_earlier()
            self._last_shorter()
        except Exhausted:
            return Shrunk(self._best, len(self._known), is_smallest=False)
        return Shrunk(self._best, len(self._known))

    def _take(self, candidate: Iterable[Trouble]) -> bool:
        """Make a candidate the best, if the test still fails with it."""
        tried = joined(candidate)
        if tried == self._best or tried in self._known:
            return False
        if len(self._known) >= self._most_runs:
            raise Exhausted
        self._known.add(tried)
        if not self._fails(tried):
            return False
        self._best = tried
        return True

    # --- less -------------------------------------------------------------------------------------

    def _leave_out_rules(self) -> None:
        self._leave_out(lambda: self._best, lambda kept, _left: [kept])

    def _leave_out_strikes(self) -> None:
        self._leave_out(lambda: strikes_of(self._best), _renumbered)

    def _leave_out(
        self,
        parts: Callable[[], tuple[Trouble, ...]],
        variants: Callable[[tuple[Trouble, ...], tuple[Trouble, ...]], Iterable[Iterable[Trouble]]],
    ) -> None:
        size = max(len(parts()), 1)
        while size:
            place = 0
            while place < len(parts()):
                now = parts()
                left, kept = now[place : place + size], now[:place] + now[place + size :]
                if not any(self._take(candidate) for candidate in variants(kept, left)):
                    place += size
            size //= 2

    # --- simpler ----------------------------------------------------------------------------------

    def _strike_earlier(self) -> None:
        for index, strike in enumerate(strikes_of(self._best)):
            for number in range(1, strike.numbers[0]):
                if self._replace(index, strike, replace(strike, numbers=(number,))):
                    break

    def _replace(self, index: int, old: Trouble, new: Trouble) -> bool:
        strikes = list(strikes_of(self._best))
        if index >= len(strikes) or strikes[index] != old:
            return False
        strikes[index] = new
        return self._take(strikes)

    def _last_shorter(self) -> None:
        for index in range(len(self._best)):
            for shorter in _shorter(self._best[index]):
                if self._take([*self._best[:index], shorter, *self._best[index + 1 :]]):
                    break


def strikes_of(troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """Every strike on its own."""
    return tuple(strike for trouble in troubles for strike in trouble.strikes)


def joined(strikes: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """Strikes of one kind as one trouble again."""
    together: dict[object, list[Trouble]] = {}
    for strike in strikes:
        together.setdefault((strike.cloud, strike.match, strike.effect), []).append(strike)
    return tuple(map(_one, together.values()))


def _one(strikes: list[Trouble]) -> Trouble:
    moments = {
        number: moment
        for strike in strikes
        for number, moment in zip(strike.numbers, strike.moments, strict=True)
    }
    numbers = sorted(moments)
    return replace(
        strikes[0], numbers=tuple(numbers), moments=tuple(moments[number] for number in numbers)
    )


def _renumbered(
    kept: tuple[Trouble, ...], left: tuple[Trouble, ...]
) -> Iterator[tuple[Trouble, ...]]:
    """What is kept when something is left out: as it is, and as if less or more was called."""
    yield kept
    names = {strike.match for strike in left}
    behind = [strike for strike in kept if strike.moments > left[0].moments]
    same_name = [strike for strike in behind if strike.match in names]
    for moved, step in ((same_name, -len(left)), (same_name, len(left)), (behind, -len(left))):
        if moved:
            yield tuple(_moved(strike, step) if strike in moved else strike for strike in kept)


def _moved(strike: Trouble, step: int) -> Trouble:
    return replace(strike, numbers=(max(strike.numbers[0] + step, 1),))


def _shorter(trouble: Trouble) -> Iterator[Trouble]:
    """The same for a shorter time, the shortest first."""
    seconds = getattr(trouble.effect, "seconds", None)
    if isinstance(seconds, float):
        for less in LADDER:
            if less < seconds:
                effect = replace(trouble.effect, seconds=less)  # type: ignore[call-arg]  # asked above
                yield replace(trouble, effect=effect)
