"""What will become of one event of a watch, decided before it is sent: the phase stream."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.timeline import Call

__all__ = ["Event"]


class Event:
    """The faults of one event; the connection that carries it does as it says.

    Attributes:
        call: the one that began the watch.
        number: the event's, 0 for the first.
        cause: the call whose write it tells of; None for what the console did.
        rules: those that strike it, in the order of their striking.
        is_cut: the line is down, and will be tried again.
        jammed_by: the rule that keeps it in the network until it is over, and all behind it.
        closed: the code with which the connection closes instead of carrying it.
        gap: how many events are lost, this one first.
        delay: seconds it is late, and all behind it.
        window: it is held until so many are there, and those held arrive in the order of `place`.
        copies: how often it arrives.
        busy: for how many seconds the client hears nothing else once it has arrived.
        most_waiting: how many events may wait for the client meanwhile.
        is_after_answer: the write that caused it is answered first.
    """

    __slots__ = (
        "busy", "call", "cause", "closed", "copies", "delay", "gap", "is_after_answer", "is_cut",
        "jammed_by", "most_waiting", "number", "place", "rules", "window",
    )  # fmt: skip

    def __init__(self, call: Call, number: int, cause: Call | None) -> None:
        self.call = call
        self.number = number
        self.cause = cause
        self.rules: list[Rule] = []
        self.is_cut = False
        self.jammed_by: Rule | None = None
        self.closed: int | None = None
        self.gap = 0
        self.delay = 0.0
        self.window = 1
        self.place = 0.0
        self.copies = 1
        self.busy = 0.0
        self.most_waiting: float = math.inf
        self.is_after_answer = False

    def __str__(self) -> str:
        return f"#{self.number} " + " ".join(f"⚡{rule.what}" for rule in self.rules)

    @property
    def has_outcome(self) -> bool:
        """Whether the client will not hear it now; of several reasons, the first one counts."""
        return self.is_cut or self.jammed_by is not None or self.closed is not None or self.gap > 0
