"""Scenarios: the cloud as it is before the first step."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, MisuseError, NotSupportedByFake
from cloud_fake.face.fake_cloud import FakeCloud
from cloud_fake.scenarios.functions import handler_of
from cloud_fake.scenarios.reading import ScenarioError
from cloud_fake.scenarios.world import Collection, Function
from cloud_fake.values import ejson
from cloud_fake.values.dates import UTC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloud_fake.scenarios.disk import Disk
    from cloud_fake.scenarios.reading import Script
    from cloud_fake.scenarios.world import CollectionLike, File, FunctionLike

__all__ = ["placed", "stage"]


@contextlib.contextmanager
def placed(script: Script, *path: str | int) -> Iterator[None]:
    """Inside the block, what is wrong with the scenario is told with its place in the file."""
    try:
        yield
    except ScenarioError:
        raise  # it has its place already
    except (MisuseError, NotSupportedByFake, LookupError, ValueError, OSError) as error:
        text = error.args[0] if isinstance(error, LookupError) else error
        raise script.error(path, text) from error


def stage(script: Script, seed: int | str, disk: Disk) -> FakeCloud:
    """A fresh cloud with everything in it that the scenario's world names.

    Args:
        script: the scenario.
        seed: the cloud's.
        disk: where the scenario's files are found.

    Raises:
        ScenarioError: something in it cannot be.
    """
    world = script.scenario.world
    cloud = FakeCloud(env=world.env, openid=world.users[0], seed=seed)
    cloud.clock.freeze(_moment(script.scenario.start))
    for name, collection in world.collections.items():
        with placed(script, "world", "collections", name):
            _fill(cloud, script, name, _whole(collection))
    with placed(script, "world", "functions"):
        _deploy_all(cloud, script, world.functions)
    for path, file in world.files.items():
        with placed(script, "world", "files", path):
            _put(cloud, script, disk, path, file)
    with placed(script, "world", "permission"):
        cloud.set_storage_permission(world.permission)
    cloud.calls.clear()
    return cloud


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- collections ---------------------------------------------------------------------------------


def _whole(collection: CollectionLike) -> Collection:
    if isinstance(collection, Collection):
        return collection
    return Collection() if collection is None else Collection(permission=collection)


def _fill(cloud: FakeCloud, script: Script, name: str, collection: Collection) -> None:
    cloud.create_collection(name, permission=collection.permission)
    owner = collection.owner_or(script.scenario.world.users[0])
    if isinstance(collection.records, str):
        cloud.load(name, script.folder / collection.records, openid=owner)
    else:
        cloud.seed({name: ejson.decode(collection.records)}, openid=owner)


# --- functions -----------------------------------------------------------------------------------


def _deploy_all(cloud: FakeCloud, script: Script, functions: dict[str, FunctionLike] | str) -> None:
    if isinstance(functions, str):
        cloud.load_functions(script.folder / functions)
        return
    for name, function in functions.items():
        with placed(script, "world", "functions", name):
            _deploy(cloud, script, name, function)


def _deploy(cloud: FakeCloud, script: Script, name: str, given: FunctionLike) -> None:
    function = Function(run=given) if isinstance(given, str) else given
    options: dict[str, Any] = function.model_dump(exclude={"run", "answer", "fails"})
    cloud.register_function(name, handler_of(function, script.folder), **options)


# --- files ---------------------------------------------------------------------------------------


def _put(cloud: FakeCloud, script: Script, disk: Disk, cloud_path: str, file: File) -> None:
    """Upload it, while nothing can go wrong yet and everybody may."""
    local = disk.find(file.path) if file.path is not None else disk.write(file.text or "")
    owner = file.owner_or(script.scenario.world.users[0])
    try:
        if owner is not None:
            cloud.as_user(owner).uploadFile({"cloudPath": cloud_path, "filePath": local})
        else:
            cloud.server.uploadFile(cloudPath=cloud_path, fileContent=local.read_bytes())
    except CloudError as error:
        raise MisuseError(str(error)) from None
