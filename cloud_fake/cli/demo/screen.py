"""The teller who prints: titles, code, progress bars, findings, and the timeline at the end."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Column
from rich.text import Text

from cloud_fake.cli.demo.shows import show, verdict
from cloud_fake.cli.demo.source import show_code
from cloud_fake.cli.demo.timeline import timeline
from cloud_fake.cli.demo.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloud_fake import FakeCloud
    from cloud_fake.cli.demo.album import Album, Photo
    from cloud_fake.cli.demo.chapters import Chapter, Scene
    from cloud_fake.cli.demo.findings import Finding

__all__ = ["Screen"]

#: The width of a page: of a wide screen as much as this, and all of it where there is none.
PAGE = 110

#: Seconds for a reader, in the slow telling.
TO_READ = 2.0
#: How often an event of progress is drawn on the way to it, and the seconds that takes, when slow.
FRAMES, TO_WATCH = 24, 0.5


class Screen:
    """Tells the story on the terminal.

    Args:
        plain: no colours and no pictures.
        slow: leave time to read and to watch.
    """

    def __init__(self, *, plain: bool = False, slow: bool = False) -> None:
        self._console = _console(plain)
        self._slow = slow
        self._bars = _bars(self._console)
        self._tasks: dict[str, Any] = {}

    def open(self, album: Album) -> None:
        """The title, and what was left out of the album."""
        title = Text.assemble(
            ("A photo album in the cloud\n", "bold"),
            (
                f"{counted(len(album.photos), 'real picture')}, two users, and no network at all",
                "dim",
            ),
        )
        self._console.print(Panel(title, box=box.ROUNDED, border_style="magenta", padding=(1, 3)))
        for remark in album.remarks:
            self._console.print(Text(f"  ! {remark}", "yellow"))

    def begin(self, number: int, chapter: Chapter) -> None:
        """The chapter's title and its code."""
        heading = Text.assemble((f" {number} ", "bold reverse"), " ", (chapter.title, "bold"))
        self._console.print()
        self._console.rule(heading, align="left", style="dim")
        self._console.print(Padding(Text(chapter.lead, "italic"), (1, 0, 0, 2)))
        self._console.print(show_code(chapter.shown))
        self._nap(TO_READ)

    def progress(self, photo: Photo, event: Mapping[str, Any]) -> None:
        """Move the photo's bar."""
        if photo.name not in self._tasks:
            self._bars.start()
            self._tasks[photo.name] = self._bars.add_task(photo.name, total=photo.size)
        self._move(self._tasks[photo.name], event["totalBytesSent"])

    def found(self, finding: Finding) -> None:
        """What the chapter found."""
        if self._bars.live.is_started:
            self._bars.stop()
            self._console.print()
        self._console.print(show(finding, self._console))
        self._nap(TO_READ)

    def close(self, cloud: FakeCloud, scenes: Sequence[Scene]) -> None:
        """The timeline."""
        self._console.print()
        self._console.rule(Text("The timeline: cloud.calls", "bold"), align="left", style="dim")
        self._console.print(timeline(scenes, self._console.width))
        self._console.print()
        passed = cloud.calls[-1].at - cloud.calls[0].at
        minutes, seconds = divmod(round(passed.total_seconds()), 60)
        self._console.print(
            verdict(
                f"{len(cloud.calls)} calls in {minutes} min {seconds} s of the cloud's time; "
                "nothing left this process."
            )
        )

    # --- moving -----------------------------------------------------------------------------------

    def _move(self, task: Any, sent: int) -> None:
        before = self._bars.tasks[task].completed
        frames = FRAMES if self._slow else 1
        for frame in range(1, frames + 1):
            self._bars.update(task, completed=before + (sent - before) * frame / frames)
            self._nap(TO_WATCH / FRAMES)

    def _nap(self, seconds: float) -> None:
        if self._slow:
            time.sleep(seconds)


def _console(plain: bool) -> Console:
    width = min(shutil.get_terminal_size((PAGE, 1)).columns, PAGE)
    # What is no terminal gets neither colours nor bars that move.
    terminal = False if plain else None
    return Console(force_terminal=terminal, width=width, highlight=False, emoji=False)


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn(
            "  {task.description}", markup=False, table_column=Column(width=20, no_wrap=True)
        ),
        BarColumn(bar_width=40),
        TextColumn("{task.percentage:>3.0f}%", style="dim"),
        DownloadColumn(),
        console=console,
    )
