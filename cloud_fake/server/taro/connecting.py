"""Taro's sockets to containers: a WebSocket for each, which passes both ends' words on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError
from cloud_fake.server.messages import BadRequest, read_json
from cloud_fake.server.taro.asking import TOLD, sdk_of, trouble
from cloud_fake.server.taro.paths import Paths, split_last
from cloud_fake.server.taro.values import write

if TYPE_CHECKING:
    from cloud_fake.face.containers import SocketTask
    from cloud_fake.face.modes import Sync
    from cloud_fake.models.results import Result
    from cloud_fake.server.application import Application

__all__ = ["Connecting"]

Say = Callable[[dict[str, Any]], object]

#: The app has gone away without a word.
_GOING_AWAY = 1001


class Connecting:
    """One line.

    ```
    app                                       fake
    {steps, init, openid, resource}           {opened} or {refused}, then {event, told} …
    {id, ask: send | close, options}          {id, ok} or {id, error}
    ```
    """

    def __init__(self, application: Application, say: Say) -> None:
        self._application = application
        self._say = say
        self._task: SocketTask[Sync] | None = None

    def hear(self, text: str) -> None:
        """Open the socket, or do what the app asks of it."""
        try:
            message = read_json(text, dict)
        except BadRequest:
            return
        if self._task is None:
            self._open(message)
        else:
            self._ask(self._task, message)

    def end(self) -> None:
        """The line is gone."""
        if self._task is not None:
            self._task.close(code=_GOING_AWAY)

    def _open(self, asked: Mapping[str, Any]) -> None:
        try:
            opened = self._opened(asked)
        except TOLD as error:
            self._say({"refused": trouble(error)})
            return
        self._task = task = opened.pop("socketTask")
        self._say({"opened": write(opened)})
        # What the container has said already is told now.
        task.onOpen(self._teller("open"))
        task.onMessage(self._teller("message"))
        task.onClose(self._teller("close"))
        task.onError(self._teller("error"))

    def _opened(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        steps = asked.get("steps")
        if split_last(steps)[1] != "connectContainer":
            raise BadRequest("this opens no socket")
        with Paths(sdk_of(self._application.world, asked)) as paths:
            return dict(paths.follow(steps))

    def _teller(self, kind: str) -> Callable[[Result], object]:
        return lambda told: self._say({"event": kind, "told": write(told)})

    def _ask(self, task: SocketTask[Sync], message: Mapping[str, Any]) -> None:
        answer: dict[str, Any] = {"id": message.get("id")}
        try:
            answer["ok"] = write(self._done(task, message))
        except (CloudError, BadRequest, RecursionError, TypeError) as error:
            answer["error"] = trouble(error)
        self._say(answer)

    def _done(self, task: SocketTask[Sync], message: Mapping[str, Any]) -> Result:
        with Paths(None) as paths:
            options = paths.value(message.get("options"))
        if not isinstance(options, Mapping):
            raise BadRequest("options should be an object")
        if message.get("ask") == "send":
            return task.send(data=options.get("data", ""))
        return task.close(code=options.get("code", 1000), reason=options.get("reason", ""))
