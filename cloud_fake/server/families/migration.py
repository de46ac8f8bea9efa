"""Family D's imports and exports: jobs of the platform's, done at once here.

A file is one of the storage's, never of this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, MisuseError
from cloud_fake.server.families import files, statements
from cloud_fake.server.messages import BadRequest
from cloud_fake.services import console
from cloud_fake.services.database.reading import GET
from cloud_fake.services.storage.transfers import DOWNLOAD_CONTENT, UPLOAD_CONTENT
from cloud_fake.values.intake import take_in
from cloud_fake.values.transfer import write_csv, write_json_lines

if TYPE_CHECKING:
    from cloud_fake.server.visits import Visit

__all__ = ["MIGRATION_CALLS"]

Body = Mapping[str, Any]

_FORMATS = {"1": "jsonl", "2": "csv"}
_CONFLICTS = {"1": "insert", "2": "upsert"}


def _import(visit: Visit, body: Body) -> dict[str, Any]:
    form = _choice(body, "file_type", _FORMATS)
    conflict: Any = _choice(body, "conflict_mode", _CONFLICTS)
    file_id = files.id_of(visit, body.get("file_path"))
    try:
        content = visit.ask(DOWNLOAD_CONTENT, {"fileID": file_id}).fileContent
        made = console.load(
            visit.world,
            statements.collection_name(body),
            content.decode("utf-8").splitlines(keepends=True),
            form=form,
            owner=None,
            conflict=conflict,
            progress=None,
            env=visit.env,
        )
    except (CloudError, MisuseError, UnicodeDecodeError) as error:
        return _job(visit, "fail", error_msg=str(getattr(error, "errMsg", error)))
    return _job(visit, "success", record_success=len(made))


def _export(visit: Visit, body: Body) -> dict[str, Any]:
    form = _choice(body, "file_type", _FORMATS)
    statement = statements.read(visit, body, "get")
    found = take_in(statements.carry_out(visit, statement, {"get": GET}).data)
    lines = write_csv(found) if form == "csv" else write_json_lines(found)
    try:
        content = "".join(lines).encode()
    except ValueError as error:
        raise BadRequest(str(error)) from None
    made = visit.ask(UPLOAD_CONTENT, {"cloudPath": body.get("file_path"), "fileContent": content})
    (link,) = files.links(visit, [made.fileID])
    return _job(visit, "success", record_success=len(found), file_url=link.url)


def _job(visit: Visit, status: str, **known: Any) -> dict[str, Any]:
    """A job that is over; what became of it is asked for by its number."""
    nothing = {"error_msg": "", "file_url": "", "record_success": 0, "record_fail": 0}
    return {"job_id": visit.visitors.note_job({"status": status, **nothing, **known})}


def _query_info(visit: Visit, body: Body) -> dict[str, Any]:
    number = body.get("job_id")
    known = visit.visitors.jobs.get(number) if isinstance(number, int) else None
    if known is None:
        raise BadRequest("job_id is unknown")
    return known


def _choice(body: Body, key: str, choices: Mapping[str, str]) -> str:
    chosen = choices.get(str(body.get(key)))
    if chosen is None:
        raise BadRequest(f"{key} should be {' or '.join(choices)}")
    return chosen


MIGRATION_CALLS: Mapping[str, Callable[[Visit, Body], dict[str, Any]]] = MappingProxyType(
    {
        "databasemigrateimport": _import,
        "databasemigrateexport": _export,
        "databasemigratequeryinfo": _query_info,
    }
)
