"""What a chain of builder calls has said so far: `where`, `orderBy`, `skip`, `limit`, `field`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.values.kinds import Value

__all__ = ["Selection"]


class Selection:
    """Which records an operation is about, in the wire's terms. Every builder call makes a new one.

    Immutable by convention: each builder call makes one, and a frozen dataclass takes thrice as
    long for it.

    Attributes:
        env: the environment `database({env})` named, if any.
        collection: its name.
        document_id: of `doc(id)`; None for a query.
        condition: MongoDB's form, values taken in; None until `where` was called.
        order: `(path, 1 | -1)` in the order of the calls.
        skip, limit: as given; None when not.
        fields: MongoDB's projection, None for whole records.
        stages: of an aggregation, in MongoDB's form.
        transaction: the open transaction it happens in.
        throws_if_missing: a missing record makes `doc(id).get()` fail; otherwise it answers null
            (server SDK only).
    """

    __slots__ = (
        "collection", "condition", "document_id", "env", "fields", "limit", "order", "skip",
        "stages", "throws_if_missing", "transaction",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917 - what can be said of a query
        self,
        env: str | None,
        collection: str,
        document_id: Value = None,
        condition: Mapping[str, Value] | None = None,
        order: tuple[tuple[str, int], ...] = (),
        skip: int | None = None,
        limit: int | None = None,
        fields: Mapping[str, Value] | None = None,
        stages: tuple[Mapping[str, Value], ...] = (),
        transaction: str | None = None,
        throws_if_missing: bool = True,
    ) -> None:
        self.env = env
        self.collection = collection
        self.document_id = document_id
        self.condition = condition
        self.order = order
        self.skip = skip
        self.limit = limit
        self.fields = fields
        self.stages = stages
        self.transaction = transaction
        self.throws_if_missing = throws_if_missing

    def but(self, **parts: Any) -> Selection:
        """The same but for these parts."""
        other = Selection(
            self.env, self.collection, self.document_id, self.condition, self.order, self.skip,
            self.limit, self.fields, self.stages, self.transaction, self.throws_if_missing,
        )  # fmt: skip
        for name, part in parts.items():
            setattr(other, name, part)
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
