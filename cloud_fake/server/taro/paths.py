"""Taro's paths: what the app has written, `cloud.database().collection("todos").get()`, followed.

A path is `[[name, arguments], [name], ...]`: calls, and properties where there are no arguments.
Only what belongs to the SDK's own surface is followed, and nothing with an underscore before it.
A local file comes along as its bytes: no path that a page names is ever read on this machine.
"""

from __future__ import annotations

import inspect
import keyword
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cloud_fake.face.ai import AI, Bot, ChatModel, Extend
from cloud_fake.face.calls import ClientCalls
from cloud_fake.face.db.aggregation import PipelineBuilder
from cloud_fake.face.db.database import Database
from cloud_fake.face.db.selected import Selected
from cloud_fake.models.commands import AggregateCommand, Command, LogicCommand, ProjectCommand
from cloud_fake.server.messages import BadRequest
from cloud_fake.server.taro.values import READERS, from_base64
from cloud_fake.values.geo import Geo
from cloud_fake.values.intake import MAX_SAFE_INTEGER

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Paths", "split_last"]

#: What a path may lead through.
_SURFACE = (
    ClientCalls,
    Database,
    Selected,
    PipelineBuilder,
    Command,
    ProjectCommand,
    AggregateCommand,
    LogicCommand,
    Extend,
    AI,
    ChatModel,
    Bot,
)
#: Calls with a `filePath`, which has to have come along.
_WITH_FILE = frozenset({"uploadFile", "CDN"})


class Paths:
    """Follows the paths of one request; the files that came along last as long as it does."""

    def __init__(self, sdk: Any) -> None:
        self._sdk = sdk
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def follow(self, steps: Any) -> Any:
        """What is at the end of a path.

        Raises:
            BadRequest: it leads nowhere, or out of the SDK.
            CloudError: as the calls on its way.
        """
        thing = self._sdk
        for name, *given in _checked(steps):
            member = _member(thing, name)
            thing = self._call(name, member, given[0]) if given else member
        return thing

    def arguments(self, name: str, given: Any) -> list[Any]:
        """The arguments of a call."""
        if not isinstance(given, list):
            raise BadRequest("arguments should be an array")
        arguments = [self.value(item) for item in given]
        if name in _WITH_FILE and arguments:
            arguments[0] = self._with_own_file(arguments[0])
        return arguments

    def _call(self, name: str, member: Any, given: Any) -> Any:
        arguments = self.arguments(name, given)
        try:
            return member(*arguments)
        except TypeError as error:
            raise BadRequest(f"{name}: {error}") from error

    # --- values -----------------------------------------------------------------------------------

    def value(self, json: Any) -> Any:
        """What the app meant."""
        if type(json) is dict:
            return self._object(json)
        if type(json) is list:
            return [self.value(item) for item in json]
        if type(json) is int and not -MAX_SAFE_INTEGER <= json <= MAX_SAFE_INTEGER:
            return float(str(json))  # a real number that happens to be written without a point
        return json

    def _object(self, json: dict[str, Any]) -> Any:
        mark = next(iter(json), "")
        if len(json) == 1 and mark.startswith("$"):
            return self._marked(mark, json[mark])
        return {key: self.value(item) for key, item in json.items()}

    def _marked(self, mark: str, content: Any) -> Any:
        if mark == "$made":
            return self.follow(content)
        if mark == "$file":
            return self._file(content)
        if mark == "$object" and type(content) is dict:
            return {key: self.value(item) for key, item in content.items()}
        if mark not in READERS:
            raise BadRequest(f"unknown value {mark!r}")
        return READERS[mark](content)

    # --- files ------------------------------------------------------------------------------------

    def _file(self, content: Any) -> Path:
        """Where a file lies that came along; nowhere if the app could not read it."""
        self._files += 1
        path = self._own_folder() / str(self._files)
        if content is not None:
            path.write_bytes(from_base64(content))
        return path

    def _own_folder(self) -> Path:
        if self._folder is None:
            made = tempfile.TemporaryDirectory(prefix="cloud-fake-upload-")
            self._folder = Path(self._stack.enter_context(made))
        return self._folder

    def _with_own_file(self, options: Any) -> Any:
        if isinstance(options, Mapping) and isinstance(options.get("filePath"), str):
            return {**options, "filePath": self._file(None) if options["filePath"] else ""}
        return options


def split_last(steps: Any) -> tuple[list[Any], str, Any]:
    """A path without its last call, that call's name, and its arguments."""
    *before, last = _checked(steps)
    name, *given = last
    return before, name, given[0] if given else []


def _checked(steps: Any) -> list[list[Any]]:
    if not isinstance(steps, list) or not steps:
        raise BadRequest("steps should be a path of calls")
    for step in steps:
        if not isinstance(step, list) or not 1 <= len(step) <= 2 or not isinstance(step[0], str):
            raise BadRequest("a step is a name, and maybe arguments")
    return steps


def _member(thing: Any, name: str) -> Any:
    """A member of something on the SDK's surface; `and` is Python's `and_`."""
    python_name = f"{name}_" if keyword.iskeyword(name) else name
    is_surface = isinstance(thing, _SURFACE) or thing is Geo
    nothing = object()
    if (
        not is_surface
        or name.startswith("_")
        or inspect.getattr_static(thing, python_name, nothing) is nothing
    ):
        raise BadRequest(f"there is no {name!r} on this SDK's {type(thing).__name__}")
    return getattr(thing, python_name)
