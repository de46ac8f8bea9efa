"""Kernel: a timeline as plain data, for files: the same bytes for the same run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.calls import Call
from cloud_fake.kernel.faults.registry import Faults
from cloud_fake.kernel.faults.verdicts import verdict
from cloud_fake.kernel.rendering import render_text, render_value

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Note, Timeline
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
    return {
        "entries": [
            _call(entry, timeline, attempts) if isinstance(entry, Call) else _note(entry, timeline)
            for entry in timeline.entries
        ],
        "rules": [
            {"rule": str(rule), "fired": rule.fired, "verdict": verdict(rule, Faults(world))}
            for rule in world.rules.rules
        ],
    }


def _call(call: Call, timeline: Timeline, attempts: Counter[str]) -> dict[str, Any]:
    fingerprint = call.fingerprint
    attempts[fingerprint] += 1
    began = timeline.since(call.at)
    return {
        "at": round(began, 6),
        "took": None if call.ended is None else round(timeline.since(call.ended) - began, 6),
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


def _note(note: Note, timeline: Timeline) -> dict[str, Any]:
    return {
        "at": round(timeline.since(note.at), 6),
        "kind": note.kind,
        "depth": note.depth,
        "text": render_text(note.text, _WIDTH),
    }
