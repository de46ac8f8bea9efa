"""What will become of one event of a watch, decided before it is sent: the phase stream."""

from __future__ import annotations

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
        is_jammed: it is kept in the network until the faults are healed, and all behind it.
        closed: the code with which the connection closes instead of carrying it.
        gap: how many events are lost, this one first.
        delay: seconds it is late, and all behind it.
        window: it is held until so many are there, and those held arrive in the order of `place`.
        copies: how often it arrives.
        is_after_answer: the write that caused it is answered first.
    """

    __slots__ = (
        "call", "cause", "closed", "copies", "delay", "gap", "is_after_answer", "is_cut",
        "is_jammed", "number", "place", "rules", "window",
    )  # fmt: skip

    def __init__(self, call: Call, number: int, cause: Call | None) -> None:
        self.call = call
        self.number = number
        self.cause = cause
        self.rules: list[Rule] = []
        self.is_cut = False
        self.is_jammed = False
        self.closed: int | None = None
        self.gap = 0
        self.delay = 0.0
        self.window = 1
        self.place = 0.0
        self.copies = 1
        self.is_after_answer = False

    def __str__(self) -> str:
        return f"#{self.number} " + " ".join(f"⚡{rule.what}" for rule in self.rules)

    @property
    def has_outcome(self) -> bool:
        """Whether the client will not hear it now; of several reasons, the first one counts."""
        return self.is_cut or self.is_jammed or self.closed is not None or self.gap > 0
