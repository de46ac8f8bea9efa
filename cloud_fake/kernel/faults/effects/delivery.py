"""Delivery: the request arrives, but not once, not whole, or its answer not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError, Thrown, codes, texts
from cloud_fake.kernel.faults.effects.effect import (
    PATIENCE,
    Effect,
    check_count,
    check_seconds,
    check_share,
)
from cloud_fake.kernel.faults.effects.outcome import check_code, code_of
from cloud_fake.kernel.faults.network import Kept

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Moment, Strike
    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.timeline import Call

__all__ = ["Duplicate", "ExecutedTwice", "FailItems", "LateReply", "LostReply", "Overtaken",
           "Partial", "Stuck"]  # fmt: skip


@dataclass(frozen=True)
class LostReply(Effect):
    """The work is done, the write stands, and the answer never comes."""

    word = "lost_reply"
    family = "delivery"
    phases = ("commit",)

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment == "reply"

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.commit = Thrown(texts.NETWORK_LOST)


@dataclass(frozen=True)
class LateReply(Effect):
    """The answer comes after so many seconds; too late, if the SDK has given up by then."""

    word = "late_reply"
    family = "delivery"
    phases = ("commit", "reply")
    seconds: float = PATIENCE

    def __post_init__(self) -> None:
        check_seconds(self.word, self.seconds)

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment == "reply"

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.reply_delay += min(self.seconds, PATIENCE)
        if self.seconds >= PATIENCE:
            plan.commit = Thrown(texts.NETWORK_LOST)


@dataclass(frozen=True)
class ExecutedTwice(Effect):
    """The request is delivered twice and the work done twice; the second answer is seen."""

    word = "executed_twice"
    family = "delivery"
    phases = ("commit",)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.executions = 2


@dataclass(frozen=True)
class Duplicate(ExecutedTwice):
    """The same, under the name that networks have for it."""

    word = "duplicate"


@dataclass(frozen=True)
class Overtaken(Effect):
    """The next `by` requests that the rule is about arrive before this one, at the least.

    An app that sends them without waiting for the answers gets all of these, in another order. One
    that waits gives up after `seconds`, and what it has sent first arrives last.
    """

    word = "overtaken"
    family = "delivery"
    phases = ("request",)
    by: int = 1
    seconds: float = PATIENCE

    def __post_init__(self) -> None:
        check_count(self.word, self.by)
        check_seconds(self.word, self.seconds)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.kept = Kept(strike.rule, self.seconds, left=self.by)


# --- files ---------------------------------------------------------------------------------------

#: What moves a file's bytes.
TRANSFERS = ("storage.upload", "storage.download")


@dataclass(frozen=True)
class Partial(Effect):
    """A file's transfer breaks after this part of it, 0 to 1, or after so many `bytes`.

    Nothing is stored.
    """

    word = "partial"
    family = "delivery"
    reach = TRANSFERS
    phases = ("stream",)
    part: float = 0.5
    bytes: int | None = None

    def __post_init__(self) -> None:
        check_share(self.word, self.part)
        if self.bytes is not None:
            check_count(self.word, self.bytes, 0)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.sent = self.passes

    def passes(self, whole: int) -> int:
        """How many of so many bytes do."""
        return int(whole * self.part) if self.bytes is None else min(self.bytes, whole)


@dataclass(frozen=True)
class Stuck(Partial):
    """A file's progress stops there, and the SDK gives up after its time."""

    word = "stuck"

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.sent, plan.is_stuck = self.passes, True


# --- lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FailItems(Effect):
    """Some items of a list fail, by their place in it from 1; the others succeed.

    `getTempFileURL` and `deleteFile` succeed and say it item by item. `add` of a list (server SDK)
    has no such answer: the other records stand, and the call fails. Without a `code` it is what
    the service says of a failed request.
    """

    word = "fail_items"
    family = "delivery"
    spoils = True
    reach = ("storage.getTempFileURL", "storage.delete", "database.*.add")
    items: tuple[int, ...] | int = (1,)
    code: int | str | None = None

    def __post_init__(self) -> None:
        items = (self.items,) if isinstance(self.items, int) else tuple(self.items)
        if not items or not all(map(_is_place, items)):
            raise MisuseError(f"items are counted from 1, not {self.items!r}")
        object.__setattr__(self, "items", items)
        if self.code is not None:
            check_code(self.code)

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: the list is long enough."""
        return bool(self._places(strike.call))

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        name = strike.call.name
        code = _FAILED[name.partition(".")[0]] if self.code is None else code_of(self.code, name)
        for place in self._places(strike.call):
            plan.items.setdefault(place, code)

    def _places(self, call: Call) -> list[int]:
        assert not isinstance(self.items, int)  # noqa: S101 - made a tuple above
        return [item - 1 for item in self.items if item <= _length(call)]


_FAILED = {"storage": codes.STORAGE_REQUEST_FAIL, "database": codes.DATABASE_REQUEST_FAILED}


def _is_place(item: Any) -> bool:
    return isinstance(item, int) and not isinstance(item, bool) and item >= 1


def _length(call: Call) -> int:
    items = call.said.get("data" if call.name.startswith("database.") else "fileList")
    return len(items) if isinstance(items, (list, tuple)) else 0
