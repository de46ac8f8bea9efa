"""Files: their paths, ids and content, and the bucket's permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.query.rules.presets import ALL, OWN, PRESETS
from cloud_fake.services.database.collections import records_table
from cloud_fake.services.storage.media_types import media_type

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from cloud_fake.kernel.work import Work
    from cloud_fake.query.rules.permissions import Rules
    from cloud_fake.query.rules.targets import Action

__all__ = [
    "StoredFile",
    "bucket_name",
    "check_upload",
    "file_id",
    "files_table",
    "find_file",
    "is_public",
    "may",
    "settings_table",
    "store_file",
]

#: Everybody reads and the owner writes.
DEFAULT_PERMISSION = "READONLY"

#: The owner's number at Tencent Cloud, the end of every bucket's name.
TENCENT_APPID = "1250000000"
MAX_PATH_BYTES = 850


@dataclass(frozen=True)
class StoredFile:
    """One file. `owner` is the uploader's openid, None for a function's or the console's."""

    env: int
    path: str
    content: bytes
    owner: str | None
    content_type: str
    modified: datetime


def files_table(env: int) -> Hashable:
    """The state's table of an environment's files, by path."""
    return ("files", env)


def settings_table(env: int) -> Hashable:
    """The state's table of an environment's storage settings (`permission`)."""
    return ("storage", env)


# --- ids -----------------------------------------------------------------------------------------


def bucket_name(env_name: str) -> str:
    """`7465-test2-4a89da-1250000000`: the first two letters in hex, the environment, the owner."""
    return f"{env_name[:2].encode().hex()}-{env_name}-{TENCENT_APPID}"


def file_id(env_name: str, path: str) -> str:
    """`cloud://<env>.<bucket>/<path>`."""
    return f"cloud://{env_name}.{bucket_name(env_name)}/{path}"


def find_file(work: Work, given_id: str) -> StoredFile | None:
    """The file of an id, in whichever environment it names; None if there is none."""
    prefix, slashes, rest = given_id.partition("://")
    if prefix != "cloud" or not slashes:
        return None
    host, _, path = rest.partition("/")
    for name, number in work.world.all_envs().items():
        if host == f"{name}.{bucket_name(name)}" and work.world.is_of(number, work.session.owner):
            found: StoredFile | None = work.draft.get(files_table(number), path)
            return found
    return None


# --- paths ---------------------------------------------------------------------------------------

_FORBIDDEN = frozenset("\x18\x19\x1a\x1b")


def check_cloud_path(path: str) -> None:
    """The naming rules of developers.weixin.qq.com, storage/naming.

    Raises:
        Failure: -501007, `cloud path is invalid`.
    """
    bad = (
        not path
        or path.startswith("/")
        or "//" in path
        or len(path.encode("utf-8", "surrogatepass")) > MAX_PATH_BYTES
        or not _FORBIDDEN.isdisjoint(path)
        or any("\ud800" <= letter <= "\udfff" for letter in path)
    )
    if bad:
        raise Failure(codes.INVALID_PARAM, texts.CLOUD_PATH_INVALID)


# --- permissions ---------------------------------------------------------------------------------


def permission(work: Work, env: int) -> str | Rules:
    """The bucket's permission: a preset, or custom rules."""
    found: str | Rules | None = work.draft.get(settings_table(env), "permission")
    return DEFAULT_PERMISSION if found is None else found


def is_public(work: Work, env: int) -> bool:
    """Whether everybody may read: then links carry no signature and never expire."""
    allowed = permission(work, env)
    if not isinstance(allowed, str):
        return allowed.rules["read"] is True
    return PRESETS[allowed].read == ALL


def may(work: Work, action: Action, env: int, path: str, owner: str | None) -> bool:
    """Whether the caller may `read` or `write` a file at a path, of that owner."""
    if not work.session.dialect.has_user:
        return True
    caller = work.session.identity.openid
    allowed = permission(work, env)
    if not isinstance(allowed, str):
        return _by_rules(work, allowed, action, env, {"openid": owner, "path": path})
    whose = PRESETS[allowed].allows(action)
    return whose == ALL or (whose == OWN and owner is not None and owner == caller)


def _by_rules(work: Work, rules: Rules, action: Action, env: int, resource: dict[str, Any]) -> bool:
    from cloud_fake.query.rules.permissions import Auth

    openid = work.session.identity.openid

    def fetch(collection: str, document_id: str) -> Any:
        return work.draft.get(records_table(env, collection), document_id)

    return rules.permits(
        action,
        auth=None if openid is None else Auth(openid, work.session.auth_custom),
        doc=resource,
        now=work.now_millis,
        fetch=fetch,
    )


# --- writing -------------------------------------------------------------------------------------


def check_upload(work: Work, path: str) -> None:
    """What the backend looks at when it is asked where to send a file.

    Raises:
        Failure: the path is not one, or the caller may not write there.
    """
    check_cloud_path(path)
    before: StoredFile | None = work.draft.get(files_table(work.env), path)
    owner = _uploader(work) if before is None else before.owner
    if not may(work, "write", work.env, path, owner):
        raise Failure(codes.STORAGE_EXCEED_AUTHORITY, texts.FILE_EXCEEDS_AUTHORITY)


def store_file(work: Work, path: str, content: bytes, content_type: str | None = None) -> str:
    """Put a file, over one of the same path; returns its id.

    Raises:
        Failure: as `check_upload`, which may be long ago.
    """
    check_upload(work, path)
    table = files_table(work.env)
    if not work.draft.has_table(table):
        work.draft.create_table(table)
    kind = content_type or media_type(path)
    stored = StoredFile(work.env, path, content, _uploader(work), kind, work.world.clock.now())
    work.draft.put(table, path, stored)
    return file_id(work.world.env_name(work.env), path)


def _uploader(work: Work) -> str | None:
    return work.session.identity.openid if work.session.dialect.has_user else None
