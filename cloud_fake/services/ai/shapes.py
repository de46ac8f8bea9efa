"""The JSON of models and bots: OpenAI's chat completions, and the agents' messages.

Sources: documentation of `wx.cloud.extend.AI` and of the agents' HTTP API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["BotFrame", "Frame", "ModelFrame", "completion", "usage"]


class Frame(Protocol):
    """How one piece of a streamed answer is wrapped."""

    def chunk(self, text: str, *, first: bool, last: bool) -> dict[str, Any]:
        """The JSON of one event."""


@dataclass(frozen=True)
class ModelFrame:
    """Of a model: a `chat.completion.chunk`; `created` is in seconds."""

    id: str
    model: str
    created: int

    def chunk(self, text: str, *, first: bool, last: bool) -> dict[str, Any]:
        """The text stands in `choices[0].delta.content`."""
        delta = {"role": "assistant", "content": text} if first else {"content": text}
        choice = {"index": 0, "delta": delta, "finish_reason": "stop" if last else None}
        return {**self.head("chat.completion.chunk"), "choices": [choice]}

    def head(self, kind: str) -> dict[str, Any]:
        """What all of an answer's objects begin with."""
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


@dataclass(frozen=True)
class BotFrame:
    """Of a bot: one message in pieces; `created` is in seconds."""

    id: str
    bot_id: str
    created: int

    def chunk(self, text: str, *, first: bool, last: bool) -> dict[str, Any]:
        """The text stands in `content`."""
        return {
            "record_id": self.id,
            "bot_id": self.bot_id,
            "created": self.created,
            "role": "assistant",
            "type": "text",
            "content": text,
            "finish_reason": "stop" if last else "",
        }


def completion(frame: ModelFrame, data: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A whole answer: the text stands in `choices[0].message.content`."""
    message = {"role": "assistant", "content": text}
    return {
        **frame.head("chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": usage(data, text),
    }


def usage(data: Mapping[str, Any], text: str) -> dict[str, int]:
    """What it cost: characters, for want of the model's own tokens."""
    messages = data.get("messages") or []
    asked = sum(len(str(item.get("content", ""))) for item in messages if isinstance(item, Mapping))
    return {
        "prompt_tokens": asked,
        "completion_tokens": len(text),
        "total_tokens": asked + len(text),
    }
