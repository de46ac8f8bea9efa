"""The cloud's clock: an object, never a patch of the process.

By default it follows the process's wall clock *through the module*, so whatever freezes or moves
that (freezegun, time-machine) moves the cloud too; `advance()` adds to it, or, while the process
is frozen, moves the process's clock along, so that the app and its cloud keep agreeing. `freeze()`
stops it. Everything the backend does with time asks this clock.
"""

from __future__ import annotations

import datetime as dt
import difflib
import heapq
import itertools
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.flow import sleep_in_this_loop
from cloud_fake.kernel.moves import Moves
from cloud_fake.values.dates import DATE_TYPE, EPOCH, UTC

if TYPE_CHECKING:
    from cloud_fake.kernel.flow import Pause
    from cloud_fake.kernel.jumping import Jumping

__all__ = ["Clock", "Timer"]

Listener = Callable[[datetime, datetime], object]

#: What `advance` counts in: the keywords of `timedelta`.
UNITS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")
#: A wall clock that is corrected may step back a little; that is no time travel.
_JITTER = timedelta(seconds=1)
#: Python's last year stays empty: what ends later than the moment it is, such as a link, has room.
_END = datetime(9999, 1, 1, tzinfo=UTC)


class Timer:
    """Something due at a moment; `cancel()` forgets it."""

    __slots__ = ("action", "due", "told")

    def __init__(self, due: datetime, told: datetime, action: Callable[[], object]) -> None:
        self.due = due
        self.told = told
        self.action: Callable[[], object] | None = action

    def cancel(self) -> None:
        """Never run it."""
        self.action = None


