"""Data: the call succeeds, and what it answers is old, broken or not all there; or writes clash."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, MisuseError, codes, texts
from cloud_fake.kernel.faults.effects.answers import garble, texts_of
from cloud_fake.kernel.faults.effects.effect import (
    Effect,
    check_count,
    check_seconds,
    check_share,
)
from cloud_fake.kernel.faults.effects.records import RECORDS

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Moment, Strike
    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.timeline import Call

__all__ = ["Conflict", "Corrupt", "StaleRead", "Truncated", "WrongType"]

_FILES = ("storage.download", "storage.fetch")
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+")


@dataclass(frozen=True)
class StaleRead(Effect):
    """A read sees everything as it was `lag` seconds ago, or when the rule was made, if later."""

    word = "stale_read"
    family = "data"
    spoils = True
    reach = ("database.*.get", "database.*.count", "database.*.aggregate", "storage.getTempFileURL",
             *_FILES)  # fmt: skip
    lag: float = 1.0

    def __post_init__(self) -> None:
        check_seconds(self.word, self.lag)

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: a transaction reads its own moment; of several rules the newest counts."""
        return plan.state is None and _transaction(strike.call) is None

    def looks_back(self) -> float:
        """See `Effect`."""
        return self.lag

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        world = strike.world
        plan.state = world.rules.state_at(world.clock.now() - timedelta(seconds=self.lag))


@dataclass(frozen=True)
class Conflict(Effect):
    """Somebody else writes the same at the same time, and wins; a transaction is over."""

    word = "conflict"
    family = "data"
    reach = ("database.*.add", "database.*.set", "database.*.update", "database.*.remove",
             "database.transaction.commit")  # fmt: skip

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        transaction = _transaction(strike.call)
        if transaction is None:
            text = texts.write_failed(texts.WRITE_CONFLICT)
            plan.execute = Failure(codes.DATABASE_REQUEST_FAILED, text)
            return
        strike.world.transactions.forget(transaction)
        plan.execute = Failure(codes.DATABASE_TRANSACTION_CONFLICT, texts.TRANSACTION_CONFLICT)


def _transaction(call: Call) -> str | None:
    """The open transaction that a call happens in or ends."""
    said = call.said
    return said.get("transaction") or said.get("transactionId")


@dataclass(frozen=True)
class Corrupt(Effect):
    """`n` bytes of a file, or `n` texts of an answer, arrive as something else."""

    word = "corrupt"
    family = "data"
    spoils = True
    reach = (*_FILES, *RECORDS)
    phases = ("reply", "stream")
    n: int = 1

    def __post_init__(self) -> None:
        check_count(self.word, self.n)

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment == ("content" if name.startswith("storage.") else "reply")

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: there is something to break."""
        return bool(plan.content if strike.moment == "content" else texts_of(plan.answer))

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        if strike.moment == "content":
            plan.content = self._flip(plan.content, strike)
        else:
            self._garble(plan.answer, strike)

    def _flip(self, content: bytes, strike: Strike) -> bytes:
        broken = bytearray(content)
        for place in _drawn(strike, "byte", len(broken), self.n):
            broken[place] ^= 1 + int(strike.draw(f"bits {place}") * 255)
        return bytes(broken)

    def _garble(self, answer: Any, strike: Strike) -> None:
        places = texts_of(answer)
        for place in _drawn(strike, "text", len(places), self.n):
            holder, key = places[place]
            holder[key] = garble(holder[key], strike.draw(f"letter {place}"))


def _drawn(strike: Strike, purpose: str, length: int, n: int) -> list[int]:
    """`n` different places of so many, or all."""
    if n >= length:
        return list(range(length))
    places: dict[int, None] = {}
    for number in itertools.count():
        places[int(strike.draw(f"{purpose} {number}") * length)] = None
        if len(places) == n:
            break
    return list(places)


@dataclass(frozen=True)
class Truncated(Effect):
    """Only the first part of a file arrives, 0 to 1, and nobody says so."""

    word = "truncated"
    family = "data"
    spoils = True
    reach = _FILES
    phases = ("stream",)
    part: float = 0.5

    def __post_init__(self) -> None:
        check_share(self.word, self.part)

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment == "content"

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: there is something to cut off."""
        return bool(plan.content)

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.content = plan.content[: int(len(plan.content) * self.part)]


@dataclass(frozen=True)
class WrongType(Effect):
    """A file arrives as something else than it is: its content type, or a download's ending."""

    word = "wrong_type"
    family = "data"
    spoils = True
    reach = _FILES
    phases = ("stream",)
    type: str = "application/octet-stream"

    def __post_init__(self) -> None:
        if not isinstance(self.type, str) or not _MIME.fullmatch(self.type):
            raise MisuseError(f"{self.word}() takes a type such as 'text/html', not {self.type!r}")

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: the server SDK hands out bytes, of whatever type."""
        return strike.call.session.dialect.is_client

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        plan.content_type = self.type
