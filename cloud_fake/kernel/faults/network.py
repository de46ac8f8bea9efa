"""What is under way in the network and does not get on: jammed, or overtaken by others.

Whoever has asked waits for it, and gives up after a time; it arrives all the same, as soon as it
is let go: when its rule is over, when its own time is, or when enough others have passed it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, Refusal, Thrown, texts
from cloud_fake.kernel.flow import Flow, Pause, Turn, run_by_itself

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.clock import Timer
    from cloud_fake.kernel.faults.life import Life
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World

__all__ = ["Kept", "Network"]

#: How many turns of the event loop are given to those who might overtake a request, before the
#: clock moves: they have been asked already and wait for their turn.
TURNS = 10


#: How often whoever waits looks whether it may go on, where time is not the clock's alone.
LOOKS = 60


class Kept:
    """One request, or one event of a watch, that does not get on.

    Attributes:
        rule: why.
        patience: how many seconds whoever has asked waits for it.
        after: after how many seconds it gets on at the latest; when the rule is over, if None.
        left: by how many others it has still to be overtaken; None if that is not the point.
        arrive: what happens when it arrives and nobody waits for it any more.
        is_free: it may go on.
        is_waited_for: somebody still waits for the answer.
    """

    __slots__ = ("after", "arrive", "is_free", "is_waited_for", "left", "patience", "rule", "timer")

    def __init__(
        self,
        rule: Rule,
        patience: float = 0.0,
        *,
        after: float | None = None,
        left: int | None = None,
    ) -> None:
        self.rule = rule
        self.patience = patience
        self.after = after
        self.left = left
        self.arrive: Callable[[], object] | None = None
        self.is_free = False
        self.is_waited_for = False
        self.timer: Timer | None = None


class Network:
    """What does not get on, in the order of its sending."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: list[Kept] = []

    # --- keeping ----------------------------------------------------------------------------------

    def keep(self, rule: Rule, arrive: Callable[[], object]) -> None:
        """Keep something that nobody waits for."""
        kept = Kept(rule)
        kept.arrive = arrive
        self._add(kept)

    def hold(self, kept: Kept, call: Call, arrive: Callable[[], Flow[Any]]) -> Flow[None]:
        """Keep a request until it may go on.

        Args:
            kept: how.
            call: whose request it is.
            arrive: the work that it asks for.

        Raises:
            Thrown: the SDK has given up; the request arrives when it is let go.
        """
        kept.arrive = partial(self._arrive, call, arrive)
        kept.is_waited_for = True
        self._add(kept)
        try:
            yield from self._wait(kept)
        finally:
            is_free = self._give_up(kept)
        if not is_free:
            raise Thrown(texts.NETWORK_LOST)

    def _give_up(self, kept: Kept) -> bool:
        """Wait no longer; whether it is not too late to go on."""
        with self._world.lock:
            kept.is_waited_for = False
            return kept.is_free

    def _add(self, kept: Kept) -> None:
        with self._world.lock:
            self._kept.append(kept)
        ends = [seconds for seconds in (kept.after, kept.rule.seconds_left) if seconds is not None]
        if ends and min(ends) > 0:
            kept.timer = self._world.clock.after(min(ends), partial(self.free, [kept]))
        elif ends:
            self.free([kept])

    def _wait(self, kept: Kept) -> Flow[None]:
        for _ in range(TURNS if kept.left is not None else 0):
            yield Turn()
            if kept.is_free:
                return
        clock = self._world.clock
        end = clock.now() + timedelta(seconds=kept.patience)
        while not kept.is_free and (now := clock.now()) < end:
            due = clock.next_due()
            # Whatever happens meanwhile may let it go.
            until = end if due is None or due <= now else min(due, end)
            if clock.real_time or clock.jumping is not None:
                # Time is also that of others, of whose doings this clock does not know.
                until = min(until, now + timedelta(seconds=max(kept.patience / LOOKS, 1.0)))
            yield Pause((until - now).total_seconds())

    def _arrive(self, call: Call, arrive: Callable[[], Flow[Any]]) -> None:
        self._world.timeline.note("network", f"{call.name} of {call.caller} arrives")
        after = self._world.after
        run_by_itself(
            _unheard(arrive), lambda seconds, go_on: after(seconds, f"late {call.name}", go_on)
        )

    # --- letting go -------------------------------------------------------------------------------

    def passes(self, call: Call) -> None:
        """A request has arrived: it may have overtaken others."""
        like = [kept for kept in list(self._kept) if kept.left is not None and _is_like(kept, call)]
        if like:
            self.free(self._passed(like))

    def _passed(self, several: list[Kept]) -> list[Kept]:
        """Those that have been overtaken often enough by now."""
        with self._world.lock:
            for kept in several:
                kept.left = (kept.left or 0) - 1
            return [kept for kept in several if kept.left is not None and kept.left <= 0]

    def release(self, rule: Life) -> None:
        """A rule is over."""
        self.free([kept for kept in self._kept if kept.rule is rule])

    def release_all(self) -> None:
        """Every rule is."""
        self.free(list(self._kept))

    def free(self, several: list[Kept]) -> None:
        """Let these go on, in the order of their sending."""
        for kept in several:
            if self._let_go(kept) and kept.arrive is not None:
                kept.arrive()
        self._world.deliver()

    def _let_go(self, kept: Kept) -> bool:
        """Whether it was still there, and nobody waits for it: then it arrives by itself."""
        with self._world.lock:
            if kept.is_free or kept not in self._kept:
                return False
            kept.is_free = True
            self._forget(kept)
            return not kept.is_waited_for

    def clear(self) -> None:
        """Forget all of it."""
        with self._world.lock:
            for kept in list(self._kept):
                self._forget(kept)

    def _forget(self, kept: Kept) -> None:
        self._kept.remove(kept)
        if kept.timer is not None:
            kept.timer.cancel()

    @property
    def is_empty(self) -> bool:
        """Whether everything gets on."""
        return not self._kept


def _is_like(kept: Kept, call: Call) -> bool:
    match = kept.rule.match
    return match.names(call.name) and match.fits(call)


def _unheard(arrive: Callable[[], Flow[Any]]) -> Flow[None]:
    """Nobody waits for the answer any more, be it a failure."""
    with suppress(Failure, Refusal, Thrown):
        yield from arrive()
