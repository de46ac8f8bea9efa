"""Layers: a few writes over a great table that others hold as well, until one wants the whole.

A fork that writes one record and is thrown away shall not pay for ten thousand pointers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, final

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, KeysView, ValuesView

    from cloud_fake.state.draft import Key, Row

__all__ = ["Layer", "Table"]

#: A smaller table is copied in no time.
GREAT = 256
#: With more writes it is time to put the two together.
MOST_WRITES = 64


@final
class Layer(Mapping["Key", "Row"]):
    """A table of two parts, for whoever reads it.

    Attributes:
        writes: what has been put since, nothing of it ABSENT. Nobody writes here any more once the
            whole has been asked for.
    """

    __slots__ = ("_base", "_is_whole", "writes")

    def __init__(self, base: dict[Key, Row]) -> None:
        self.writes: dict[Key, Row] = {}
        self._base = base
        self._is_whole = False

    def whole(self) -> dict[Key, Row]:
        """The table in one part, the same one each time."""
        if not self._is_whole:
            whole = self._base.copy()
            whole.update(self.writes)
            self._base = whole
            self._is_whole = True
        return self._base

    def takes(self, count: int) -> bool:
        """Whether so many writes more may be laid over it."""
        return not self._is_whole and len(self.writes) + count <= MOST_WRITES

    # --- one row ----------------------------------------------------------------------------------

    def __getitem__(self, key: Key) -> Row:
        return self.writes[key] if key in self.writes else self._base[key]

    def get(self, key: Key, default: Row = None) -> Row:
        """The value under a key, or `default`."""
        return self.writes[key] if key in self.writes else self._base.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.writes or key in self._base

    # --- all of them ------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.whole())

    def __iter__(self) -> Iterator[Key]:
        return iter(self.whole())

    def keys(self) -> KeysView[Key]:
        """The keys, in order."""
        return self.whole().keys()

    def values(self) -> ValuesView[Row]:
        """The values, in order."""
        return self.whole().values()

    def items(self) -> ItemsView[Key, Row]:
        """Both."""
        return self.whole().items()

    def copy(self) -> dict[Key, Row]:
        """A table of the same, of one's own."""
        return self.whole().copy()


Table: TypeAlias = "dict[Key, Row] | Layer"
