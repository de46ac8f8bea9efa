"""The options of what WeChat's own servers answer: open APIs, open data, AI models and bots."""

from __future__ import annotations

from typing import Any

from cloud_fake.models.parameters import Configured, JsArray, JsObject, Parameters
from cloud_fake.values.kinds import MISSING

__all__ = [
    "AnswerParameters",
    "CallOpenApiParameters",
    "OpenApiParameters",
    "OpenDataParameters",
]

_GIVEN: Any = MISSING


class OpenApiParameters(Parameters):
    """`openapi.a.b(data)`; `convertCase` and `appid` are what `openapi({...})` was told."""

    api: str = _GIVEN
    data: Any = None
    convertCase: bool = True
    appid: str | None = None


class CallOpenApiParameters(Configured):
    """`callOpenAPI`, the older way: nothing is converted on the way."""

    api: str = _GIVEN
    data: JsObject | None = None


class OpenDataParameters(Parameters):
    """`getOpenData`."""

    list: JsArray = _GIVEN


class AnswerParameters(Parameters):
    """What a model or a bot is asked; `name` is the model's, or the bot's id."""

    name: str = _GIVEN
    data: JsObject = _GIVEN
