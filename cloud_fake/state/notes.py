"""Notes: what readers have worked out of a table, and what of it was written since.

A reader who knows what has been written since can go on with what it worked out. After many writes
that is not worth it any more, and the notes are forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from cloud_fake.state.draft import ABSENT

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

    from cloud_fake.state.draft import Key, Row

__all__ = ["Notes"]

#: Of how many keys it is remembered that they were written.
MOST_WRITTEN = 64


@final
class Notes:
    """Of one table.

    Attributes:
        known: what has been worked out, for its readers to put there and to look up.
        moment: how many commits have written to the table since there are these notes.
    """

    __slots__ = ("_last", "_written", "known", "moment")

    def __init__(self) -> None:
        self.known: dict[Hashable, Any] = {}
        self.moment = 0
        #: When each key was written for the last time.
        self._written: dict[Key, int] = {}
        #: When those were put that came last in the table then, in their order.
        self._last: dict[Key, int] = {}

    def take_down(
        self, table: Mapping[Key, Row], writes: Mapping[Key, Row], moved: Collection[Key]
    ) -> bool:
        """Remember one commit; whether it is little enough for these notes to be kept.

        Args:
            table: as it was before.
            writes: the new values, in their order; ABSENT of what is removed.
            moved: which of them lose their place in the table.
        """
        self.moment += 1
        if len(writes) > MOST_WRITTEN:
            return False
        for key, row in writes.items():
            self._written[key] = self.moment
            if row is ABSENT:
                self._last.pop(key, None)
            elif key not in table or key in moved:
                self._last.pop(key, None)
                self._last[key] = self.moment
        return len(self._written) <= MOST_WRITTEN

    def written_since(self, moment: int) -> set[Key]:
        """The keys that were written or removed after a moment."""
        if moment == self.moment:
            return set()
        return {key for key, at in self._written.items() if at > moment}

    def put_last_since(self, moment: int) -> list[Key]:
        """Those of them that stand behind all that was there at that moment, in their order."""
        return [key for key, at in self._last.items() if at > moment]
