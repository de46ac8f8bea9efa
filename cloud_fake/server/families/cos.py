"""The storage itself: the second hop of an upload, and temporary links.

`PUT /cos/<bucket>/<path>` takes the bytes (in pieces or not), `POST` a form whose part `file` is
them. Success is an empty body; failure is XML with four tags, all of which the SDKs read, whatever
the status. `GET` and `HEAD /links/<host>/<path>?sign=&t=` answer as the CDN: 200 or 206 with the
bytes, 403 unsigned, forged or expired (by the cloud's clock), 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from cloud_fake.errors import MisuseError
from cloud_fake.server.families.family import Trouble
from cloud_fake.server.forms import read_form
from cloud_fake.server.messages import BadRequest, Reply, Request
from cloud_fake.server.ranges import cut
from cloud_fake.server.visits import Visit
from cloud_fake.services.storage.listing import FETCH
from cloud_fake.services.storage.transfers import UPLOAD_CONTENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.kernel.session import Session
    from cloud_fake.server.visitors import Claims, Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["Links", "Uploads"]

_XML = {"content-type": "application/xml"}
_DENIED = Trouble("AccessDenied", 0, "Access Denied.")
_NO_METHOD = Trouble("MethodNotAllowed", 0, "The specified method is not allowed.")
#: HTTP statuses of the failures that have one of their own.
_STATUS = {"AccessDenied": 403, "MethodNotAllowed": 405, "NoSuchKey": 404}


class Uploads:
    """Where files are sent to: their second hop."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        if request.method == "PUT":
            return self._store(request.headers, request.body, request, visitors, wire)
        if request.method != "POST":
            return self.refuse(_NO_METHOD, visitors.draw("reply"))
        form = read_form(request)
        if "file" not in form:
            raise BadRequest("the form has no file")
        content = form.pop("file")
        fields = {name.lower(): part.decode("utf-8", "replace") for name, part in form.items()}
        stored = self._store(fields, content, request, visitors, wire)
        status = 201 if fields.get("success_action_status") == "201" else 204
        return Reply(status, stored.body, stored.headers) if stored.status == 200 else stored

    def _store(
        self,
        fields: Mapping[str, str],
        content: bytes,
        request: Request,
        visitors: Visitors,
        wire: Wire,
    ) -> Reply:
        claims = visitors.read(fields.get("x-cos-security-token", ""), "upload")
        if claims is None or claims.is_over or not _is_for(request, claims.more["path"]):
            return self.refuse(_DENIED, visitors.draw("reply"))
        session = _sender(visitors, claims)
        options = {"cloudPath": claims.more["path"], "fileContent": content}
        Visit(visitors, session, wire).ask(UPLOAD_CONTENT, options)
        return Reply(200)

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        text = (
            "<?xml version='1.0' encoding='utf-8' ?>\n"
            f"<Error><Code>{escape(trouble.name)}</Code><Message>{_printable(trouble.text)}"
            f"</Message><RequestId>{request_id}</RequestId><TraceId>{request_id}</TraceId></Error>"
        )
        return Reply(_STATUS.get(trouble.name, 400), text.encode(), _XML)


def _sender(visitors: Visitors, claims: Claims) -> Session:
    """Who has asked for the place, a function's own process for as long as its call lasts."""
    said = claims.more
    if said["admin"]:
        return visitors.admin(said["env"], said["function"])
    return visitors.web(said["env"], claims.openid)


def _is_for(request: Request, path: Any) -> bool:
    """Whether it is sent to where the token says."""
    return request.path.endswith("/" + str(path))


def _printable(text: str) -> str:
    """A text that may stand in XML."""
    return escape("".join(letter for letter in text if letter.isprintable()))


class Links:
    """Temporary links, as the CDN serves them."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        if request.method not in ("GET", "HEAD"):
            return Uploads().refuse(_NO_METHOD, visitors.draw("reply"))
        url = _original(request)
        session = visitors.web(None, None)
        try:
            found = Visit(visitors, session, wire).ask(FETCH, {"url": url})
        except MisuseError:
            raise BadRequest(f"{url} is no link of this cloud") from None
        reply = Reply(found.status_code, found.content, {"accept-ranges": "bytes", **found.headers})
        return cut(reply, request.headers.get("range", ""))

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        return Uploads().refuse(trouble, request_id)


def _original(request: Request) -> str:
    """The link as the cloud made it."""
    host = request.proxied_host
    path = request.path
    if host is None:
        _, _, rest = path.removeprefix("/").partition("/")
        host, _, path = rest.partition("/")
        path = "/" + path
    query = f"?{request.query_text}" if request.query_text else ""
    return f"https://{host}{quote(path)}{query}"
