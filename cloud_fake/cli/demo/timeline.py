"""The timeline on a page: every call the cloud saw, chapter by chapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cloud_fake.cli.demo.wording import counted, file_path, kilobytes, person, short

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from cloud_fake.cli.demo.chapters import Scene

__all__ = ["timeline"]

#: A narrower page has no room to say what a call was about.
WIDE = 100


def timeline(scenes: Sequence[Scene], width: int) -> RenderableType:
    """A line a call, with the time since the first; what a function calls stands under it."""
    return Padding(Group(*_chapters(scenes, wide=width >= WIDE)), (0, 0, 0, 2))


def _chapters(scenes: Sequence[Scene], *, wide: bool) -> Iterator[RenderableType]:
    start = scenes[0].calls[0].at
    for number, scene in enumerate(scenes, 1):
        yield ""
        yield Text(f"{number}  {scene.chapter.title}", "bold")
        yield _table(scene.calls, start, wide=wide)


def _table(calls: Sequence[Any], start: datetime, *, wide: bool) -> Table:
    table = _columns(wide=wide)
    before = ""
    for call in calls:
        since = _since(call.at - start)
        about = [Text(_about(call.arguments))] if wide else []
        table.add_row("" if since == before else since, *_call(call), *about, _outcome(call))
        before = since
    return table


def _columns(*, wide: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=8, style="dim")
    table.add_column(width=10, no_wrap=True)
    table.add_column(width=24, no_wrap=True)
    if wide:
        table.add_column(width=21, no_wrap=True, style="dim")
    table.add_column(ratio=1, no_wrap=True)
    return table


def _since(passed: timedelta) -> str:
    minutes, seconds = divmod(passed.total_seconds(), 60)
    return f"+{int(minutes):02d}:{seconds:04.1f}"


def _call(call: Any) -> tuple[Text, Text]:
    return person(call.caller), Text("  " * call.depth + call.name)


# --- what it was about ---------------------------------------------------------------------------


def _files(given: Sequence[str]) -> str:
    return file_path(given[0]) if len(given) == 1 else counted(len(given), "file")


def _condition(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{path}: {value}" for path, value in given.items())


#: The option that tells most, and how it is said; the first that was given counts.
ABOUT: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("cloudPath", file_path),
    ("fileID", file_path),
    ("url", file_path),
    ("fileList", _files),
    ("doc", short),
    ("where", _condition),
    ("data", lambda data: str(data.get("name", ""))),
)


def _about(given: Mapping[str, Any]) -> str:
    return next((say(given[key]) for key, say in ABOUT if key in given), "")


# --- what came of it -----------------------------------------------------------------------------


def _found(data: Any) -> str:
    return counted(len(data), "record") if isinstance(data, list) else str(data["name"])


def _written(stats: Mapping[str, int]) -> str:
    return next((f"{count} {what}" for what, count in stats.items() if count), "0 updated")


#: The field of the answer that tells most, and how it is said; the first that is there counts.
ANSWERS: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("fileContent", lambda content: kilobytes(len(content))),
    ("fileID", lambda file_id: f"…/{file_path(file_id).rpartition('/')[2]}"),
    ("total", lambda total: f"{total} found"),
    ("data", _found),
    ("stats", _written),
    ("_id", lambda made: f"_id {short(str(made))}"),
    ("fileList", lambda items: counted(len(items), "link")),
    ("result", lambda result: counted(len(result), "thumbnail")),
)


def _outcome(call: Any) -> Text:
    faults = "".join(f"⚡ {fault} " for fault in call.faults)
    trouble = _trouble(call)
    if trouble:
        return Text.assemble((faults, "bold yellow"), (f"✗ {trouble}", "red"))
    return Text.assemble((faults, "bold yellow"), (f"→ {_answer(call.result)}", "green"))


def _trouble(call: Any) -> str:
    if call.error is not None:
        return str(call.error.errMsg.removeprefix(f"{call.api}:fail "))
    if not isinstance(call.result, Mapping):
        return "" if call.result.ok else f"{call.result.status_code}"
    failed = (item.errMsg for item in call.result.get("fileList", ()) if item.status)
    return next(failed, "")


def _answer(result: Any) -> str:
    if not isinstance(result, Mapping):
        return f"{result.status_code}  {kilobytes(len(result.content))}"
    return next((say(result[key]) for key, say in ANSWERS if key in result), "")
