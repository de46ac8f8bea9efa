"""Files over the wire: uploads in two hops, links, deleting; what every family asks of the storage.

Hop one asks where to; hop two sends the bytes there, with a token that says who asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from cloud_fake.server.messages import BadRequest
from cloud_fake.server.visits import code_name
from cloud_fake.services.storage.files import file_id
from cloud_fake.services.storage.listing import DELETE, TEMP_URLS
from cloud_fake.services.storage.metadata import UPLOAD_METADATA
from cloud_fake.services.storage.transfers import DOWNLOAD_CONTENT, UPLOAD_CONTENT

if TYPE_CHECKING:
    from cloud_fake.server.visits import Visit

__all__ = ["Link", "Place", "copy", "delete", "id_of", "links", "loose", "place_for"]

#: How long the permission to send a file lasts, in seconds.
UPLOAD_SECONDS = 1800
COS_HOST = "cos.ap-shanghai.myqcloud.com"


class Place(NamedTuple):
    """Where a file may be sent to.

    Attributes:
        url: whereto, by PUT or by POST of a form.
        token: says who asked, and for which file.
        authorization: the signature, which the SDKs pass on unread.
        file_id: what the file will be called.
        cos_file_id: what the storage calls it; it goes into a header, so it is plain ASCII.
    """

    url: str
    token: str
    authorization: str
    file_id: str
    cos_file_id: str


class Link(NamedTuple):
    """The link to one file of a list; `code` is SUCCESS, or why there is none."""

    file_id: Any
    url: str
    max_age: int | None
    code: str


def place_for(visit: Visit, path: Any) -> Place:
    """Where the visitor may send a file of that path to.

    Raises:
        CloudError: the path is none, or the visitor may not write there.
    """
    known = visit.ask(UPLOAD_METADATA, {"path": path})
    session = visit.session
    token = visit.visitors.issue(
        "upload",
        session.identity.openid,
        UPLOAD_SECONDS,
        env=known.env,
        path=path,
        admin=not session.dialect.has_user,
        function=visit.token,
    )
    base = visit.wire.base and f"{visit.wire.base}/cos/{known.bucket}"
    url = f"{base or f'https://{known.bucket}.{COS_HOST}'}/{quote(path)}"
    signature = f"q-sign-algorithm=sha1&q-signature={token.rpartition('.')[2]}"
    return Place(url, token, signature, known.fileID, visit.world.ids.sign(f"cos:{known.fileID}"))


def links(visit: Visit, wanted: Any) -> list[Link]:
    """A link for each file: `{fileid, max_age}`, or an id alone."""
    items = [_wanted(item) for item in _listed(wanted, "file_list")]
    return [
        Link(
            item.fileID,
            visit.wire.relinked(item.tempFileURL),
            item.get("maxAge"),
            code_name(item.status),
        )
        for item in visit.ask(TEMP_URLS, {"fileList": items}).fileList
    ]


def _wanted(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    if item.get("max_age") is None:
        return item.get("fileid")
    return {"fileID": item.get("fileid"), "maxAge": item["max_age"]}


def loose(url: str) -> str:
    """A link as SDKs want it that put it through `encodeURI`: blanks and Chinese as they are."""
    address, mark, query = url.partition("?")
    return unquote(address).translate(_ESCAPES) + mark + query


_ESCAPES = str.maketrans({letter: quote(letter) for letter in "%?#"})


def delete(visit: Visit, file_ids: Any) -> list[tuple[Any, str]]:
    """Delete files; each with its code."""
    answer = visit.ask(DELETE, {"fileList": _listed(file_ids, "fileid_list")})
    return [(item.fileID, code_name(item.status)) for item in answer.fileList]


def copy(visit: Visit, source: Any, path: Any, *, moves: bool) -> str:
    """Another file like the one at the path `source`; its id. It takes several calls."""
    original = id_of(visit, source)
    content = visit.ask(DOWNLOAD_CONTENT, {"fileID": original}).fileContent
    made: str = visit.ask(UPLOAD_CONTENT, {"cloudPath": path, "fileContent": content}).fileID
    if moves:
        visit.ask(DELETE, {"fileList": [original]})
    return made


def id_of(visit: Visit, path: Any) -> str:
    """The id of the file at a path of the visitor's environment."""
    return file_id(visit.world.env_name(visit.env_number), str(path))


def _listed(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadRequest(f"{name} should be an array")
    return value