class Clock:
    """What time it is for the cloud, and what is due when.

    Moments are aware datetimes in UTC. Waiting is virtual: it moves the clock. With
    `real_time=True` (demos) waiting really waits.

    Attributes:
        moves: how it has been moved: whoever tells of moments holds on to these, not to the clock.
        jumping: the event loop, if any, whose time is this clock's.
    """

    # As nearly every clock stays, so that to make one costs little.
    jumping: Jumping | None = None
    _offset = timedelta()
    _frozen: datetime | None = None
    _may_go_back = True
    #: Whether something that was due is running just now.
    _running = False
    _listeners: tuple[Listener, ...] = ()
    _steer_listeners: tuple[Listener, ...] = ()

    def __init__(self, *, real_time: bool = False) -> None:
        self.real_time = real_time
        self._timers: list[tuple[datetime, float, int, Timer]] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self.moves = Moves()
        self.moves.are_all = real_time or _steered_process() is not None
        #: The latest moment at which it was asked what is due.
        self._seen = self.now()
        self.moves.begin(self._seen)

    # --- reading ----------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The moment it is."""
        if self._frozen is not None:
            return self._frozen
        wall = dt.datetime.now(UTC)
        if type(wall) is not DATE_TYPE[0]:
            wall = _real(wall)
            self.moves.are_all = True
        return wall + self._offset if self._offset else wall

    def told(self, moment: datetime) -> datetime:
        """What a moment is told to be: as if only moves let time pass, and no wall clock."""
        return self.moves.told(moment)

    @property
    def follows_a_fake(self) -> bool:
        """Whether freezegun or time-machine is at work in this process."""
        return _steered_process() is not None

    @property
    def is_frozen(self) -> bool:
        """Whether only `advance` and `move_to` move it."""
        return self._frozen is not None

    # --- steering ---------------------------------------------------------------------------------

    def advance(self, delta: timedelta | float | None = None, /, **units: float) -> datetime:
        """Let time pass: `advance(minutes=11)`, `advance(timedelta(...))`, `advance(2.5)` seconds.

        Whatever becomes due on the way happens at its own moment, in order.

        Args:
            delta: how long, as a timedelta or in seconds.
            **units: or the keywords of `timedelta`: weeks, days, hours, minutes, seconds …

        Returns:
            The moment it is now.

        Raises:
            MisuseError: the time asked for is negative, not a time, or leads to the year 9999.
        """
        step = _duration(delta, units)
        if step < timedelta():
            raise MisuseError(f"time cannot go backwards: advance({step.total_seconds():g})")
        now = self.now()
        if step >= _END - now:
            raise MisuseError(f"time ends with the year 9998: advance({step.total_seconds():g})")
        self._steer(now, now + step)
        return self.now()

    def move_to(self, moment: datetime) -> datetime:
        """Go to a moment; a naive datetime is local time.

        Raises:
            MisuseError: the moment is past and the cloud has already been used, or it is one that
                no clock shows, such as one in the year 9999.
        """
        target, now = _moment(moment), self.now()
        if target < now:
            self._set_back(target)
        else:
            self._steer(now, target)
        return self.now()

    def freeze(self, moment: datetime | None = None) -> datetime:
        """Stop the clock here, or at a moment; from then on only the test moves it.

        Raises:
            MisuseError: as `move_to`; the clock then goes on as it did.
        """
        was, self._frozen = self._frozen, self.now()
        try:
            return self.now() if moment is None else self.move_to(moment)
        except MisuseError:
            self._frozen = was
            raise

    def unfreeze(self) -> datetime:
        """Let the clock run on from where it stands."""
        if self._frozen is not None:
            self._offset = self._frozen - _real(dt.datetime.now(UTC))
            self._frozen = None
        return self.now()

    def fork(self) -> Clock:
        """Another clock that shows the same; what is due on this one is not on that one."""
        child = Clock(real_time=self.real_time)
        child._offset = self._offset
        child._frozen = self._frozen
        child._may_go_back = self._may_go_back
        child._seen = child.now()
        child.moves.begin(child._seen)
        return child

    # --- what the house uses ----------------------------------------------------------------------

    def wait(self, seconds: float) -> float:
        """Let time pass for a call; returns how many real seconds the driver has to sleep."""
        if not self.real_time or self.is_frozen:
            step = timedelta(seconds=seconds)
            self._move(self.now() + step, self.moves.last + step)
        return seconds if self.real_time else 0.0

    async def sleep(self, pause: Pause) -> None:
        """The same for an awaited call: where the loop's time is this clock's, others go on."""
        if self.jumping is not None and self.jumping.is_here:
            await self.jumping.sleep(pause)
            return
        left = self.wait(pause.seconds)
        if left > 0:
            await sleep_in_this_loop(left)

    def close(self) -> None:
        """Be of no more use to an event loop."""
        if self.jumping is not None:
            self.jumping.stop()

    def at(self, moment: datetime, action: Callable[[], object], tie: float = 0.0) -> Timer:
        """Have `action` run when it is `moment`.

        At one moment the lower `tie` comes first, and of equal ones the one that was asked first.
        """
        return self._in(moment - self.now(), moment, action, tie)

    def after(self, seconds: float, action: Callable[[], object], tie: float = 0.0) -> Timer:
        """Have `action` run so many seconds from now; see `at`."""
        step = timedelta(seconds=seconds)
        return self._in(step, self.now() + step, action, tie)

    def _in(
        self, step: timedelta, due: datetime, action: Callable[[], object], tie: float
    ) -> Timer:
        timer = Timer(due, self.moves.last + step, action)
        heapq.heappush(self._timers, (due, tie, next(self._numbers), timer))
        return timer

    def run_due(self) -> None:
        """Run what the wall clock has made due by itself.

        While something that was due is running nothing else begins: its turn comes after it.
        """
        self._may_go_back = False
        if self._timers and not self._running:
            now = self._look()
            if self._timers and self._timers[0][0] <= now:
                self._run_until(now)

    def next_due(self) -> datetime | None:
        """When the next timer is due, if any is."""
        while self._timers and self._timers[0][-1].action is None:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def on_move(self, listener: Listener) -> None:
        """Be told `(before, after)` of every move that a test makes, and of every step back."""
        self._listeners = (*self._listeners, listener)

    def on_steer(self, listener: Listener) -> None:
        """Be told `(from, to)` of every move that the test makes, before anything happens on it."""
        self._steer_listeners = (*self._steer_listeners, listener)

    # --- moving -----------------------------------------------------------------------------------

    def _steer(self, begin: datetime, target: datetime) -> None:
        for listener in self._steer_listeners:
            listener(begin, target)
        self._move(target, self.moves.last + (target - begin))

    def _move(self, target: datetime, told: datetime) -> None:
        before = self._look()
        self._run_until(target)
        self._set(target, told)
        self._tell(before, self.now())

    def _look(self) -> datetime:
        """The time; whoever steers the process's clock may have set it back since the last look."""
        now = self.now()
        before, self._seen = self._seen, now
        if before - now > _JITTER:
            self._tell(before, now)
        return now

    def _tell(self, before: datetime, after: datetime) -> None:
        for listener in self._listeners:
            listener(before, after)

    def _run_until(self, target: datetime) -> None:
        while (timer := self._take_due(target)) is not None:
            self._set(timer.due, timer.told)
            self._run(timer)

    def _take_due(self, target: datetime) -> Timer | None:
        """The next timer that is due by then, which nobody else gets any more."""
        with self._lock:
            due = self.next_due()
            return heapq.heappop(self._timers)[-1] if due is not None and due <= target else None

    def _run(self, timer: Timer) -> None:
        was, self._running = self._running, True
        try:
            if timer.action is not None:
                timer.action()
        finally:
            self._running = was

    def _set(self, target: datetime, told: datetime) -> None:
        # A timer's own work may have moved the clock past the target, or the wall clock has, while
        # this process was held up: time never goes back, and a move is told as what it was to be.
        now = self.now()
        step = target - now
        if step <= timedelta():
            if told > self.moves.last:
                self.moves.add(now, told)
            return
        move_process = _steered_process()
        if move_process is not None:
            self.moves.are_all = True
            move_process(step)
        if self._frozen is not None:
            self._frozen += step
        elif move_process is None:
            self._offset += step
        self.moves.add(target, told)

    def _set_back(self, target: datetime) -> None:
        if not self._may_go_back:
            raise MisuseError(
                f"time cannot go backwards: it is {self.now().isoformat()} and the cloud has been "
                f"used; move_to({target.isoformat()}) is for before the first call"
            )
        before = self.now()
        if self._frozen is not None:
            self._frozen = target
        else:
            self._offset += target - before
        self._seen = self.now()
        self.moves.begin(self._seen)
        self._tell(before, self._seen)


