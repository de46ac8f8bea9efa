"""The table's rows on a Python face: its values, and what comes of it, in the table's words."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cloud_fake import CloudError, FakeCloud
from cloud_fake.values.geo import Point
from tests.clients.faces import Face

__all__ = ["ask", "shown"]


def ask(
    kind: type[Face], cloud: FakeCloud, sdk: Any, rows: Iterable[Any], *, awaited: bool
) -> list[dict[str, Any]]:
    """What comes of each row, as a driver would tell it."""
    with tempfile.TemporaryDirectory() as folder:
        face = kind(cloud, sdk, Path(folder), awaited=awaited)
        return [_outcome(face, row.ask) for row in rows]


def _outcome(face: Face, ask: Any) -> dict[str, Any]:
    verb, *arguments = ask
    if not hasattr(face, verb):
        return {"absent": True}
    try:
        return {"answer": shown(getattr(face, verb)(*_revived(arguments, face.db)))}
    except CloudError as error:
        said = {"errCode": error.errCode, "code": error.code, "message": error.message}
        return {"failure": said}


def _revived(value: Any, db: Any) -> Any:
    if isinstance(value, list):
        return [_revived(item, db) for item in value]
    if not isinstance(value, dict):
        return value
    for key, read in _WORDS.items():
        if value.keys() == {key}:
            return read(value[key], db)
    return {key: _revived(item, db) for key, item in value.items()}


def _chained(made: Any, calls: Any, db: Any) -> Any:
    for name, *arguments in calls:
        method = getattr(made, name, None) or getattr(made, f"{name}_")
        made = method(*_revived(arguments, db))
    return made


_WORDS: dict[str, Callable[[Any, Any], Any]] = {
    "_": lambda calls, db: _chained(db.command, calls, db),
    "$": lambda calls, db: _chained(db.command.aggregate, calls, db),
    "date": lambda millis, _db: datetime.fromtimestamp(millis / 1000, UTC),
    "point": lambda place, db: db.Geo.Point(*place),
    "regexp": lambda options, db: db.RegExp(options),
}


def shown(value: Any) -> Any:
    """An answer in the table's words."""
    if isinstance(value, datetime):
        return {"date": round(value.timestamp() * 1000)}
    if isinstance(value, Point):
        return {"point": value.coordinates}
    if isinstance(value, dict):
        fields = {key: shown(item) for key, item in value.items()}
        return {key: item for key, item in fields.items() if key not in ("_openid", "errMsg")}
    return [shown(item) for item in value] if isinstance(value, list) else value
