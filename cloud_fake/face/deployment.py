"""What a developer deploys, as methods of `FakeCloud`: functions, their timers, containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from cloud_fake.services import console

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.services.functions.registry import FunctionOptions

__all__ = ["Deployment"]

H = TypeVar("H", bound="Callable[..., Any]")


class Deployment:
    """Functions and containers; `env` names an environment, None the default one."""

    _world: World

    # --- functions --------------------------------------------------------------------------------

    def function(
        self, name: str, *, env: str | None = None, **options: Unpack[FunctionOptions]
    ) -> Callable[[H], H]:
        """Deploy the decorated `handler(event, context)`, plain or async, as a cloud function.

        Args:
            name: what `callFunction` calls it.
            env: in which environment.
            options: `timeout=3`, `cold_start=0`, `keep_warm=1800`, in seconds of the cloud's clock;
                `timer="0 0 2 * * * *"` (second, minute, hour, day, month, weekday, year on UTC+8)
                with `timer_name=` and `timer_message=`.
        """

        def decorate(handler: H) -> H:
            self.register_function(name, handler, env=env, **options)
            return handler

        return decorate

    def register_function(
        self,
        name: str,
        handler: Callable[..., Any],
        *,
        env: str | None = None,
        **options: Unpack[FunctionOptions],
    ) -> None:
        """Deploy a cloud function, over one of the same name; the options are `function`'s."""
        from cloud_fake.services.functions.deploying import deploy
        from cloud_fake.services.functions.registry import of_handler

        number = console.find_env(self._world, env)
        deploy(self._world, number, of_handler(name, handler, **options))

    def load_functions(self, path: str | os.PathLike[str], *, env: str | None = None) -> list[str]:
        """Deploy every sub-folder with an `index.py` (`main(event, context)`) or an `index.js`.

        A `config.json` beside it may hold `timeout` and one timer in `triggers`. Each instance of
        a function imports its folder's modules anew: their globals are its memory. JavaScript runs
        as it is, in a Node process for each instance, whose `wx-server-sdk` is led here.

        Returns:
            The names, which are the folders'.

        Raises:
            MisuseError: there is no such folder, no function in it, or a bad `config.json`; or an
                `index.js`, and no Node.js or no extra `server` to run it.
        """
        from cloud_fake.services.functions import loading

        number = console.find_env(self._world, env)
        return loading.load_functions(self._world, number, path)

    def trigger(self, name: str, *, env: str | None = None) -> Call:
        """Fire a function's timer now; returns the run's line, with its `result` or `error`."""
        from cloud_fake.services.functions import triggering

        return triggering.fire_by_hand(self._world, (console.find_env(self._world, env), name))

    def recycle(self, name: str, *, env: str | None = None) -> None:
        """End a function's instances: the next call is a cold start, and remembers nothing."""
        from cloud_fake.services.functions import instances

        instances.recycle(self._world, (console.find_env(self._world, env), name))

    # --- containers -------------------------------------------------------------------------------

    def container(self, name: str, *, env: str | None = None) -> Callable[[H], H]:
        """Let the decorated `handler(request)`, plain or async, answer for a service.

        It returns an object or a list (JSON), a text, bytes or None, or one of these with a status
        and headers: `(body, status, headers)`. `request.cloud` is the server SDK; on a connection
        `request.websocket` takes `on_message` and `on_close` handlers.
        """

        def decorate(handler: H) -> H:
            self.register_container(name, handler, env=env)
            return handler

        return decorate

    def register_container(
        self, name: str, app: Callable[..., Any], *, env: str | None = None
    ) -> None:
        """Let an app answer `callContainer` for a service: WSGI, ASGI, or a callable of a request.

        A Flask, Django, FastAPI or Starlette app is given as it is; no server runs.
        """
        from cloud_fake.services.containers import hosting

        hosting.host(self._world, console.find_env(self._world, env), name, app)
