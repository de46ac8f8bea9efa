"""One world: the state, the clock, the faults, the timeline and the lock that make up a cloud."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.kernel.checks import Checks
from cloud_fake.kernel.clock import Clock
from cloud_fake.kernel.faults.rulebook import Rulebook
from cloud_fake.kernel.fittings import Fittings, Part
from cloud_fake.kernel.flow import soon
from cloud_fake.kernel.ids import Ids
from cloud_fake.kernel.journal import Journal
from cloud_fake.kernel.outbox import Outbox
from cloud_fake.kernel.timeline import Timeline
from cloud_fake.kernel.transactions import Transactions
from cloud_fake.state import Change, Snapshot, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import datetime

    from cloud_fake.kernel.clock import Timer
    from cloud_fake.kernel.faults.network import Network
    from cloud_fake.kernel.observer import Observer
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.settings import Settings
    from cloud_fake.kernel.timeline import Call

__all__ = ["World", "WorldState"]


class WorldState(NamedTuple):
    """A world at one moment: what `snapshot()` hands out. Opaque to tests."""

    tables: Snapshot
    counts: dict[str, int]


class World:
    """Everything one cloud is, without any face.

    Environments are kept by number, so that a world that was not told its environment can take the
    name that the app's `init` gives, whatever is in it already.
    """

    #: The names of the parts that have been made, of those below that most do without.
    parts: frozenset[str] = frozenset()
    #: Whether a rule may strike a call: `Faults` says so, and the gate asks for each call.
    has_faults = False
    #: Whether anybody but its caller may wait for a call's end: a rule, a check, user code.
    is_followed = False
    #: What will happen by itself: timers of functions and delayed tasks, armed on the clock; None
    #: before there is any.
    armed: dict[Hashable, Timer] | None = None

    def __init__(
        self,
        settings: Settings,
        fittings: Fittings,
        *,
        env: str | None = None,
        clock: Clock | None = None,
        store: Store | None = None,
    ) -> None:
        """Begin.

        Args:
            settings: see there.
            fittings: likewise.
            env: the default environment's name, if it has been told.
            clock: another than one that begins now.
            store: another than an empty one.
        """
        self.settings = settings
        self.fittings = fittings
        self.clock = clock or Clock(real_time=settings.real_time)
        self.store = store or Store()
        self.ids = Ids(settings.seed)
        self.journal = Journal(self.clock.moves, settings.timeline_limit)
        self.clock.on_steer(self.journal.note_time)
        self.lock = threading.RLock()
        #: Environments by name; configuration, like functions, not state.
        self.envs: dict[str, int] = {} if env is None else {env: 0}
        #: The accounts of those that are not the mini program's own, by number.
        self.owners: dict[int, str] = {}
        #: Told of every commit, by table. Not state: a restore ends them.
        self.observers: dict[Hashable, Observer] = {}
        #: Registered code, by environment and name: configuration, not state.
        self.functions: dict[tuple[int, str], Any] = {}
        self.containers: dict[tuple[int, str], Any] = {}
        #: The functions' idle processes; of the running server, like transactions.
        self.instances: dict[tuple[int, str], list[Any]] = {}
        #: What a test's functions answer for outsiders, by kind (`openapi`, `model`, `bot`) and
        #: name: configuration, too.
        self.answers: dict[tuple[str, str], Any] = {}

    # --- parts that most do without ---------------------------------------------------------------

    @Part
    def timeline(self) -> Timeline:
        """What happened, for whoever asks about the past."""
        return Timeline(self.clock, self.journal)

    @Part
    def rules(self) -> Rulebook:
        """What goes wrong, by the names that it is about; `Faults` writes it."""
        return Rulebook(self.journal)

    @Part
    def network(self) -> Network:
        """What is under way and does not get on."""
        from cloud_fake.kernel.faults.network import Network

        return Network(self)

    @Part
    def checks(self) -> Checks:
        """What the test says must be so."""
        self.is_followed = True
        return Checks()

    @Part
    def outbox(self) -> Outbox:
        """What the observers have to say to user code."""
        self.is_followed = True
        return Outbox()

    @Part
    def transactions(self) -> Transactions:
        """Those that are open: of the running server, not of its state."""
        return Transactions()

    @Part
    def device(self) -> Any:
        """Where downloads land."""
        return self.fittings.device()

    @Part
    def scripts(self) -> Any:
        """The runner of JavaScript functions."""
        return self.fittings.scripts(self)

    def has(self, part: str) -> bool:
        """Whether a part has been made."""
        return part in self.parts

    # --- what higher floors know ------------------------------------------------------------------

    def server_sdk(self, session: Session) -> Any:
        """A handler's SDK."""
        return self.fittings.server_sdk(self, session)

    def targets(self, service: str) -> Iterable[str]:
        """The collections, functions or timers that there are, by service."""
        return self.fittings.targets(self, service)

    # --- environments -----------------------------------------------------------------------------

    DEFAULT_ENV_NAME = "fake-0a1b2c"

    def env_number(self, name: str | None, owner: str | None = None) -> int:
        """The number of an environment; the default one for None.

        Args:
            name: the environment's.
            owner: the account that it has to be of; the mini program's own if left out.

        Raises:
            Failure: -501000, that account has no environment of that name.
        """
        if owner is None and not self.owners:
            # Every call of most tests: the mini program's own environments, and no others.
            number = 0 if name is None else self.envs.get(name)
            if number is not None:
                return number
        number = self._first_env(owner) if name is None else self.all_envs().get(name)
        if number is None or not self.is_of(number, owner):
            raise Failure(codes.ENV_NOT_FOUND, texts.no_such_env(self.ids.next_uuid("request")))
        return number

    def _first_env(self, owner: str | None) -> int | None:
        return min(
            (number for number in {0, *self.owners} if self.is_of(number, owner)), default=None
        )

    def is_of(self, number: int, owner: str | None) -> bool:
        """Whether an environment is that account's; None is the mini program's own."""
        appid = self.settings.appid
        return self.owners.get(number, appid) == (owner or appid)

    def env_name(self, number: int) -> str:
        """The name of an environment."""
        for name, known in self.envs.items():
            if known == number:
                return name
        return self.DEFAULT_ENV_NAME

    def all_envs(self) -> dict[str, int]:
        """Every environment; the default one under a made-up name if nobody named it."""
        return {self.env_name(0): 0, **self.envs}

    def add_env(self, name: str) -> int:
        """Make an environment beside the default one."""
        return self.envs.setdefault(name, max(self.envs.values(), default=0) + 1)

    def settle(self, names: Iterable[str]) -> None:
        """Take the environments that an `init` names, the first as the default one.

        A world that was told its environment has only those that it was told.
        """
        if 0 in self.envs.values():
            return
        new = [name for name in dict.fromkeys(names) if name not in self.envs]
        self.envs.update(dict.fromkeys(new[:1], 0))
        for name in new[1:]:
            self.add_env(name)

    # --- what is due ------------------------------------------------------------------------------

    def at(self, moment: datetime, who: str, action: Callable[[], object]) -> Timer:
        """Have somebody do something at a moment.

        Of several who are due at one moment nobody can say who is first. So the seed says it, once
        for each: another seed tries another order, and who else there is shifts nothing.
        """
        return self.clock.at(moment, action, self.ids.fraction(f"tie {who}"))

    def after(self, seconds: float, who: str, action: Callable[[], object]) -> Timer:
        """Have somebody do something so many seconds from now; see `at`."""
        return self.clock.after(seconds, action, self.ids.fraction(f"tie {who}"))

    # --- observers --------------------------------------------------------------------------------

    def tell(self, changes: Iterable[Change], call: Call | None) -> None:
        """Let the observers know of a commit; under the lock, so that they learn in commit order.

        Whoever commits calls `deliver` once the lock is free again.
        """
        if not self.observers:
            return
        told: dict[Hashable, list[Change]] = {}
        for change in changes:
            if change.table in self.observers:
                told.setdefault(change.table, []).append(change)
        for table, of_table in told.items():
            self.observers[table].tell(of_table, call)

    def deliver(self) -> None:
        """Say to user code what there is to say; see `Outbox.deliver`."""
        if self.is_followed:
            self.outbox.deliver()

    def call_is_over(self, call: Call) -> None:
        """Have said, at the next occasion, what had to wait for a call's answer."""
        if self.outbox.call_is_over(call):
            self.clock.at(self.clock.now(), self.outbox.deliver)
            soon(self.outbox.deliver)

    # --- state ------------------------------------------------------------------------------------

    def snapshot(self) -> WorldState:
        """The state now, in O(1)."""
        with self.lock:
            return WorldState(self.store.snapshot(), self.ids.counts)

    def fork(self) -> World:
        """Another world that begins as this one is; neither sees the other afterwards."""
        with self.lock:
            child = World(
                self.settings,
                self.fittings,
                clock=self.clock.fork(),
                store=self.store.fork(),
            )
            child.ids.restore(self.ids.counts)
            child.envs = dict(self.envs)
            child.owners = dict(self.owners)
            child.functions = dict(self.functions)
            child.containers = dict(self.containers)
            child.answers = dict(self.answers)
        return child

    def restore(self, state: WorldState) -> None:
        """Be as it was at `state`, in O(1)."""
        with self.lock:
            for observer in self.observers.values():
                observer.end()
            self.observers.clear()
            self.store.restore(state.tables)
            self.ids.restore(state.counts)
            # The next ones have the ids of these, and must not be ended by whoever began these.
            self.transactions.forget_all()
            for idle in self.instances.values():
                idle.clear()
            self.instances.clear()
