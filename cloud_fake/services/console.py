"""What the platform's web console does: collections, permissions, data. It passes no gate.

The control plane of a test: no permission, no fault and no line in the timeline touches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import MisuseError
from cloud_fake.query.rules.presets import PRESETS
from cloud_fake.query.rules.targets import DATABASE, STORAGE, Target
from cloud_fake.services.database.collections import (
    Collection,
    create_collection,
    records_table,
    registry_table,
)
from cloud_fake.values.dates import to_millis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloud_fake.kernel.world import World
    from cloud_fake.services.database.datafiles import LocalPath, Progress
    from cloud_fake.services.database.indexes import Fields, Index
    from cloud_fake.state import Draft
    from cloud_fake.state.draft import Key, Name, Row
    from cloud_fake.state.layer import Table

__all__ = [
    "change_indexes",
    "create",
    "create_env",
    "create_index",
    "env_name",
    "export",
    "find_env",
    "load",
    "names_of",
    "seed",
    "set_collection_permission",
    "set_storage_permission",
    "tables_with",
]

R = TypeVar("R")

#: What an import does about a taken id: it is a mistake, or the new record replaces the old one.
_CONFLICTS = ("insert", "upsert")


def create_env(
    world: World, name: str, collections: Iterable[str] = (), appid: str | None = None
) -> None:
    """Make an environment with some collections; one that exists keeps what it has.

    Args:
        world: where.
        name: the environment's.
        collections: created in it, PRIVATE.
        appid: the account it belongs to, if not the mini program's own.

    Raises:
        MisuseError: a name is none.
    """
    number = world.add_env(env_name(name))
    if appid is not None:
        world.owners[number] = appid
    for collection in names_of(collections):
        create(world, collection, "PRIVATE", name)


def env_name(name: Any) -> str:
    """An environment's name, if it is one.

    Raises:
        MisuseError: it is none.
    """
    if not isinstance(name, str) or not name:
        raise MisuseError(f"an environment's name is a text, not {name!r}")
    return name


def names_of(collections: Iterable[str]) -> Iterable[str]:
    """The names of collections that are to be created.

    Raises:
        MisuseError: one text, not a list of them.
    """
    if isinstance(collections, str):
        raise MisuseError(f"collections is a list of names; did you mean [{collections!r}]?")
    return collections


def find_env(world: World, name: str | None) -> int:
    """The number of an environment, the default one's for None.

    Raises:
        MisuseError: there is no such environment.
    """
    number = 0 if name is None else world.all_envs().get(name)
    if number is None:
        raise MisuseError(f"there is no environment {name!r}; create_env() makes one")
    return number


def tables_with(collections: Iterable[str]) -> dict[Name, Table]:
    """The state's tables of a new world whose one environment has these, empty and PRIVATE.

    Raises:
        MisuseError: a name is none.
    """
    made: dict[Key, Row] = {name: _collection(0, name, "PRIVATE") for name in collections}
    if not made:
        return {}
    return {registry_table(0): made, **{collection.table: {} for collection in made.values()}}


def create(world: World, name: str, permission: Any, env: str | None) -> None:
    """Create a collection, empty; one that exists only takes the permission.

    Raises:
        MisuseError: the name or the permission is none.
    """
    collection = _collection(find_env(world, env), name, permission)
    _change(world, lambda draft: create_collection(draft, collection))


def set_collection_permission(world: World, name: str, permission: Any, env: str | None) -> None:
    """Change who may do what.

    Raises:
        MisuseError: there is no such collection, or the permission is none.
    """
    collection = _collection(find_env(world, env), name, permission)

    def change(draft: Draft) -> None:
        _find(draft, collection.env, name)
        create_collection(draft, collection)

    _change(world, change)


def set_storage_permission(world: World, permission: Any, env: str | None) -> None:
    """Change who may read and write files.

    Raises:
        MisuseError: the permission is none.
    """
    from cloud_fake.services.storage import files

    checked = _permission(permission, STORAGE)
    table = files.settings_table(find_env(world, env))

    def change(draft: Draft) -> None:
        if not draft.has_table(table):
            draft.create_table(table)
        draft.put(table, "permission", checked)

    _change(world, change)


def seed(
    world: World,
    records: Mapping[str, Iterable[Mapping[str, Any]]],
    owner: str | None,
    env: str | None,
) -> dict[str, list[str | int]]:
    """Put records there, all or none; returns their ids.

    Raises:
        MisuseError: a record cannot be held, or its id is taken.
    """
    from cloud_fake.services.database.filling import Filling

    if not isinstance(records, Mapping):
        raise MisuseError(f"seed() takes records by collection, not {records!r}")
    number = find_env(world, env)

    def change(draft: Draft) -> dict[str, list[str | int]]:
        return {
            name: Filling(world, number, name, owner).put(draft, items)
            for name, items in records.items()
        }

    return _change(world, change)


# --- data in and out -----------------------------------------------------------------------------


def load(
    world: World,
    collection: str,
    source: LocalPath | Iterable[str],
    *,
    form: str | None,
    owner: str | None,
    conflict: str,
    progress: Progress | None,
    env: str | None,
) -> list[str | int]:
    """Import a file, or lines, into a collection: all records or none; returns their ids.

    Raises:
        MisuseError: the file or a line in it is wrong, an id or a unique value is taken.
    """
    from cloud_fake.services.database.datafiles import read_documents
    from cloud_fake.services.database.filling import Filling

    if conflict not in _CONFLICTS:
        raise MisuseError(f"load(): conflict is {' or '.join(_CONFLICTS)}, not {conflict!r}")
    filling = Filling(
        world, find_env(world, env), collection, owner, conflict == "upsert", task="load"
    )
    documents = read_documents(source, form, progress)
    return _change(world, lambda draft: filling.put(draft, documents))


def export(
    world: World,
    collection: str,
    path: LocalPath | None,
    *,
    form: str | None,
    fields: Sequence[str] | None,
    env: str | None,
) -> list[str]:
    """The lines of a file with all records of a collection, which is written if there is a path.

    Raises:
        MisuseError: there is no such collection, or the file cannot be written.
    """
    from cloud_fake.services.database.datafiles import write_documents

    table = records_table(find_env(world, env), collection)
    with world.lock:
        held = world.store.table(table)
        if held is None:
            raise _no_such(collection)
        records = list(held.values())
    return write_documents(records, path, form, fields)


# --- indexes -------------------------------------------------------------------------------------


def create_index(
    world: World,
    collection: str,
    fields: Fields,
    *,
    unique: bool,
    name: str | None,
    env: str | None,
) -> str:
    """Make an index; returns its name. One that exists already stays as it is.

    Raises:
        MisuseError: the fields make no sense, another index has the name, two records have the
            same key, or a transaction is open.
    """
    from cloud_fake.services.database.indexes import define_index

    index = define_index(fields, unique=unique, name=name)
    change_indexes(world, collection, make=[index], env=env)
    return index.name


def change_indexes(
    world: World,
    collection: str,
    *,
    make: Iterable[Index] = (),
    drop: Iterable[str] = (),
    env: str | None,
) -> None:
    """Make indexes and drop others by name, all or none; one that exists stays as it is.

    Raises:
        MisuseError: there is none to drop, another index has the name, two records have the same
            key, or a transaction is open.
    """
    from cloud_fake.services.database.indexes import add_index, drop_index

    number = find_env(world, env)

    def change(draft: Draft) -> None:
        for name in drop:
            known = _find(draft, number, collection)
            _refuse_transactions(world)
            drop_index(draft, number, known, name)
        for index in make:
            known = _find(draft, number, collection)
            if index not in known.indexes:
                _refuse_transactions(world)
                add_index(draft, number, known, index)

    _change(world, change)


def _refuse_transactions(world: World) -> None:
    """An open transaction does not see how the indexes change, and would write past them."""
    now = to_millis(world.clock.now())
    if world.transactions.any_alive(now):
        raise MisuseError("create_index(): a transaction is open; end it first")


def _find(draft: Draft, env: int, name: str) -> Collection:
    found: Collection | None = draft.get(registry_table(env), name)
    if found is None:
        raise _no_such(name)
    return found


def _no_such(name: str) -> MisuseError:
    return MisuseError(f"there is no collection {name!r}; create_collection() makes one")


# --- inside --------------------------------------------------------------------------------------


def _change(world: World, step: Callable[[Draft], R]) -> R:
    with world.lock:
        draft = world.store.draft()
        answer = step(draft)
        if world.observers:
            world.tell(draft.commit(), None)
        else:
            draft.land()
    world.deliver()
    return answer


def _collection(env: int, name: Any, permission: Any) -> Collection:
    if not isinstance(name, str) or not name:
        raise MisuseError(f"a collection's name is a text, not {name!r}")
    return Collection(env, name, _permission(permission, DATABASE))


def _permission(permission: Any, target: Target) -> Any:
    if isinstance(permission, str) and permission in PRESETS:
        return permission
    if isinstance(permission, Mapping):
        from cloud_fake.query.rules.permissions import compile_rules

        return compile_rules(permission, target)
    raise MisuseError(
        f"a permission is one of {', '.join(PRESETS)}, or custom rules, not {permission!r}"
    )
