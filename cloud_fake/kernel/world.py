"""One world: the state, the clock, the faults, the timeline and the lock that make up a cloud."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.kernel.clock import Clock
from cloud_fake.kernel.faults import Faults
from cloud_fake.kernel.ids import Ids
from cloud_fake.kernel.outbox import Outbox
from cloud_fake.kernel.timeline import Timeline
from cloud_fake.state import Change, Snapshot, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.timeline import Call

__all__ = ["Observer", "Settings", "World", "WorldState"]


@dataclass(frozen=True)
class Settings:
    """What a world was made with and keeps for life.

    Attributes:
        seed: of every id and every draw.
        appid: the mini program's.
        url_max_age: seconds a private file's link lives when nobody says otherwise.
        auto_create_collections: a collection that nobody created comes to be when written to.
        real_time: waiting really waits.
    """

    seed: int | str = 0
    appid: str = "wx0a1b2c3d4e5f6071"
    url_max_age: int = 600
    auto_create_collections: bool = False
    real_time: bool = False


@dataclass(frozen=True)
class WorldState:
    """A world at one moment: what `snapshot()` hands out. Opaque to tests."""

    tables: Snapshot
    counts: dict[str, int]
    envs: dict[str, int]


class Observer(Protocol):
    """Who wants to know what commits change in one table."""

    def tell(self, changes: Sequence[Change], call: Call | None) -> None:
        """Learn of one commit, under the world's lock; what user code should hear is posted.

        Args:
            changes: what it did to the table, in order.
            call: which call it was; None for the console.
        """

    def end(self) -> None:
        """Hear no more: the state is no longer what it was told of."""


class World:
    """Everything one cloud is, without any face.

    Environments are kept by number, so that a world that was not told its environment can take the
    name that the app's `init` gives, whatever is in it already.
    """

    def __init__(
        self,
        settings: Settings,
        vocabulary: Callable[[], Iterable[str]],
        *,
        clock: Clock | None = None,
        store: Store | None = None,
    ) -> None:
        self.settings = settings
        self._vocabulary = vocabulary
        self.clock = clock or Clock(real_time=settings.real_time)
        self.store = store or Store()
        self.ids = Ids(settings.seed)
        self.faults = Faults(vocabulary)
        self.timeline = Timeline(self.clock)
        self.lock = threading.RLock()
        self.envs: dict[str, int] = {}
        #: Where downloads land, and the maker of a handler's SDK: from higher floors, put in by
        #: the composition root.
        self.device: Any = None
        self.server_sdk: Callable[[Session], Any] = _no_sdk
        #: Told of every commit, by table. Not state: a restore ends them.
        self.observers: dict[Hashable, Observer] = {}
        #: What the observers have to say to user code.
        self.outbox = Outbox()
        #: Begun and not ended, by id; of the running server, not of its state.
        self.transactions: dict[str, Any] = {}
        #: Registered code, by environment and name: configuration, not state.
        self.functions: dict[tuple[int, str], Any] = {}

    # --- environments -----------------------------------------------------------------------------

    DEFAULT_ENV_NAME = "fake-0a1b2c"

    def env_number(self, name: str | None) -> int:
        """The number of an environment; the default one for None.

        Raises:
            Failure: -501000, no environment of that name exists.
        """
        if name is None:
            return 0
        number = self.envs.get(name)
        if number is None:
            raise Failure(codes.ENV_NOT_FOUND, texts.no_such_env(self.ids.next_uuid("request")))
        return number

    def env_name(self, number: int) -> str:
        """The name of an environment."""
        for name, known in self.envs.items():
            if known == number:
                return name
        return self.DEFAULT_ENV_NAME

    def add_env(self, name: str) -> int:
        """Make an environment; the first is the default one."""
        return self.envs.setdefault(name, len(self.envs))

    # --- observers --------------------------------------------------------------------------------

    def tell(self, changes: Iterable[Change], call: Call | None) -> None:
        """Let the observers know of a commit; under the lock, so that they learn in commit order.

        Whoever commits calls `outbox.deliver()` once the lock is free again.
        """
        if not self.observers:
            return
        told: dict[Hashable, list[Change]] = {}
        for change in changes:
            if change.table in self.observers:
                told.setdefault(change.table, []).append(change)
        for table, of_table in told.items():
            self.observers[table].tell(of_table, call)

    # --- state ------------------------------------------------------------------------------------

    def snapshot(self) -> WorldState:
        """The state now, in O(1)."""
        with self.lock:
            return WorldState(self.store.snapshot(), self.ids.counts, dict(self.envs))

    def fork(self) -> World:
        """Another world that begins as this one is; neither sees the other afterwards."""
        with self.lock:
            child = World(
                self.settings,
                self._vocabulary,
                clock=self.clock.fork(),
                store=self.store.fork(),
            )
            child.ids.restore(self.ids.counts)
            child.envs = dict(self.envs)
            child.functions = dict(self.functions)
        return child

    def restore(self, state: WorldState) -> None:
        """Be as it was at `state`, in O(1)."""
        with self.lock:
            for observer in self.observers.values():
                observer.end()
            self.observers.clear()
            self.store.restore(state.tables)
            self.ids.restore(state.counts)
            self.envs = dict(state.envs)


def _no_sdk(_session: Session) -> Any:
    return None
