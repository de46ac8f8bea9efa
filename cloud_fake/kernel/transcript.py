"""Kernel: a timeline as plain data, for files: the same bytes for the same run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.calls import Call
from cloud_fake.kernel.faults.verdicts import verdict
from cloud_fake.kernel.rendering import render_value

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.timeline import Note
    from cloud_fake.kernel.world import World

__all__ = ["transcript"]

#: How much is kept of one value.
_WIDTH = 2000


def transcript(world: World) -> dict[str, Any]:
    """Everything that happened, and what the fault rules came to.

    Returns:
        `{"entries": [...], "rules": [...]}`, made of JSON's own types. An entry is a call (it has a
        `name`) or a note (it has a `text`); times are seconds since the first entry.
    """
    timeline = world.timeline
    attempts: Counter[str] = Counter()
    start = timeline.entries[0].at if timeline.entries else world.clock.now()
    return {
        "entries": [
            _call(entry, start, attempts) if isinstance(entry, Call) else _note(entry, start)
            for entry in timeline.entries
        ],
        "rules": [
            {"rule": str(rule), "fired": rule.fired, "verdict": verdict(rule, world.faults)}
            for rule in world.faults.rules
        ],
    }


def _call(call: Call, start: datetime, attempts: Counter[str]) -> dict[str, Any]:
    fingerprint = call.fingerprint
    attempts[fingerprint] += 1
    return {
        "at": _seconds(call.at, start),
        "took": None if call.ended is None else _seconds(call.ended, call.at),
        "kind": "call",
        "number": call.number,
        "inside": None if call.inside is None else call.inside.number,
        "caller": call.caller,
        "name": call.name,
        "asked": render_value(call.said, _WIDTH),
        "attempt": attempts[fingerprint],
        "executions": call.executions,
        "faults": list(call.faults),
        "ok": call.ok,
        "outcome": call.outcome(),
    }


def _note(note: Note, start: datetime) -> dict[str, Any]:
    return {
        "at": _seconds(note.at, start),
        "kind": note.kind,
        "depth": note.depth,
        "text": note.text,
    }


def _seconds(moment: datetime, since: datetime) -> float:
    return round((moment - since).total_seconds(), 6)
