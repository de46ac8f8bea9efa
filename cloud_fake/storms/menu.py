"""Storms: what one may do to a call, and how it is chosen by family, by word and by preset."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.effects import (
    FAMILIES,
    Close,
    ColdStart,
    Conflict,
    Corrupt,
    Crash,
    Delay,
    DuplicateEvent,
    EchoFirst,
    EchoLate,
    Effect,
    ExecutedTwice,
    Fail,
    FailItems,
    FiredTwice,
    FunctionTimeout,
    Gap,
    Hang,
    LateInit,
    LateReply,
    LostReply,
    LostRequest,
    Missed,
    Offline,
    Outage,
    OutOfMemory,
    Partial,
    Recycled,
    Reorder,
    StaleRead,
    Stuck,
    Truncated,
)
from cloud_fake.kernel.faults.presets import PRESETS
from cloud_fake.kernel.faults.spelling import near

__all__ = ["EVERYTHING", "MENU", "NOT_BY_ITSELF", "Wanted", "choose"]

#: What a storm can do at one call, by word; of several forms each place draws its own.
MENU: MappingProxyType[str, tuple[Effect, ...]] = MappingProxyType(
    {
        "lost_request": (LostRequest(),),
        "hang": (Hang(seconds=20.0), Hang()),
        "offline": (Offline(),),
        "outage": (Outage(),),
        "cold_start": (ColdStart(seconds=1.5),),
        "fail": tuple(map(Fail, ("internal", "timeout", "rate_limited"))),
        "lost_reply": (LostReply(),),
        "late_reply": (LateReply(seconds=5.0), LateReply()),
        "executed_twice": (ExecutedTwice(),),
        "partial": (Partial(part=0.4),),
        "stuck": (Stuck(part=0.9),),
        "fail_items": (FailItems(items=(1,)), FailItems(items=(2,))),
        "stale_read": (StaleRead(),),
        "conflict": (Conflict(),),
        "corrupt": (Corrupt(),),
        "truncated": (Truncated(),),
        "close": (Close(),),
        "gap": (Gap(),),
        "late_init": (LateInit(),),
        "duplicate_event": (DuplicateEvent(),),
        "reorder": (Reorder(),),
        "echo_first": (EchoFirst(),),
        "echo_late": (EchoLate(),),
        "function_timeout": (FunctionTimeout(), FunctionTimeout(after=2)),
        "crash": (Crash(), Crash(after=2)),
        "oom": (OutOfMemory(),),
        "recycled": (Recycled(),),
        "missed": (Missed(),),
        "fired_twice": (FiredTwice(),),
        "delay": tuple(map(Delay, (0.3, 3.0, 30.0))),
    }
)

#: What needs more than one call, or says what another word says already.
NOT_BY_ITSELF: MappingProxyType[str, str] = MappingProxyType(
    {
        "jam": "it lasts until the healing; a preset may have it",
        "partition": "at one call it is lost_request or lost_reply",
        "throttle": "at one call it is fail(code='rate_limited')",
        "quota": "at one call it is fail(code='quota')",
        "concurrency": "at one call it is fail(code='rate_limited')",
        "overtaken": "it takes a second call",
        "rejected": "it is fail under another name",
        "duplicate": "it is executed_twice under another name",
        "wrong_type": "it has to be told which",
        "missing_fields": "it has to be told which",
        "old_schema": "it has to be told which",
        "slow_consumer": "at one event it does nothing",
        "skew": "it is no fault of a call",
        "drift": "it is no fault of a call",
        "uniform": "at one call it is delay",
        "lognormal": "at one call it is delay",
        "ramp": "at one call it is delay",
    }
)

#: What happens to records and files only if it is asked for: few apps can stand it.
_ONLY_IF_ASKED = ("corrupt", "truncated")

#: What a storm does of which nothing more is said.
EVERYTHING = tuple(word for word in MENU if word not in _ONLY_IF_ASKED)

#: How a storm is asked for: `True`, an intensity, or families, words and presets.
Wanted: TypeAlias = bool | float | str | Iterable[str]


class Choice(NamedTuple):
    """What a storm is made of.

    Attributes:
        words: effects that draw for themselves.
        presets: troubles that come along as they are.
        intensity: how likely it is that something happens; 1 is the usual.
    """

    words: tuple[str, ...]
    presets: tuple[str, ...] = ()
    intensity: float = 1.0


def choose(wanted: Wanted) -> Choice:
    """What a storm that was asked for so is made of.

    Raises:
        MisuseError: it names something that there is not; with the nearest name.
    """
    if wanted is True:
        return Choice(EVERYTHING)
    if isinstance(wanted, (int, float)):
        return Choice(EVERYTHING, intensity=_intensity(wanted))
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    if not names:
        raise MisuseError("a storm of nothing: name families, words or presets, or say True")
    presets = tuple(name for name in names if name in PRESETS and name not in MENU)
    words = [word for name in names if name not in presets for word in _words(name)]
    return Choice(tuple(dict.fromkeys(words)), presets)


def _intensity(wanted: float) -> float:
    if wanted is False or not 0 < wanted <= 4:
        raise MisuseError(f"a storm's intensity is above 0 and at most 4, not {wanted!r}")
    return float(wanted)


def _words(name: str) -> tuple[str, ...]:
    if name in FAMILIES:
        return _FAMILY_WORDS.get(name) or tuple(
            word for word, forms in MENU.items() if forms[0].family == name
        )
    if name in MENU:
        return (name,)
    if name in NOT_BY_ITSELF:
        raise MisuseError(f"a storm has no {name!r}: {NOT_BY_ITSELF[name]}")
    raise MisuseError(f"no storm has {name!r}{near(str(name), [*FAMILIES, *MENU, *PRESETS])}")


#: A family of which nothing is on the menu under its own name.
_FAMILY_WORDS = {"capacity": ("fail",)}