def _real(wall: datetime) -> datetime:
    # Freezegun hands out a class of its own; adding to the epoch makes it a real datetime.
    return EPOCH + (wall - EPOCH)


def _duration(delta: timedelta | float | None, units: dict[str, float]) -> timedelta:
    if delta is None:
        return _units(units)
    if units:
        raise MisuseError("advance() takes a duration or keywords, not both")
    if isinstance(delta, timedelta):
        return delta
    if isinstance(delta, (int, float)) and not isinstance(delta, bool):
        return _units({"seconds": delta})
    raise MisuseError(f"advance() takes a timedelta or seconds, not {delta!r}")


def _units(units: dict[str, float]) -> timedelta:
    for name in units:
        if name not in UNITS:
            near = difflib.get_close_matches(name, UNITS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(UNITS)}"
            raise MisuseError(f"advance() has no keyword {name!r}{hint}")
    try:
        return timedelta(**units)
    except (TypeError, ValueError, OverflowError) as error:
        raise MisuseError(f"advance() takes numbers: {error}") from None


def _moment(moment: Any) -> datetime:
    if not isinstance(moment, dt.datetime):
        raise MisuseError(f"a moment is a datetime, not {moment!r}")
    try:
        target = EPOCH + (moment.astimezone(UTC) - EPOCH)
    except (OverflowError, ValueError):
        raise MisuseError(f"no clock shows {moment.isoformat()}") from None
    if target >= _END:
        raise MisuseError(f"time ends with the year 9998: {moment.isoformat()}")
    return target


def _steered_process() -> Callable[[timedelta], object] | None:
    """What moves a faked process clock along, if there is one. Neither library is imported here."""
    freezegun: Any = sys.modules.get("freezegun.api")
    if freezegun is not None and freezegun.freeze_factories:
        process = freezegun.freeze_factories[-1]
        # Not `tick`, which takes back what has passed since a ticking clock was last moved.
        return lambda step: process.move_to(process() + step)
    time_machine: Any = sys.modules.get("time_machine")
    if time_machine is None:
        return None
    for name in ("traveller_stack", "coordinates_stack"):  # 3.x, 2.x
        stack = getattr(time_machine, name, None)
        if stack:
            shift: Callable[[timedelta], object] = stack[-1].shift
            return shift
    return None
