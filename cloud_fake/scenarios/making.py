"""Scenarios: making faults of a text: a rule, a preset, or what happens at once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.presets import PRESETS
from cloud_fake.kernel.faults.spelling import near

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.kernel.faults.registry import Faults
    from cloud_fake.kernel.faults.rule import Rule

__all__ = ["make"]


def _expire(faults: Faults, what: str, _device: str | None) -> None:
    faults.expire_now(what or "links")


def _close(faults: Faults, which: str, device: str | None) -> None:
    faults.close_watches(which or "watch.*", caller=device)


#: Faults that are no rules: they happen, and that was it.
_AT_ONCE: MappingProxyType[str, Callable[[Faults, str, str | None], None]] = MappingProxyType(
    {"expire_now": _expire, "close_watches": _close}
)


def make(faults: Faults, text: str, device: str | None = None) -> list[Rule]:
    """Let what a text says be wrong from now on; the rules of it, if it has any.

    Args:
        faults: of which cloud.
        text: a rule, a preset's name, or a word and what it is about.
        device: whose device it is about; everybody's if None.

    Raises:
        MisuseError: it says nothing that can be; with the nearest that can.
    """
    if ":" in text:
        return [faults.add(text)]
    word, _, about = text.partition(" ")
    if word in _AT_ONCE:
        _AT_ONCE[word](faults, about.strip(), device)
        return []
    if word not in PRESETS:
        raise MisuseError(f"no preset is called {word!r}{near(word, (*PRESETS, *_AT_ONCE))}")
    return faults.preset(text, device)
