"""What happens: the story of a photo album, through the public names of the fake only.

An act takes the stage, does something to the cloud and returns what it found. The functions above
each act are what an app or a test would write; the telling prints them as they stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from cloud_fake import CloudError, FakeCloud, User
from cloud_fake.cli.demo.album import Photo
from cloud_fake.cli.demo.findings import (
    Links,
    Permissions,
    Retries,
    Thumbnail,
    Thumbnails,
    Uploads,
    View,
    Visit,
)
from cloud_fake.cli.demo.pictures import shrink

__all__ = [
    "ALICE",
    "BOB",
    "Stage",
    "Watch",
    "add_and_retry",
    "follow_links",
    "link_to",
    "look",
    "lose_replies",
    "make_thumbnails",
    "open_cloud",
    "set_and_retry",
    "thumbnails",
    "try_permissions",
    "upload",
    "upload_all",
    "watch_it_die",
]

ALICE, BOB = "o-alice", "o-bob"
MORNING = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)

T = TypeVar("T")
#: Told of the progress of an upload.
Watch = Callable[[Photo, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Stage:
    """What the acts play with."""

    cloud: FakeCloud
    photos: tuple[Photo, ...]
    watch: Watch


def open_cloud(seed: int, *, real_time: bool = False) -> FakeCloud:
    """An empty cloud on a spring morning; its clock moves when the story moves it."""
    cloud = FakeCloud(
        env="album-1a2b3c", openid=ALICE, collections=["photos"], seed=seed, real_time=real_time
    )
    cloud.clock.freeze(MORNING)
    return cloud


# --- uploads and records -------------------------------------------------------------------------


def upload(user: User, photo: Photo, watch: Watch) -> None:
    """Send a photo; when it has arrived, write a record of it."""
    db = user.database()

    def keep(answer: Any) -> None:
        record = {
            "name": photo.name,
            "fileID": answer.fileID,
            "at": db.serverDate(),
        }
        db.collection("photos").add(data=record)

    task = user.uploadFile(
        cloudPath=f"album/{photo.name}",
        filePath=str(photo.path),
        success=keep,
    )
    task.onProgressUpdate(partial(watch, photo))


def upload_all(stage: Stage) -> Uploads:
    """The last photo is Bob's, if there is more than one; the others are Alice's."""
    alice, bob = stage.cloud, stage.cloud.as_user(BOB)
    with stage.cloud.faults.delay("storage.upload", seconds=0.8):
        for number, photo in enumerate(stage.photos, 1):
            upload(bob if 1 < number == len(stage.photos) else alice, photo, stage.watch)
    return Uploads({ALICE: _records(alice), BOB: _records(bob)})


def _records(user: User) -> list[dict[str, Any]]:
    return user.database().collection("photos").get().data


# --- thumbnails ----------------------------------------------------------------------------------


def thumbnails(event: Any, context: Any) -> dict[str, str]:
    """The cloud function: it may see every photo, and makes it small."""
    cloud = context.cloud
    photos = cloud.database().collection("photos")
    made = {}
    for photo in photos.get().data:
        content = cloud.downloadFile(fileID=photo["fileID"]).fileContent
        path = f"thumbs/{photo['_id']}.jpg"
        small = shrink(content, event["longest"])
        thumb = cloud.uploadFile(cloudPath=path, fileContent=small).fileID
        photos.doc(photo["_id"]).update(data={"thumbID": thumb})
        made[photo["name"]] = thumb
    return made


def make_thumbnails(stage: Stage) -> Thumbnails:
    """Deploy and call the function, then fetch what it made as a browser would."""
    cloud = stage.cloud
    cloud.register_function("thumbnails", thumbnails)
    made = cloud.callFunction(name="thumbnails", data={"longest": 96}).result
    links = cloud.getTempFileURL(fileList=list(made.values())).fileList
    urls = dict(zip(made, (link.tempFileURL for link in links), strict=True))
    return Thumbnails(
        tuple(
            Thumbnail(
                photo.name, photo.size, urls[photo.name], cloud.fetch(urls[photo.name]).content
            )
            for photo in stage.photos
        )
    )


# --- links ---------------------------------------------------------------------------------------


def link_to(user: User, file_id: str) -> str:
    """A link to a file, as the user gets it."""
    return user.getTempFileURL(fileList=[file_id]).fileList[0].tempFileURL


def watch_it_die(cloud: FakeCloud, file_id: str) -> list[Visit]:
    """Follow a private photo's link: now, and 9 and 11 minutes later."""
    cloud.set_storage_permission("PRIVATE")
    url = link_to(cloud, file_id)
    visits = [visit(cloud, url)]
    cloud.clock.advance(minutes=9)
    visits.append(visit(cloud, url))
    cloud.clock.advance(minutes=2)
    return [*visits, visit(cloud, url)]


