"""`collection.aggregate()`: the chain of stages on a collection, ended by `end()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.face.db.aggregation import PipelineBuilder
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.face.terminal import terminal

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import AggregateResult
    from cloud_fake.models.selection import Selection

__all__ = ["Aggregate"]


@dataclass(frozen=True)
class Aggregate(PipelineBuilder, Face[ModeT]):
    """An aggregation of a collection's records. Every stage answers a longer chain."""

    _world: World
    _session: Session
    _awaited: bool
    _collection: Selection

    @property
    def _selection(self) -> Any:
        return self._collection.but(stages=self._stages)

    @terminal("database.aggregating:AGGREGATE")
    def end(self) -> AggregateResult:
        """Run it: `{list, errMsg}`; without `limit`, 20 documents (100 from a cloud function).

        Raises:
            CloudError: -502002 an unknown stage or operator, -502001 what MongoDB refuses.
        """
