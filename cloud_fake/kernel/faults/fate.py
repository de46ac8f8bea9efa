"""What becomes of a function's instance while it serves one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Death", "Fate"]

#: Of what an instance dies: it hangs until its time is over, it crashes, it runs out of memory.
Death: TypeAlias = Literal["timeout", "crash", "memory"]


@dataclass
class Fate:
    """Decided before the call; the function's runner does as it says.

    Attributes:
        is_recycled: no instance is warm.
        start_seconds: what starting one costs, where that differs from what the function says.
        death: of what the instance dies.
        dies_at: at which of the handler's own calls, counted from 1, before that call does
            anything; at the handler's end, if it makes fewer.
    """

    is_recycled: bool = False
    start_seconds: float | None = None
    death: Death | None = None
    dies_at: int = 1
