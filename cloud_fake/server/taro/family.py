"""Taro's family: `POST /taro`, and the JavaScript file itself at `/shim/taro-cloud.js`.

Always HTTP 200, `{ok}` or `{error: {errCode, errMsg, message, code}}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.server.messages import BadRequest, Reply, Request, json_reply
from cloud_fake.server.taro.asking import answer, said_of
from cloud_fake.shim import FILES, read_file

if TYPE_CHECKING:
    from cloud_fake.server.families.family import Trouble
    from cloud_fake.server.visitors import Visitors
    from cloud_fake.server.visits import Wire

__all__ = ["Shim", "Taro"]


class Taro:
    """The endpoint of `taro-cloud.js`."""

    def answer(self, request: Request, visitors: Visitors, wire: Wire) -> Reply:
        """See `Family`."""
        if request.method != "POST":
            raise BadRequest("POST is what this takes")
        try:
            reply = json_reply(answer(visitors.world, request.object()))
        except RecursionError:
            raise BadRequest("nested too deeply") from None
        # A link to the storage leads to this server, wherever it stands.
        return Reply(reply.status, wire.relinked(reply.body.decode()).encode(), reply.headers)

    def refuse(self, trouble: Trouble, request_id: str) -> Reply:
        """See `Family`."""
        return json_reply({"error": {**said_of(trouble), "requestID": request_id}})


class Shim:
    """The files of the package, for pages to load."""

    def answer(self, request: Request, _visitors: Visitors, _wire: Wire) -> Reply:
        """See `Family`."""
        name = request.path.removeprefix("/shim/")
        if name not in FILES:
            return Reply(404, b"not found")
        kind = {"content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache"}
        return Reply(200, read_file(name).encode(), kind)

    def refuse(self, trouble: Trouble, _request_id: str) -> Reply:
        """See `Family`."""
        return Reply(400, trouble.text.encode())
