"""The server SDK's database: no permissions, limits of its own, collections, transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import plain_error, texts
from cloud_fake.face.db.database import Database
from cloud_fake.face.db.server_collection import ServerCollection
from cloud_fake.face.db.transaction import Transaction, begin, run
from cloud_fake.face.flowing import flowing
from cloud_fake.face.modes import ModeT
from cloud_fake.kernel.gate import pass_gate
from cloud_fake.models.selection import Selection
from cloud_fake.services.database.creating import CREATE_COLLECTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.face.db.aggregation import ServerPipelineBuilder
    from cloud_fake.kernel.flow import Flow
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World
    from cloud_fake.models.results import CreateCollectionResult

__all__ = ["ServerDatabase"]


class ServerDatabase(Database[ModeT]):
    """The database as a cloud function sees it.

    A missing record makes `doc(id).get()` fail unless `throwOnNotFound` is false, here or, where
    nothing is said here, in `init`.
    """

    def __init__(
        self,
        world: World,
        session: Session,
        *,
        env: str | None,
        throws_if_missing: bool | None,
        awaited: bool,
    ) -> None:
        super().__init__(world, session, env=env, awaited=awaited)
        self._throws_if_missing = throws_if_missing

    @staticmethod
    def _pipeline() -> ServerPipelineBuilder:
        from cloud_fake.face.db.aggregation import ServerPipelineBuilder

        return ServerPipelineBuilder()

    @property
    def config(self) -> dict[str, Any]:
        """What `database()` was given."""
        throws = self._throws_if_missing
        return super().config | ({} if throws is None else {"throwOnNotFound": throws})

    def collection(self, name: str) -> ServerCollection[ModeT]:
        """The collection of that name.

        Raises:
            CloudError: there is no name (thrown, not rejected).
        """
        if not name:
            raise plain_error(texts.SERVER_COLLECTION_NAME_MISSING)
        return self._collection(ServerCollection, name)

    @flowing
    def createCollection(self, name: str) -> Flow[CreateCollectionResult]:
        """Create a collection, PRIVATE: `{requestId, errMsg}`.

        Raises:
            CloudError: -501001, it exists.
        """
        options = {"collectionName": name}
        created: CreateCollectionResult = yield from pass_gate(
            self._world, CREATE_COLLECTION, self._session, options, self._selection_of("")
        )
        return created

    @flowing
    def startTransaction(self) -> Flow[Transaction[ModeT]]:
        """Begin a transaction that you end yourself with `commit` or `rollback`."""
        return (yield from self._begin())

    @flowing
    def runTransaction(
        self, callback: Callable[[Transaction[ModeT]], Any], times: int = 3
    ) -> Flow[Any]:
        """Run `callback(transaction)`, plain or async, and commit; answer what it returns.

        Tried again up to `times` more times after a conflict, and after nothing else.

        Raises:
            CloudError: what the callback or the commit failed with.
            Exception: what the callback raised; after `rollback(reason)`, the reason itself.
        """
        return (yield from run(self._begin, callback, times))

    def _begin(self) -> Flow[Transaction[Any]]:
        selection = self._selection_of("")
        return begin(self._world, self._session, selection, awaited=self._awaited)

    def _selection_of(self, name: str) -> Selection:
        throws = self._throws_if_missing
        if throws is None:
            throws = self._session.throws_if_missing
        return Selection(env=self._env, collection=name, throws_if_missing=throws)
