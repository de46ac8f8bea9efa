"""Kernel: how far a clock has been moved, whatever a wall clock has run on by itself meanwhile.

What is told of a run is told in this time, so that the same run reads the same. Nothing is noted
but the moves themselves: a call knows its moment, and the moves say what to make of it.
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Moves"]


class Moves:
    """The moves of one clock, in order.

    Attributes:
        are_all: whether the clock's own going on is somebody's move, too, so that a moment is told
            as what it is: waiting really waits, or the process's clock is faked.
    """

    are_all = False

    def begin(self, start: datetime) -> None:
        """Begin, or begin anew: none has been made."""
        #: The moments to which it was moved, and what they are told to be.
        self._ends = [start]
        self._told = [start]

    @property
    def last(self) -> datetime:
        """What the moment after the last move is told to be."""
        return self._told[-1]

    def add(self, end: datetime, told: datetime) -> None:
        """One more; `told` is `end` but for what the wall clock had run on until then."""
        self._ends.append(end)
        self._told.append(max(told, self.last))

    def told(self, moment: datetime) -> datetime:
        """What a moment is told to be: as if only moves let time pass, and no wall clock."""
        if self.are_all:
            return moment
        return self._told[max(bisect.bisect_right(self._ends, moment) - 1, 0)]
