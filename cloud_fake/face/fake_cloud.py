"""`FakeCloud`: the object a test holds. It puts the floors together and steers them.

camelCase is the app's side, inherited from `Client`; snake_case is the test's side, below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from cloud_fake.errors import MisuseError
from cloud_fake.face.checking import Checking
from cloud_fake.face.client import Client
from cloud_fake.face.console import Console
from cloud_fake.face.deployment import Deployment
from cloud_fake.face.dispatch import dispatch
from cloud_fake.face.fittings import FITTINGS, server_sdk
from cloud_fake.face.modes import Async, Sync
from cloud_fake.face.outside import Outside
from cloud_fake.kernel.device_clock import DeviceClock
from cloud_fake.kernel.faults.registry import Faults
from cloud_fake.kernel.gate import ask
from cloud_fake.kernel.session import SERVICES, Identity, Session
from cloud_fake.kernel.settings import Settings
from cloud_fake.kernel.world import World, WorldState
from cloud_fake.models.dialect import CLIENT, SERVER
from cloud_fake.services import catalogue, console
from cloud_fake.services.functions import instances, scheduling
from cloud_fake.state import Snapshot, Store
from cloud_fake.values.kinds import MISSING, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from cloud_fake.face.server import ServerSDK
    from cloud_fake.kernel.clock import Clock
    from cloud_fake.kernel.timeline import Timeline
    from cloud_fake.server import Interception, Server
    from cloud_fake.services.storage.links import Response

__all__ = ["FakeCloud", "User"]

DEFAULT_OPENID = "o-alice"


class User(Client[Sync]):
    """`Taro.cloud` on one user's device."""

    @property
    def aio(self) -> Client[Async]:
        """The same surface, every call awaitable; the same world."""
        return Client(self._world, self._session, awaited=True)

    @property
    def device_clock(self) -> DeviceClock:
        """The clock of this user's device; `faults.skew` and `faults.drift` set it wrong."""
        return DeviceClock(self._world, self._session)


