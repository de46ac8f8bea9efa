"""What a chain of builder calls has said so far: `where`, `orderBy`, `skip`, `limit`, `field`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.values.kinds import Value

__all__ = ["Selection"]


@dataclass(frozen=True)
class Selection:
    """Which records an operation is about, in the wire's terms. Every builder call makes a new one.

    Attributes:
        env: the environment `database({env})` named, if any.
        collection: its name.
        document_id: of `doc(id)`; None for a query.
        condition: MongoDB's form, values taken in; None until `where` was called.
        order: `(path, 1 | -1)` in the order of the calls.
        skip, limit: as given; None when not.
        fields: MongoDB's projection, None for whole records.
        stages: of an aggregation, in MongoDB's form.
    """

    env: str | None
    collection: str
    document_id: Value = None
    condition: Mapping[str, Value] | None = None
    order: tuple[tuple[str, int], ...] = ()
    skip: int | None = None
    limit: int | None = None
    fields: Mapping[str, Value] | None = None
    stages: tuple[Mapping[str, Value], ...] = ()
    #: The open transaction it happens in.
    transaction: str | None = None
    #: A missing record makes `doc(id).get()` fail; otherwise it answers null (server SDK only).
    throws_if_missing: bool = True

    def but(self, **parts: Any) -> Self:
        """The same but for these parts."""
        # Each builder call asks; `dataclasses.replace` would run `__init__`, ten times as long.
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, **parts)
        return other

    def shown(self) -> dict[str, Any]:
        """Those parts that were said, for a transcript."""
        parts = {
            "doc": self.document_id,
            "where": self.condition,
            "orderBy": self.order or None,
            "skip": self.skip,
            "limit": self.limit,
            "field": self.fields,
            "stages": self.stages or None,
            "transaction": self.transaction,
        }
        return {key: value for key, value in parts.items() if value is not None}
