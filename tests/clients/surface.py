"""What the JavaScript SDKs have: each name is an API of the table, or stands here with a reason."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from types import MappingProxyType

from tests.clients.driving import HERE, NODE, SECONDS

__all__ = ["APIS_OF", "ELSE", "NOT_FAKED", "SDKS", "names"]

#: Adapters of `drive/` whose SDKs are looked at; the other clients are ours, or have one class.
SDKS = ("wx-server-sdk", "node-sdk", "tcb-admin-node", "js-sdk", "js-sdk-browser")

#: The API of the table that a name asks for.
APIS_OF: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "app": {
            **{
                name: name
                for name in (
                    "callContainer",
                    "callFunction",
                    "callOpenAPI",
                    "cloudPay",
                    "copyFile",
                    "deleteFile",
                    "downloadFile",
                    "getFileInfo",
                    "getOpenData",
                    "getTempFileURL",
                    "openapi",
                    "uploadFile",
                )
            },
            "ai": "AI.generateText",
            "callWxOpenApi": "openapi",
            "callWxPayApi": "cloudPay",
        },
        "database": {
            "createCollection": "createCollection",
            "runTransaction": "runTransaction",
            "startTransaction": "transaction.commit",
        },
        "collection": {
            "add": "collection.add",
            "aggregate": "aggregate",
            "count": "collection.count",
            "get": "collection.get",
            "remove": "collection.remove",
            "update": "collection.update",
            "updateAndReturn": "updateAndReturn",
            "watch": "watch",
        },
        "document": {
            "create": "document.create",
            "delete": "document.remove",
            "get": "document.get",
            "remove": "document.remove",
            "set": "document.set",
            "update": "document.update",
            "watch": "document.watch",
        },
    }
)

NOT_FAKED = "not faked; where it reaches this cloud, that is what it says"
_LOCAL = "stays within the SDK"
_PART = "part of the calls above"
_OWN = "goes to an address of its own"
_FUNCTION = "knows something in a cloud function only, and is tested there"

#: Why any other name is no API of the table.
ELSE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "app": {
            **dict.fromkeys(("getWXContext", "getCloudbaseContext", "parseContext"), _FUNCTION),
            **dict.fromkeys(("auth", "database", "getUploadMetadata"), _PART),
            **dict.fromkeys(("callApis", "sendTemplateNotification"), _OWN),
            **dict.fromkeys(
                (
                    "analytics",
                    "getCloudCallSign",
                    "getFileAuthority",
                    "getVoIPSign",
                    "mysql",
                    "rdb",
                    "wxCallContainerApi",
                ),
                NOT_FAKED,
            ),
            "callCompatibleWxOpenApi": "`callWxOpenApi` of before",
            **dict.fromkeys(
                (
                    "Cloud",
                    "createNewInstance",
                    "dealNodeAdapterConfig",
                    "fire",
                    "formatTimeout",
                    "getCurrentEnv",
                    "getEndPointWithKey",
                    "init",
                    "invokeExtension",
                    "isGateWay",
                    "isInitialized",
                    "isNodeEnv",
                    "logger",
                    "parseCaptcha",
                    "registerComponent",
                    "registerEndPoint",
                    "registerEndPointWithKey",
                    "registerExtension",
                    "registerHook",
                    "registerHost",
                    "registerSdkName",
                    "registerService",
                    "registerVersion",
                    "signature",
                    "try2InitAuth",
                    "updateConfig",
                    "updateLang",
                    "useAdapters",
                    "useDefaultAdapter",
                    "wsClientClass",
                ),
                _LOCAL,
            ),
        },
        "database": {
            "runCommands": NOT_FAKED,
            **dict.fromkeys(
                (
                    "ObjectId",
                    "RegExp",
                    "collection",
                    "logicCommand",
                    "queryCommand",
                    "serverDate",
                    "updateCommand",
                ),
                _LOCAL,
            ),
        },
        "collection": dict.fromkeys(
            ("doc", "field", "limit", "options", "orderBy", "skip", "where"), _LOCAL
        ),
        "document": {"field": _LOCAL},
    }
)


def names(script: str) -> dict[str, list[str]]:
    """The names that a client has: of the app, the database, a collection, a document."""
    command = [*NODE, str(HERE / "drive" / "surface.js"), script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found