class FakeCloud(User, Console, Deployment, Outside, Checking):
    """A whole `Taro.cloud` in memory.

    Args:
        env: the environment, `dev-1a2b3c` for instance. Given, the SDK is initialised with it (the
            app's own first `init` still takes effect); left out, every call raises until `init`.
        openid: the signed-in user; None for somebody who is not signed in.
        appid: the mini program's id.
        unionid: the user's, if any.
        collections: created empty, PRIVATE; what nobody created does not exist, as in reality.
        seed: of everything that looks random; the same seed gives the same run.
        url_max_age: seconds a private file's link lives when nobody says otherwise.
        auto_create_collections: create a collection when it is first used.
        real_time: waiting really waits (for demos); otherwise it moves the clock.
        timeline_limit: how many of the last entries `calls` keeps; all of them if None.
    """

    _faults: Faults | None = None

    def __init__(
        self,
        *,
        env: str | None = None,
        openid: str | None = DEFAULT_OPENID,
        appid: str = "wx0a1b2c3d4e5f6071",
        unionid: str | None = None,
        collections: Iterable[str] = (),
        seed: int | str = 0,
        url_max_age: int = 600,
        auto_create_collections: bool = False,
        real_time: bool = False,
        timeline_limit: int | None = None,
    ) -> None:
        user = Identity(openid, appid, unionid)
        settings = Settings(
            seed=seed,
            appid=appid,
            url_max_age=url_max_age,
            auto_create_collections=auto_create_collections,
            real_time=real_time,
            timeline_limit=timeline_limit,
            user=user,
        )
        name = None if env is None else console.env_name(env)
        names = tuple(console.names_of(collections))
        store = Store(console.tables_with(names))
        world = World(settings, FITTINGS, env=name, store=store)
        envs = None if name is None else dict.fromkeys(SERVICES, name)
        self._assemble(world, Session(user, CLIENT, envs=envs), names)

    def _assemble(self, world: World, session: Session, collections: tuple[str, ...]) -> None:
        #: What it began with, to be as new again.
        self._collections = collections
        super().__init__(world, session, awaited=False)

    # --- other faces of the same world ------------------------------------------------------------

    def as_user(self, openid: str | None, *, unionid: str | None = None) -> User:
        """The same app on another user's device, initialised alike; None is not signed in."""
        identity = Identity(openid, self._world.settings.appid, unionid)
        return User(self._world, self._session.as_user(identity), awaited=False)

    @property
    def server(self) -> ServerSDK[Sync]:
        """The server SDK, as a test or a back end uses it: admin rights, nobody signed in."""
        identity = Identity(None, self._world.settings.appid)
        session = Session(identity, SERVER, envs=self._session.envs or {}, source="scf")
        return server_sdk(self._world, session)

    # --- steering ---------------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The cloud's time."""
        return self._world.clock

    @property
    def faults(self) -> Faults:
        """Scripted trouble."""
        if self._faults is None:
            self._faults = Faults(self._world)
        return self._faults

    @property
    def calls(self) -> Timeline:
        """What happened, in order."""
        return self._world.timeline

    def fetch(self, url: str) -> Response:
        """HTTP GET of a link, as the CDN answers: 200, 403 (expired, unsigned), 404 (deleted)."""
        session = Session(Identity(None, ""), CLIENT, envs={}, source="cdn")
        fetch = catalogue.operation_at("storage.listing:FETCH")
        return ask(self._world, fetch, session, {"url": url})  # type: ignore[no-any-return]  # FETCH answers one

    def dispatch(
        self,
        name: str,
        options: Mapping[str, Any] | None = None,
        /,
        *,
        as_user: str | Missing | None = MISSING,
        server: bool = False,
        awaited: bool = False,
    ) -> Any:
        """Make a call by its canonical name: `dispatch("database.todos.add", {"data": {...}})`.

        Args:
            name: as on the timeline and in fault rules.
            options: the call's; for records also `doc`, `where`, `orderBy`, `limit` and so on.
            as_user: who calls, None for nobody signed in; the default user if left out.
            server: the server SDK calls.
            awaited: on the awaitable face: `await cloud.dispatch(..., awaited=True)`.
        """
        user = self if as_user is MISSING else self.as_user(as_user)
        sdk: Any = self.server if server else user
        return dispatch(sdk.aio if awaited else sdk, name, {} if options is None else options)

    # --- clients in other languages ---------------------------------------------------------------

    def serve(self, *, host: str = "127.0.0.1", port: int = 0, hosts: Iterable[str] = ()) -> Server:
        """Put this cloud behind HTTP, for the platform's own SDKs: `with cloud.serve() as server:`.

        It listens from now on until `server.close()`.

        Args:
            host: the address to listen at; this machine only, unless told otherwise.
            port: any free one if 0.
            hosts: names beside `localhost` by which clients call it.

        Raises:
            MisuseError: the extra `server` is not installed.
        """
        from cloud_fake.server import Server

        return Server(self._world, host=host, port=port, hosts=hosts)

    def intercept(self) -> Interception:
        """Have `requests` and `httpx` calls to the platform's hosts reach this cloud: `with ...`.

        Nothing else is touched, and no port is opened. Threads that do not take over the context
        of the `with` statement reach the one cloud that intercepts at the time.

        Raises:
            MisuseError: the extra `server` is not installed.
        """
        from cloud_fake.server import Interception

        return Interception(self._world)

    # --- state ------------------------------------------------------------------------------------

    def snapshot(self) -> WorldState:
        """The state now: records, files, permissions, id counters. O(1), whatever there is."""
        return self._world.snapshot()

    def restore(self, state: WorldState) -> None:
        """Be as at a snapshot. O(1); the clock, the timeline and the faults stay as they are."""
        if not isinstance(state, WorldState):
            raise MisuseError(f"restore() takes what snapshot() gave, not {state!r}")
        self._world.restore(state)
        scheduling.arm_tasks(self._world)

    def reset(self) -> None:
        """Be as new: no records, files or faults, an empty timeline. Functions stay deployed."""
        tables = console.tables_with(self._collections)
        self._world.restore(WorldState(Snapshot(tables), counts={}))
        scheduling.rearm(self._world)
        if self._world.has("rules"):
            self.faults.clear()
        if self._world.has("checks"):
            self._world.checks.clear()
        self._world.timeline.clear()

    def fork(self) -> Self:
        """Another cloud that begins as this one is, in O(1); afterwards neither sees the other."""
        world = self._world.fork()
        if world.containers:
            from cloud_fake.services.containers import hosting

            hosting.attach(world)
        scheduling.rearm(world)
        child = type(self).__new__(type(self))
        FakeCloud._assemble(child, world, self._session.forked(), self._collections)
        return child

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what lies outside of memory: downloads, processes, the containers' apps."""
        world = self._world
        world.clock.close()
        if world.has("device"):
            world.device.close()
        if world.instances:
            instances.forget_all(world)
        if world.has("scripts"):
            world.scripts.close()
        if world.containers:
            from cloud_fake.services.containers import hosting

            hosting.stop(world)

    def __repr__(self) -> str:
        env = self._world.env_name(0)
        return f"<FakeCloud {env} as {self._session.identity.openid}, {len(self.calls)} calls>"