def visit(cloud: FakeCloud, url: str) -> Visit:
    """Follow a link without being signed in, as anybody can who has it."""
    answer = cloud.fetch(url)
    return Visit(cloud.clock.now(), url, answer.status_code, len(answer.content))


def follow_links(stage: Stage) -> Links:
    """A private link, its successor, and what Bob gets who asks for one."""
    cloud, bob = stage.cloud, stage.cloud.as_user(BOB)
    file_id = _records(cloud)[0]["fileID"]
    visits = watch_it_die(cloud, file_id)
    renewed = visit(cloud, link_to(cloud, file_id))
    refused = bob.getTempFileURL(fileList=[file_id]).fileList[0]
    return Links(tuple(visits), renewed, refused.errMsg)


# --- retries -------------------------------------------------------------------------------------


def add_and_retry(user: User, name: str) -> None:
    """Naive: nothing was heard, so add it again."""
    photos = user.database().collection("photos")
    try:
        photos.add(data={"name": name})
    except CloudError:
        photos.add(data={"name": name})


def set_and_retry(user: User, name: str) -> None:
    """Idempotent: the app chose the id; set twice is set once."""
    photo = user.database().collection("photos").doc(name)
    try:
        photo.set(data={"name": name})
    except CloudError:
        photo.set(data={"name": name})


#: The two manners, by the operation whose reply gets lost.
MANNERS: Mapping[str, Callable[[User, str], None]] = {"add": add_and_retry, "set": set_and_retry}


def lose_replies(stage: Stage) -> Retries:
    """Lose one reply to each manner of writing; the album is as before afterwards."""
    cloud = stage.cloud
    before = cloud.snapshot()
    copies = {}
    for operation, write in MANNERS.items():
        cloud.faults.lose_reply(f"database.photos.{operation}", times=1)
        write(cloud, "postcard")
        mine = cloud.database().collection("photos").where({"name": "postcard"})
        copies[operation] = mine.count().total
        cloud.restore(before)
    return Retries(copies)


# --- permissions ---------------------------------------------------------------------------------


def look(cloud: FakeCloud, permission: str, photo_id: str) -> View:
    """What both find, and what Bob may do with a photo of Alice's."""
    cloud.set_collection_permission("photos", permission)
    alice = cloud.database().collection("photos")
    bob = cloud.as_user(BOB).database().collection("photos")
    hers, change = bob.doc(photo_id), {"name": "mine"}
    return View(
        permission,
        alice_finds=attempt(lambda: alice.count().total),
        bob_finds=attempt(lambda: bob.count().total),
        bob_opens=attempt(lambda: hers.get().data["name"]),
        bob_changes=attempt(lambda: hers.update(data=change).stats.updated),
    )


def attempt(ask: Callable[[], T]) -> T | CloudError:
    """The answer, or the refusal."""
    try:
        return ask()
    except CloudError as refusal:
        return refusal


def try_permissions(stage: Stage) -> Permissions:
    """The same four questions under each of the four permissions."""
    hers = _records(stage.cloud)[0]["_id"]
    presets = ("PRIVATE", "READONLY", "ADMINWRITE", "ADMINONLY")
    return Permissions(tuple(look(stage.cloud, preset, hers) for preset in presets))
