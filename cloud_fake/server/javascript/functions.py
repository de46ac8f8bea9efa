"""The handler that a JavaScript function's process is to the cloud.

`wx-server-sdk` and `@cloudbase/node-sdk` find their cloud in environment variables: these lead them
to a server of the world's own, and a token among them says in which call they are. So what the
function's code asks passes the one gate, as the caller's, inside that call. Source: wx-server-sdk
4.0.2 with node-sdk 3.17.2, run; the context is Tencent SCF's for Node.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, MisuseError, codes, texts
from cloud_fake.server.javascript.process import NodeProcess
from cloud_fake.server.messages import Unanswered
from cloud_fake.services.functions.deadline import Killed
from cloud_fake.services.functions.outcomes import Ended, Reported
from cloud_fake.values.kinds import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.server.hosting import Server
    from cloud_fake.server.javascript.process import Message
    from cloud_fake.services.functions.context import Context
    from cloud_fake.services.functions.registry import Handler

__all__ = ["boot"]

#: What is called, as the platform has it.
HANDLER = "index.main"
#: Real seconds that loading a function's code may take.
LOADING = 60.0


def boot(folder: Path, env: int) -> Callable[[World], Handler]:
    """How an instance of a function is made.

    Args:
        folder: where its `index.js` lies.
        env: the number of the environment that it is deployed in.

    Raises:
        MisuseError: there is no Node.js.
    """
    node = shutil.which("node")
    if node is None:
        raise MisuseError(
            f"{folder} is a JavaScript function, which Node.js runs, and there is no `node` on the "
            f"PATH: install Node.js 18 or later (https://nodejs.org, or `apt install nodejs npm`)"
        )
    return partial(_started, node, folder, env)


def _started(node: str, folder: Path, env: int, world: World) -> Handler:
    """A process whose code is loaded, as a handler.

    Raises:
        Ended: the code cannot be loaded.
    """
    server: Server = world.scripts.server
    name = world.env_name(env)
    variables = {**server.env, "SCF_NAMESPACE": name, "TCB_ENV": name}
    script = _Script(NodeProcess(node, folder, HANDLER, variables), server, name)
    script.load(LOADING)
    return script


class _Script:
    """A process as the handler that it is."""

    def __init__(self, process: NodeProcess, server: Server, env: str) -> None:
        self._process = process
        self._server = server
        self._env = env
        self._printed: list[str] = []

    def __call__(self, event: Any, context: Context) -> Any:
        session: Session = context.cloud._session  # noqa: SLF001 - whose calls they are
        check = partial(_check, session, self._process)
        token = self._server.enroll(replace(session, before_call=check))
        try:
            self._process.tell(_call(event, context, self._env, token))
            return self._answer(context)
        finally:
            self._server.dismiss(token)

    def _answer(self, context: Context) -> Any:
        """What comes of a call; the process may be silent for as long as the call may take.

        In real time: the cloud's is looked at when it calls the cloud, and at the end.
        """
        for line in self._printed:
            context.log(line)
        self._printed.clear()
        message = self._wait_for(context.time_limit, context.log)
        return json.loads(message["answer"]) if "answer" in message else MISSING

    def load(self, seconds: float) -> None:
        """Wait until its code is loaded; what that prints is kept for the first call."""
        self._wait_for(seconds, self._printed.append)

    def _wait_for(self, seconds: float, log: Callable[[str], object]) -> Message:
        """The next message that is more than what the code prints.

        Raises:
            Reported: it is that the code has failed.
            Ended: the process has ended, or has been silent for so many seconds.
        """
        try:
            while (message := self._process.hear(seconds)) is not None and "log" in message:
                log(message["log"])
        except TimeoutError:
            self._process.end()
            raise Ended(_out_of_time(seconds)) from None
        if message is None or message.get("over"):
            self._process.end()
            raise Ended(_failure(message))
        if "failed" in message:
            raise Reported(_failure(message))
        return message


def _check(session: Session, process: NodeProcess) -> None:
    """The check before each call, in a thread where nobody expects to be killed."""
    try:
        session.before_call()
    except Killed:
        process.interrupt()
        raise Unanswered("the function is killed") from None


def _call(event: Any, context: Context, env: str, token: str) -> Message:
    return {
        "event": event,
        "context": {
            "request_id": context.request_id,
            "function_name": context.function_name,
            "function_version": "$LATEST",
            "memory_limit_in_mb": 256,
            "time_limit_in_ms": int(context.time_limit * 1000),
            "namespace": env,
        },
        "env": {**_identity(context.wx_context), "TENCENTCLOUD_SESSIONTOKEN": token},
    }


def _identity(wx_context: Mapping[str, Any]) -> dict[str, str]:
    """What `getWXContext()` reads; ENV it takes from the function's own environment."""
    known = {f"WX_{key}": str(value) for key, value in wx_context.items()}
    source = known.pop("WX_SOURCE", "")
    known.pop("WX_ENV", None)
    return {**known, "WX_CONTEXT_KEYS": ",".join(known), "TCB_SOURCE": source}


def _failure(message: Message | None) -> Failure:
    text = texts.PROCESS_EXITED if message is None else message["failed"]
    return Failure(codes.FUNCTIONS_EXECUTE_FAIL, text)


def _out_of_time(seconds: float) -> Failure:
    text = texts.function_timed_out(seconds)
    return Failure(codes.FUNCTIONS_TIME_LIMIT_EXCEEDED, text)
