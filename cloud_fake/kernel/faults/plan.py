"""What will go wrong with one call.

Every rule that matches a call says what it does to it here; the gate and the services then only
follow the plan, each in its phase, and no service knows of rules. What concerns the phases request
and execute is decided before the call begins; the rules of later phases are asked when the call
gets there, so that a rule counts only the calls that reach its phase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.flow import Flow, Pause

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from cloud_fake.errors import Code, Failure, Thrown
    from cloud_fake.kernel.faults.fate import Fate
    from cloud_fake.kernel.faults.network import Kept, Network
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.state import Snapshot

__all__ = ["Plan"]


class Plan:
    """The faults of one call, by phase.

    Attributes:
        call: the call.
        rules: those that strike it, in the order of their striking.
        delay: seconds before the request arrives (they add up).
        request: what the caller sees because the request never arrives.
        kept: the request does not get on in the network, and perhaps later than it is waited for.
        execute: what the backend answers instead of working; nothing changes.
        executions: how often the work is done (a request that was delivered twice).
        state: the state that a read sees, where it is not the newest.
        items: what becomes of the items of a batch, by their position from 0.
        sent: how many of a file's bytes pass before the line breaks, of so many.
        is_stuck: the file's progress stops there and the line hangs, rather than breaks.
        fate: what becomes of the function's instance.
        shift: how far the clock that is read is off.
        content: the bytes that arrive of a file.
        content_type: what they are said to be, where that is not true.
        commit: what the caller sees though the work is done.
        reply_delay: seconds before the answer arrives (they add up).
        answer: what is answered.
    """

    __slots__ = (
        "_asked", "answer", "call", "commit", "content", "content_type", "delay", "execute",
        "executions", "fate", "is_stuck", "items", "kept", "reply_delay", "request", "rules",
        "sent", "shift", "state",
    )  # fmt: skip

    def __init__(self, call: Call, asked: tuple[Rule, ...]) -> None:
        self.call = call
        self._asked = asked
        self.rules: list[Rule] = []
        self.delay = 0.0
        self.request: Thrown | None = None
        self.kept: Kept | None = None
        self.execute: Failure | Thrown | None = None
        self.executions = 1
        self.state: Snapshot | None = None
        self.items: dict[int, Code] = {}
        self.sent: Callable[[int], int] | None = None
        self.is_stuck = False
        self.fate: Fate | None = None
        self.shift: timedelta | None = None
        self.content = b""
        self.content_type: str | None = None
        self.commit: Failure | Thrown | None = None
        self.reply_delay = 0.0
        self.answer: Any = None
        for rule in asked:
            rule.strike("begin", self, call)

    @property
    def has_outcome(self) -> bool:
        """Whether the caller will see a failure already; of several, the first one counts."""
        return self.sent is not None or any((self.request, self.kept, self.execute, self.commit))

    def before(self, network: Network, arrive: Callable[[], Flow[Any]]) -> Flow[None]:
        """Phases request and execute; `arrive` is the work, for a request that is only late."""
        if self.delay:
            yield Pause(self.delay, self.call.name)
        if self.kept is not None:
            yield from network.hold(self.kept, self.call, arrive)
            self.kept = None
        for trouble in (self.request, self.execute):
            if trouble is not None:
                raise trouble

    def carry(self, content: bytes) -> bytes:
        """Phase stream: what arrives of a file's bytes."""
        self.content = content
        for rule in self._asked:
            rule.strike("content", self, self.call)
        return self.content

    def after(self, answer: Any) -> Flow[Any]:
        """Phases commit and reply."""
        self.answer = answer
        for rule in self._asked:
            rule.strike("reply", self, self.call)
        if self.reply_delay:
            yield Pause(self.reply_delay, self.call.name)
        if self.commit is not None:
            raise self.commit
        return self.answer
