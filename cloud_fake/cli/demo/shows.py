"""How each finding looks."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cloud_fake import CloudError
from cloud_fake.cli.demo.findings import (
    Finding,
    Links,
    Permissions,
    Retries,
    Thumbnail,
    Thumbnails,
    Uploads,
    View,
    Visit,
)
from cloud_fake.cli.demo.mosaic import mosaic
from cloud_fake.cli.demo.wording import clock_time, file_path, kilobytes, person, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["show", "verdict"]


def show(finding: Finding, console: Console) -> RenderableType:
    """The finding, ready to print on that console."""
    shown = SHOWS[type(finding)](finding, console)
    return Padding(Group(*shown), (0, 0, 0, 2), expand=False)


def verdict(*parts: str | tuple[str, str]) -> Text:
    """What it comes to, in one line."""
    return Text.assemble(("✓ ", "bold green"), *parts)


def _table(*headers: str) -> Table:
    """A quiet table: a line under its head and none besides."""
    table = Table(
        box=box.SIMPLE_HEAD,
        border_style="dim",
        header_style="dim",
        padding=(0, 2, 0, 0),
        show_edge=False,
    )
    for header in headers:
        table.add_column(header, no_wrap=True)
    return table


# --- uploads -------------------------------------------------------------------------------------


def _show_uploads(uploads: Uploads, _console: Console) -> Iterator[RenderableType]:
    table = _table("_id", "_openid", "name", "at")
    for records in uploads.records.values():
        for record in records:
            table.add_row(*_record(record))
    yield table
    yield ""
    yield verdict("The backend wrote _id, _openid and the server's date; the app only asked.")


def _record(record: Mapping[str, Any]) -> Iterator[str | Text]:
    yield short(record["_id"])
    yield person(record["_openid"])
    yield Text(record["name"])
    yield f"{record['at']:%H:%M:%S.%f}"[:-3]


# --- thumbnails ----------------------------------------------------------------------------------

#: Characters between two pictures, and of a picture.
GAP, NARROWEST, WIDEST = 3, 4, 26


def _show_thumbnails(thumbnails: Thumbnails, console: Console) -> Iterator[RenderableType]:
    items = thumbnails.items
    pictures = Table.grid(padding=(0, GAP, 0, 0))
    for _ in items:
        pictures.add_column(vertical="bottom")
    if console.color_system is not None and not console.no_color:
        columns = max(NARROWEST, min(WIDEST, console.width // len(items) - GAP))
        pictures.add_row(*(mosaic(item.content, columns) for item in items))
    pictures.add_row(*(_caption(item) for item in items))
    yield pictures
    yield ""
    yield verdict("Everybody may read these, so their links are bare and live for ever:")
    yield Text(f"  {items[0].url}", "dim", no_wrap=True, overflow="ellipsis")


def _caption(item: Thumbnail) -> Text:
    sizes = f"{kilobytes(item.before)} → {kilobytes(len(item.content))}"
    return Text.assemble(item.name, "\n", (sizes, "dim"))


# --- links ---------------------------------------------------------------------------------------


def _show_links(links: Links, _console: Console) -> Iterator[RenderableType]:
    table = _table("clock", "private file", "link", "dies at", "answer")
    for one in (*links.visits, links.renewed):
        table.add_row(*_visit(one))
    yield table
    yield ""
    yield verdict("After ten minutes the link is dead; a new one works.")
    yield verdict("Bob asks for a link and hears ", (links.bob, "red"))


def _visit(one: Visit) -> Iterator[str | Text]:
    signature = parse_qs(urlsplit(one.url).query)
    yield clock_time(one.at)
    yield Text(file_path(one.url))
    yield Text(f"?sign={signature['sign'][0][:6]}…", "dim")
    yield clock_time(datetime.fromtimestamp(int(signature["t"][0]), tz=UTC))
    if one.status == 200:
        yield Text(f"200  {kilobytes(one.size)}", "green")
    else:
        yield Text(f"{one.status}  expired", "red")


# --- retries -------------------------------------------------------------------------------------

MANNERS = MappingProxyType({"add": "add, and add again", "set": "doc(id).set, and set again"})


def _show_retries(retries: Retries, _console: Console) -> Iterator[RenderableType]:
    table = _table("the reply is lost", "records there are")
    for operation, copies in retries.copies.items():
        style = "green" if copies == 1 else "red"
        table.add_row(MANNERS[operation], Text(f"{copies}  {'■ ' * copies}", style))
    yield table
    yield ""
    yield verdict("A retry is safe when doing it twice is doing it once.")


# --- permissions ---------------------------------------------------------------------------------


def _show_permissions(permissions: Permissions, _console: Console) -> Iterator[RenderableType]:
    table = _table("permission", "Alice finds", "Bob finds", "Bob opens hers", "Bob changes hers")
    for view in permissions.views:
        table.add_row(view.permission, *_answers(view))
    yield table
    yield Text("-1 cannot find document   -502003 permission denied", "dim")
    yield ""
    yield verdict("What one may not see is not there; what one may not change, changes 0 times.")


def _answers(view: View) -> Iterator[Text]:
    for value in (view.alice_finds, view.bob_finds, view.bob_opens, view.bob_changes):
        if isinstance(value, CloudError):
            yield Text(f"✗ {value.code}", "red")
        else:
            yield Text(str(value), "green" if value else "yellow")


SHOWS: Mapping[type[Any], Callable[[Any, Console], Iterator[RenderableType]]] = MappingProxyType(
    {
        Uploads: _show_uploads,
        Thumbnails: _show_thumbnails,
        Links: _show_links,
        Retries: _show_retries,
        Permissions: _show_permissions,
    }
)
