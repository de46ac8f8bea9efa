"""What stands in an answer: its records and its texts, to be broken.

An answer is a copy that nobody else holds, so it is broken in place.
"""

from __future__ import annotations

from typing import Any

__all__ = ["garble", "records_of", "texts_of"]

#: Where answers hold what was asked for.
_BODIES = ("data", "list", "result")
#: What the platform itself writes, and what no broken field would be recognised by.
_UNTOUCHED = frozenset({"_id", "_openid"})

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def records_of(answer: Any) -> list[dict[str, Any]]:
    """The records that an answer tells: several, or one."""
    body = _body(answer)
    items = body if isinstance(body, list) else [body]
    return [item for item in items if isinstance(item, dict)]


def texts_of(answer: Any) -> list[tuple[Any, Any]]:
    """Every text of an answer: what holds it, and its key there."""
    return [
        place
        for key in _BODIES
        if isinstance(answer, dict) and key in answer
        for place in _texts_at(answer, key)
    ]


def _body(answer: Any) -> Any:
    if not isinstance(answer, dict):
        return None
    return next((answer[key] for key in _BODIES if key in answer), None)


def _texts_at(holder: Any, key: Any) -> list[tuple[Any, Any]]:
    value = holder[key]
    if isinstance(value, str):
        return [(holder, key)] if value else []
    if isinstance(value, dict):
        return [
            place for name in value if name not in _UNTOUCHED for place in _texts_at(value, name)
        ]
    if isinstance(value, list):
        return [place for index in range(len(value)) for place in _texts_at(value, index)]
    return []


def garble(text: str, draw: float) -> str:
    """The text with one letter that nobody can read any more."""
    place = int(draw * len(text))
    letter = "?" if text[place] == _REPLACEMENT else _REPLACEMENT
    return text[:place] + letter + text[place + 1 :]
