"""Taro's watches: a WebSocket for each, which is told what to watch and tells what happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cloud_fake.face.db.watching import Watchable, Watcher
from cloud_fake.server.messages import BadRequest, read_json
from cloud_fake.server.taro.asking import TOLD, sdk_of, trouble
from cloud_fake.server.taro.paths import Paths
from cloud_fake.server.taro.values import write

if TYPE_CHECKING:
    from cloud_fake.errors import CloudError
    from cloud_fake.models.results import Snapshot
    from cloud_fake.server.application import Application

__all__ = ["Watching"]

Say = Callable[[dict[str, Any]], object]


class Watching:
    """One line: the client says what to watch, once, and hears of it until one side hangs up."""

    def __init__(self, application: Application, say: Say) -> None:
        self._application = application
        self._say = say
        self._watcher: Watcher | None = None

    def hear(self, text: str) -> None:
        """Begin to watch."""
        if self._watcher is not None:
            return
        try:
            self._watcher = self._begin(read_json(text, dict))
        except TOLD as error:
            self._say({"error": trouble(error)})
        except RecursionError:
            self._say({"error": trouble(BadRequest("nested too deeply"))})

    def end(self) -> None:
        """The line is gone."""
        if self._watcher is not None:
            self._watcher.close()

    def _begin(self, asked: dict[str, Any]) -> Watcher:
        with Paths(sdk_of(self._application.world, asked)) as paths:
            watched = paths.follow(asked.get("steps"))
        if not isinstance(watched, Watchable):
            raise BadRequest("this cannot be watched")
        handlers = {"onChange": self._on_change, "onError": self._on_error}
        watcher: Watcher = watched.watch(handlers)
        return watcher

    def _on_change(self, snapshot: Snapshot) -> None:
        # Only the first one has a type; of the others it is undefined and not null.
        told = {key: value for key, value in snapshot.items() if value is not None or key != "type"}
        self._say({"change": write(told)})

    def _on_error(self, error: CloudError) -> None:
        self._say({"error": trouble(error)})
