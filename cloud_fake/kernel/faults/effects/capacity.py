"""Capacity: only so much per time, in all, or at once."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Code, Failure, MisuseError, codes, describe
from cloud_fake.kernel.faults.effects.effect import Effect, check_count, check_seconds
from cloud_fake.kernel.verbs import is_read, is_write

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Strike
    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.timeline import Call

__all__ = ["Concurrency", "Quota", "Throttle"]


@dataclass(frozen=True)
class Throttle(Effect):
    """At most `n` calls in `per` seconds of the cloud's time, for each user or for all together."""

    word = "throttle"
    family = "capacity"
    n: int = 10
    per: float = 1.0
    key: str = "user"

    def __post_init__(self) -> None:
        check_count(self.word, self.n, 0)
        check_seconds(self.word, self.per)
        if self.key not in ("user", "env"):
            raise MisuseError(f"a throttle counts by 'user' or by 'env', not {self.key!r}")

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: the window is full; otherwise this call is in it from now on."""
        now = strike.world.clock.now()
        window = strike.memory.setdefault(_who(strike.call, self.key), [])
        window[:] = [moment for moment in window if (now - moment).total_seconds() < self.per]
        if len(window) >= self.n:
            return True
        window.append(now)
        return False

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        _refuse(plan, codes.EXCEED_REQUEST_LIMIT)


@dataclass(frozen=True)
class Quota(Effect):
    """So much in all: `n` `calls`, `reads`, `writes`, `files` that are sent, or `bytes` of them."""

    word = "quota"
    family = "capacity"
    n: int = 100
    of: str = "calls"

    def __post_init__(self) -> None:
        check_count(self.word, self.n, 0)
        if self.of not in _MEASURES:
            raise MisuseError(f"a quota is of {', '.join(_MEASURES)}, not {self.of!r}")

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: this call is too much; otherwise it is used up from now on."""
        cost = _MEASURES[self.of](strike.call)
        used = strike.memory.get("used", 0)
        if cost and used + cost > self.n:
            return True
        strike.memory["used"] = used + cost
        return False

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        _refuse(plan, _EXCEEDED[self.of])


@dataclass(frozen=True)
class Concurrency(Effect):
    """At most `n` at once of the calls that the rule is about."""

    word = "concurrency"
    family = "capacity"
    n: int = 1

    def __post_init__(self) -> None:
        check_count(self.word, self.n, 0)

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: all places are taken; otherwise this call takes one until it is over."""
        running = strike.memory.setdefault("running", [])
        running[:] = [call for call in running if call.ended is None]
        if len(running) >= self.n:
            return True
        running.append(strike.call)
        return False

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        _refuse(plan, codes.EXCEED_CONCURRENT_REQUEST_LIMIT)


def _refuse(plan: Plan, code: Code) -> None:
    plan.execute = Failure(code, describe(code.client) or code.name)


def _who(call: Call, key: str) -> str:
    return "everybody" if key == "env" else str(call.session.identity.openid)


# --- what a call costs ---------------------------------------------------------------------------


def _calls(_call: Call) -> int:
    return 1


def _reads(call: Call) -> int:
    return int(is_read(call.name))


def _writes(call: Call) -> int:
    return int(is_write(call.name))


def _files(call: Call) -> int:
    return int(call.name == "storage.upload")


def _bytes(call: Call) -> int:
    return _size(call.said.get("fileContent")) + _file_size(call.arguments.get("filePath"))


def _size(content: Any) -> int:
    if isinstance(content, (bytes, bytearray, memoryview)):
        return len(content)
    return _length(content) if hasattr(content, "seekable") and content.seekable() else 0


def _length(file: Any) -> int:
    """Of an open file; the SDK has read it already."""
    here: int = file.tell()
    end: int = file.seek(0, io.SEEK_END)
    file.seek(here)
    return end


def _file_size(path: Any) -> int:
    try:
        return Path(path).stat().st_size if path else 0
    except (OSError, TypeError, ValueError):
        return 0


_MEASURES = {
    "calls": _calls,
    "reads": _reads,
    "writes": _writes,
    "files": _files,
    "bytes": _bytes,
}
_EXCEEDED = {
    "calls": codes.EXCEED_REQUEST_LIMIT,
    "reads": codes.READ_QUOTA_EXCEEDED,
    "writes": codes.WRITE_QUOTA_EXCEEDED,
    "files": codes.WRITE_QUOTA_EXCEEDED,
    "bytes": codes.WRITE_QUOTA_EXCEEDED,
}
