"""One record, by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.face.db.watching import Watchable
from cloud_fake.face.modes import ModeT
from cloud_fake.face.terminal import terminal
from cloud_fake.models.encoding import encode_projection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.face.db.selected import Config
    from cloud_fake.models.results import DocumentResult, RemoveResult, SetResult, UpdateResult

__all__ = ["DocumentReference"]


class DocumentReference(Watchable[ModeT]):
    """`collection.doc(id)`."""

    def field(self, projection: Mapping[str, Any]) -> DocumentReference[ModeT]:
        """Only these fields, or all but these. It changes this reference, as the client's does."""
        fields = encode_projection(projection, server=self._session.dialect.is_server)
        self._selection = self._selection.but(fields=fields)
        return self

    @terminal("database.reading:DOCUMENT_GET")
    def get(self, *, config: Config = None) -> DocumentResult:
        """The record: `{data, errMsg}`.

        Raises:
            CloudError: -1, `cannot find document with _id …`, missing or forbidden.
        """

    @terminal("database.writing:DOCUMENT_SET")
    def set(self, *, data: Mapping[str, Any], config: Config = None) -> SetResult:
        """Replace the whole record, or create it: `{_id, stats: {updated, created}, errMsg}`."""

    @terminal("database.writing:DOCUMENT_UPDATE")
    def update(self, *, data: Mapping[str, Any], config: Config = None) -> UpdateResult:
        """Change the record: `{stats: {updated}, errMsg}`; 0, no error, if it is not there."""

    @terminal("database.writing:DOCUMENT_REMOVE")
    def remove(self, *, config: Config = None) -> RemoveResult:
        """Remove the record: `{stats: {removed}, errMsg}`.

        Raises:
            CloudError: -1, `cannot remove document with _id …`, if nothing was removed.
        """
