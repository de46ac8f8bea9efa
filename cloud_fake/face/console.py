"""What the web console of the platform does, as methods of `FakeCloud`: no call, no permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from cloud_fake.services import console
from cloud_fake.values.kinds import MISSING, Missing

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["Console"]


class Console:
    """Collections, permissions, indexes, data; `env` names an environment, None the default one."""

    _world: World
    _session: Session

    def create_env(
        self, name: str, *, collections: Iterable[str] = (), appid: str | None = None
    ) -> None:
        """Make another environment; `env=` of the methods here names it, `None` the default one.

        Like functions, environments stay over a `reset()`; what is in them does not.

        Args:
            name: `prod-9z8y7x` for instance.
            collections: created in it, empty, PRIVATE.
            appid: the account it belongs to, if that is another than the mini program's own; then
                only `Cloud(resourceAppid=appid, resourceEnv=name)` leads there.
        """
        console.create_env(self._world, name, collections, appid)

    def create_collection(
        self, name: str, *, permission: Any = "PRIVATE", env: str | None = None
    ) -> None:
        """Create a collection as the console does; see `set_collection_permission`."""
        console.create(self._world, name, permission, env)

    def set_collection_permission(
        self, name: str, permission: Any, *, env: str | None = None
    ) -> None:
        """PRIVATE, READONLY, ADMINWRITE, ADMINONLY, or custom rules as a dict."""
        console.set_collection_permission(self._world, name, permission, env)

    def set_storage_permission(self, permission: Any, *, env: str | None = None) -> None:
        """READONLY (the default), PRIVATE, ADMINWRITE, ADMINONLY, or custom rules as a dict."""
        console.set_storage_permission(self._world, permission, env)

    def seed(
        self,
        records: Mapping[str, Iterable[Mapping[str, Any]]],
        *,
        openid: str | Missing | None = MISSING,
        env: str | None = None,
    ) -> dict[str, list[str | int]]:
        """Put records there without a call: no permission, no fault, no line in the timeline.

        Args:
            records: by collection; a collection that is missing is created.
            openid: who owns them; the default user if left out, nobody (the console's) if None.
            env: in which environment.

        Returns:
            The ids, by collection.
        """
        owner = self._session.identity.openid if openid is MISSING else openid
        return console.seed(self._world, records, owner, env)

    def load(
        self,
        collection: str,
        source: str | os.PathLike[str] | Iterable[str],
        format: str | None = None,
        *,
        openid: str | None = None,
        conflict: Literal["insert", "upsert"] = "insert",
        progress: Callable[[int, int | None], object] | None = None,
        env: str | None = None,
    ) -> list[str | int]:
        """Import a file as the console does: JSON Lines of Extended JSON, or CSV; all or nothing.

        Args:
            collection: created if it is missing.
            source: a file's path, or its lines.
            format: `jsonl` or `csv`; by the file's name if left out, JSON Lines for lines.
            openid: who owns the records that name no `_openid`; nobody if None.
            conflict: a taken `_id` is a MisuseError ("insert"), or its record is replaced.
            progress: called with `(done, total)` every thousand records and at the end; the total
                of a CSV file is None until then.
            env: in which environment.

        Returns:
            The ids, in the order of the file.
        """
        return console.load(
            self._world,
            collection,
            source,
            form=format,
            owner=openid,
            conflict=conflict,
            progress=progress,
            env=env,
        )

    def export(
        self,
        collection: str,
        path: str | os.PathLike[str] | None = None,
        format: str | None = None,
        *,
        fields: Sequence[str] | None = None,
        env: str | None = None,
    ) -> list[str]:
        """The lines of a file that `load` takes, which is also written if there is a `path`.

        Args:
            collection: whose records, all of them.
            path: where to.
            format: `jsonl` or `csv`; by the file's name if left out, JSON Lines without one.
            fields: the columns of CSV, dotted paths; every one that leads to a value if None.
            env: in which environment.
        """
        return console.export(self._world, collection, path, form=format, fields=fields, env=env)

    def create_index(
        self,
        collection: str,
        fields: str | Sequence[str] | Mapping[str, int | str],
        *,
        unique: bool = False,
        name: str | None = None,
        env: str | None = None,
    ) -> str:
        """Make an index as the console does; returns its name, `email_1` if none is given.

        A unique one refuses a second record with the same values, where a missing field counts as
        null, by the platform's -502001. Any other changes no result.

        Args:
            collection: of which collection.
            fields: a path, several, or `{path: 1 | -1 | "2dsphere"}`.
            unique: whether no two records may have the same.
            name: what errors call it.
            env: in which environment.
        """
        return console.create_index(
            self._world, collection, fields, unique=unique, name=name, env=env
        )
