"""The clients: how each is asked, and by name why a cell of its column is not two ticks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tests.clients import driving, faces
from tests.clients import wechat_clients as wechat
from tests.clients.driving import Ask, Outcome
from tests.clients.rows import APIS
from tests.clients.table import DENIED, Row

__all__ = ["ABSENT", "CLIENTS", "Client", "Reason", "verdict"]


class Reason(NamedTuple):
    """Why a cell holds another sign, and the words for it below the table."""

    sign: str
    text: str

    def fits(self, row: Row, outcome: Outcome) -> bool:
        """Whether it is why another thing came of a row."""
        if outcome.get("absent"):
            return self.sign == "–"
        failure = outcome.get("failure")
        if self.sign == "denied":
            return failure is not None and any(DENIED in str(it) for it in failure.values())
        if self.sign == "lost" and row.is_failure:
            return failure is None
        return self.sign in ("lost", "differs")


class Client(NamedTuple):
    """One client.

    Attributes:
        name: its package and, where that matters, its build and its way to the cloud.
        key: a word for it.
        needs: the fixture that looks whether it is installed, if it may not be.
        ask: asks it every row.
        reasons: of an API, or of its `success` or `failure` only.
    """

    name: str
    key: str
    needs: str | None
    ask: Ask
    reasons: Mapping[str, Reason]

    def reason(self, row: Row) -> Reason | None:
        """Why nothing else can come of a row."""
        return self.reasons.get(str(row)) or self.reasons.get(row.api)


def verdict(client: Client, row: Row, outcome: Outcome) -> str:
    """`✓`, the sign of a reason that holds, or in words what is wrong."""
    if row.fits(outcome):
        return "✓"
    reason = client.reason(row)
    if reason is not None and reason.fits(row, outcome):
        return reason.sign
    return f"{row} {row.ask}: {outcome}, not {row.outcome} and not {reason}"


# --- reasons -------------------------------------------------------------------------------------

ABSENT = Reason("–", "the SDK has no such call")
ELSEWHERE = Reason(
    "–", "this SDK asks models and containers at an address of its own that nothing moves"
)
NO_MODELS = Reason("–", "models and bots are not faked over the REST gateway")
ONE_ID = Reason("–", "of a list this SDK answers one id")
DENIES = Reason("denied", "the platform lets no page do this")
UNLOOKED = Reason(
    "lost",
    "the Node build's database does not look at the status or the `code` of what the gateway says",
)
UNREAD = Reason(
    "differs",
    "the SDK reads `upserted_id`, which the gateway calls `upsert_id`, "
    "and has the gateway merge fields into the record",
)
UNNAMED = Reason("differs", "the SDK sends the record without the id of `doc(id)`")
UNPERMITTED = Reason("lost", "the platform lets no page do this, and that is lost as failures are")
BY_LINK = Reason("–", "WeChat's open API gives links")

AI = tuple(api for api in APIS if api.startswith("AI."))
TRANSACTIONS = ("runTransaction", "transaction.commit", "transaction.rollback")
WATCHES = ("watch", "document.watch")
CONTAINERS = ("callContainer", "connectContainer")
FILES_ONLY_CLOUDBASE = ("getFileInfo", "copyFile")
OPEN_APIS = ("openapi", "cloudPay", "callOpenAPI", "getOpenData")
ADMINISTRATION = (
    "delete a collection",
    "list collections",
    "updateIndex",
    "export",
    "import",
)


def _all(reason: Reason, *apis: str) -> dict[str, Reason]:
    return dict.fromkeys(apis, reason)


_MINI_PROGRAM = _all(
    ABSENT,
    "collection.add of a list",
    "document.create",
    "createCollection",
    "updateAndReturn",
    "signInWithCustomTicket",
    *FILES_ONLY_CLOUDBASE,
    *TRANSACTIONS,
    *ADMINISTRATION,
    *OPEN_APIS,
)
_SERVER = _all(
    ABSENT,
    "document.create",
    "updateAndReturn",
    "signInWithCustomTicket",
    *FILES_ONLY_CLOUDBASE,
    *WATCHES,
    *CONTAINERS,
    *ADMINISTRATION,
)
_CLOUDBASE = _all(ABSENT, "connectContainer", "callOpenAPI", "getOpenData", *ADMINISTRATION)
_TCB_ADMIN = {
    **_CLOUDBASE,
    **_all(
        ABSENT,
        "callContainer",
        "updateAndReturn",
        "signInWithCustomTicket",
        *FILES_ONLY_CLOUDBASE,
        *AI,
    ),
    **_all(ONE_ID, "collection.add of a list"),
}
_PAGE = {
    **_CLOUDBASE,
    **_all(ABSENT, "updateAndReturn"),
    **_all(NO_MODELS, *AI),
    **_all(DENIES, "createCollection success"),
}
_GATEWAY = {
    **_PAGE,
    **_all(UNREAD, "document.set success"),
    **_all(UNNAMED, "document.create success"),
}
_OPEN_API = {
    **_all(
        ABSENT,
        "document.create",
        "updateAndReturn",
        "signInWithCustomTicket",
        *FILES_ONLY_CLOUDBASE,
        *TRANSACTIONS,
        *WATCHES,
        *CONTAINERS,
        *OPEN_APIS,
        *AI,
    ),
    **_all(BY_LINK, "downloadFile"),
}
_CHANGES = ("add", "add of a list", "count", "update", "remove")
_LOSES = _all(
    UNLOOKED,
    *(f"collection.{name} failure" for name in _CHANGES),
    *(f"document.{name} failure" for name in ("create", "set", "update", "remove")),
    "createCollection failure",
)


# --- clients -------------------------------------------------------------------------------------


def _python(name: str, key: str, ask: Ask, reasons: Mapping[str, Reason]) -> Client:
    return Client(name, key, None, ask, MappingProxyType(reasons))


def _node(name: str, script: str, reasons: Mapping[str, Reason]) -> Client:
    return Client(name, script, "node_modules", driving.by_node(script), MappingProxyType(reasons))


CLIENTS = (
    _python(
        "`FakeCloud`",
        "FakeCloud",
        driving.by_face(faces.ClientFace, lambda cloud: cloud),
        _MINI_PROGRAM,
    ),
    _python(
        "`FakeCloud.server`",
        "FakeCloud.server",
        driving.by_face(faces.ServerFace, lambda cloud: cloud.server),
        _SERVER,
    ),
    _node("taro-cloud.js", "shim", _MINI_PROGRAM),
    Client(
        "taro-cloud.js, by minium 1.6.1",
        "minium",
        "minium",
        driving.by_minium,
        MappingProxyType(_MINI_PROGRAM),
    ),
    _node("wx-server-sdk 4.0.2", "wx-server-sdk", {**_SERVER, **_all(ELSEWHERE, *AI)}),
    _node(
        "@cloudbase/node-sdk 3.18.3",
        "node-sdk",
        {
            **_CLOUDBASE,
            **_all(ABSENT, "signInWithCustomTicket"),
            **_all(ELSEWHERE, "callContainer", *AI),
        },
    ),
    _node("tcb-admin-node 1.23.0", "tcb-admin-node", _TCB_ADMIN),
    _node(
        "@cloudbase/js-sdk 3.7.0, CLOUD_API",
        "js-sdk-cloud-api",
        {**_PAGE, **_all(DENIES, "openapi")},
    ),
    _node(
        "@cloudbase/js-sdk 3.7.0, gateway, Node build",
        "js-sdk",
        {
            **_GATEWAY,
            **_LOSES,
            **_all(DENIES, "openapi"),
            **_all(UNPERMITTED, "createCollection success"),
        },
    ),
    _node(
        "@cloudbase/js-sdk 3.7.0, gateway, browser build",
        "js-sdk-browser",
        {**_GATEWAY, **_all(ABSENT, "openapi", "cloudPay")},
    ),
    _python("wechatpy 1.8.18", "wechatpy", driving.by_wechat(wechat.ask_wechatpy), _OPEN_API),
    _python("`requests`, by hand", "requests", driving.by_wechat(wechat.ask_by_hand), _OPEN_API),
)
