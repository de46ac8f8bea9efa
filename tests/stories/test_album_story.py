"""A photo album, written as an app is written: photos in the storage, records in the database.

`PhotoAlbum` and the functions of its back end know nothing of a fake. The stories below are told on
the blocking and on the awaitable face.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

MORNING = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
PAGE = 20


# --- the app -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A photo as the page shows it."""

    id: str
    title: str
    url: str


class PhotoAlbum:
    """One user's album."""

    def __init__(self, cloud: Any) -> None:
        self._cloud = cloud
        self._db = cloud.database()
        self._photos = self._db.collection("photos")

    def upload(self, local: Path, title: str, tags: tuple[str, ...] = ()) -> str:
        """Store a photo and write a record of it; without the record, no photo."""
        path = f"album/{local.name}"
        file_id = self._cloud.uploadFile(cloudPath=path, filePath=str(local)).fileID
        record = {
            "title": title,
            "fileID": file_id,
            "tags": tags,
            "place": {"city": None, "country": "CN"},
            "uploadedAt": self._db.serverDate(),
        }
        try:
            return str(self._photos.add(data=record)["_id"])
        except CloudError:
            self._cloud.deleteFile(fileList=[file_id])
            raise

    def page(self, number: int = 0) -> list[Shown]:
        """The newest photos first, with links to show them."""
        newest = self._photos.orderBy("uploadedAt", "desc").skip(number * PAGE).limit(PAGE)
        return self._shown(newest.get().data)

    def search(self, text: str = "", tags: tuple[str, ...] = ()) -> list[str]:
        """Titles of the photos whose title holds a text, or that have one of the tags."""
        condition: dict[str, Any] = {}
        if text:
            condition["title"] = self._db.RegExp(regexp=text, options="i")
        if tags:
            condition["tags"] = self._db.command.in_(list(tags))
        found = self._photos.where(condition).field({"title": True}).orderBy("title").get()
        return [record["title"] for record in found.data]

    def rename(self, photo_id: str, title: str) -> bool:
        """Give a photo another title; whether there is such a photo."""
        updated = self._photos.doc(photo_id).update(data={"title": title})
        return bool(updated.stats.updated)

    def place(self, photo_id: str, city: str) -> None:
        """Say in which city it was; the country stays."""
        self._photos.doc(photo_id).update(data={"place": {"city": city}})

    def country(self, photo_id: str) -> str:
        """Where it was."""
        place = self._photos.doc(photo_id).get().data["place"]
        return f"{place['city']}, {place['country']}"

    def remove(self, photo_id: str) -> None:
        """Remove a photo and its record."""
        photo = self._photos.doc(photo_id)
        file_id = photo.get().data["fileID"]
        photo.remove()
        self._cloud.deleteFile(fileList=[file_id])

    def publish(self, photo_id: str) -> str:
        """Put a photo into everybody's gallery."""
        return str(self._cloud.callFunction(name="publish", data={"photo": photo_id}).result)

    def gallery(self) -> list[tuple[str, int]]:
        """What everybody sees: titles and likes, the most liked first."""
        gallery = self._db.collection("gallery").orderBy("likes", "desc").orderBy("title", "asc")
        return [(record["title"], record["likes"]) for record in gallery.get().data]

    def like(self, title: str) -> None:
        """Like a photo of the gallery."""
        self._cloud.callFunction(name="like", data={"title": title})

    def days(self) -> list[dict[str, Any]]:
        """How many photos were uploaded on which day."""
        days: list[dict[str, Any]] = self._cloud.callFunction(name="days").result
        return days

    def _shown(self, records: list[dict[str, Any]]) -> list[Shown]:
        links = self._cloud.getTempFileURL(fileList=[record["fileID"] for record in records])
        return [
            Shown(record["_id"], record["title"], item.tempFileURL)
            for record, item in zip(records, links.fileList, strict=True)
        ]


# --- its back end --------------------------------------------------------------------------------


def publish(event: Any, context: Any) -> str:
    """Only one's own photo; twice is once."""
    db = context.cloud.database()
    photo = db.collection("photos").doc(event["photo"]).get().data
    if photo["_openid"] != context.wx_context["OPENID"]:
        raise PermissionError("this photo is somebody else's")
    shown = {"title": photo["title"], "fileID": photo["fileID"], "likes": 0}
    db.collection("gallery").doc(event["photo"]).set(data=shown)
    return str(photo["title"])


async def like(event: Any, context: Any) -> int:
    """Everybody may like, though nobody may write to the gallery."""
    db = context.cloud.aio.database()
    liked = db.collection("gallery").where({"title": event["title"]})
    stats = (await liked.update(data={"likes": db.command.inc(1)})).stats
    return int(stats.updated)


def days(event: Any, context: Any) -> list[Any]:
    """Counted by the database."""
    db = context.cloud.database()
    agg = db.command.aggregate
    day = agg.dateToString(date="$uploadedAt", format="%Y-%m-%d", timezone="Asia/Shanghai")
    own = db.collection("photos").aggregate().match({"_openid": event["userInfo"]["openId"]})
    counted = own.group({"_id": day, "photos": agg.sum(1)}).sort({"_id": 1}).end()
    return list(counted.list)


# --- the stage -----------------------------------------------------------------------------------


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="album-1a2b3c", openid="o-alice", collections=["photos"], seed=1)
    cloud.create_collection("gallery", permission="ADMINWRITE")
    cloud.set_storage_permission("PRIVATE")
    cloud.register_function("publish", publish)
    cloud.register_function("like", like)
    cloud.register_function("days", days)
    cloud.clock.freeze(MORNING)
    return cloud


@pytest.fixture
def alice(cloud: FakeCloud, face: Any) -> PhotoAlbum:
    return PhotoAlbum(face(cloud))


@pytest.fixture
def bob(cloud: FakeCloud, face: Any) -> PhotoAlbum:
    return PhotoAlbum(face(cloud.as_user("o-bob")))


@pytest.fixture
def camera(tmp_path: Path) -> Any:
    def take(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(b"\x89PNG " + name.encode())
        return path

    return take


def stored_paths(cloud: FakeCloud) -> list[str]:
    tables = cloud.snapshot().tables.tables
    return [path for name, rows in tables.items() if name[0] == "files" for path in rows]


# --- the stories ---------------------------------------------------------------------------------


def test_the_newest_photo_comes_first_and_can_be_seen(
    cloud: FakeCloud, alice: PhotoAlbum, camera: Any
) -> None:
    for name, title in (("1.png", "Breakfast"), ("2.png", "Beach"), ("3.png", "日落")):
        alice.upload(camera(name), title)
        cloud.clock.advance(hours=1)
    page = alice.page()
    assert [photo.title for photo in page] == ["日落", "Beach", "Breakfast"]
    seen = [cloud.fetch(photo.url) for photo in page]
    assert [answer.content[-5:] for answer in seen] == [b"3.png", b"2.png", b"1.png"]
    assert {answer.headers["content-type"] for answer in seen} == {"image/png"}


def test_links_die_after_ten_minutes_and_a_new_page_has_new_ones(
    cloud: FakeCloud, alice: PhotoAlbum, camera: Any
) -> None:
    alice.upload(camera("1.png"), "Beach")
    (old,) = alice.page()
    cloud.clock.advance(minutes=9, seconds=59)
    assert cloud.fetch(old.url).status_code == 200
    cloud.clock.advance(seconds=1)
    assert cloud.fetch(old.url).status_code == 403
    (new,) = alice.page()
    assert cloud.fetch(new.url).status_code == 200


def test_a_long_album_has_pages(cloud: FakeCloud, alice: PhotoAlbum, camera: Any) -> None:
    for n in range(45):
        alice.upload(camera(f"{n:02}.png"), f"Photo {n:02}")
        cloud.clock.advance(seconds=1)
    pages = [[photo.title for photo in alice.page(number)] for number in range(4)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    titles = [title for page in pages for title in page]
    assert titles == [f"Photo {n:02}" for n in reversed(range(45))]


def test_searching(alice: PhotoAlbum, camera: Any) -> None:
    alice.upload(camera("1.png"), "Breakfast", ("food",))
    alice.upload(camera("2.png"), "Beach", ("sea", "sun"))
    alice.upload(camera("3.png"), "Sunset at the beach", ("sun",))
    assert alice.search("beach") == ["Beach", "Sunset at the beach"]
    assert alice.search("^b") == ["Beach", "Breakfast"]
    assert alice.search(tags=("food", "sea")) == ["Beach", "Breakfast"]
    assert alice.search("beach", ("sun",)) == ["Beach", "Sunset at the beach"]
    assert alice.search("nothing") == []


def test_a_photo_gets_another_title_and_a_place(alice: PhotoAlbum, camera: Any) -> None:
    photo = alice.upload(camera("1.png"), "Beach")
    assert alice.rename(photo, "Beach at Sanya")
    alice.place(photo, "Sanya")
    assert alice.search() == ["Beach at Sanya"]
    assert alice.country(photo) == "Sanya, CN"


def test_an_album_is_its_owners_alone(
    cloud: FakeCloud, alice: PhotoAlbum, bob: PhotoAlbum, camera: Any
) -> None:
    photo = alice.upload(camera("1.png"), "Beach")
    assert bob.page() == []
    assert bob.search("beach") == []
    assert not bob.rename(photo, "Bob's")
    with pytest.raises(CloudError, match="cannot find document with _id"):
        bob.remove(photo)
    with pytest.raises(CloudError, match="-503002 storage permission denied"):
        bob.upload(camera("1.png"), "Mine now")
    assert [shown.title for shown in alice.page()] == ["Beach"]
    assert cloud.fetch(alice.page()[0].url).content == b"\x89PNG 1.png"


def test_a_removed_photo_is_gone(cloud: FakeCloud, alice: PhotoAlbum, camera: Any) -> None:
    photo = alice.upload(camera("1.png"), "Beach")
    alice.upload(camera("2.png"), "Breakfast")
    urls = {shown.title: shown.url for shown in alice.page()}
    alice.remove(photo)
    assert alice.search() == ["Breakfast"]
    assert {title: cloud.fetch(url).status_code for title, url in urls.items()} == {
        "Beach": 404,
        "Breakfast": 200,
    }
    assert stored_paths(cloud) == ["album/2.png"]


def test_the_gallery_is_everybodys_to_see_and_to_like(
    alice: PhotoAlbum, bob: PhotoAlbum, camera: Any
) -> None:
    beach, breakfast = (
        alice.upload(camera(name), title) for name, title in (("1.png", "Beach"), ("2.png", "Eggs"))
    )
    assert bob.gallery() == []
    assert [alice.publish(beach), alice.publish(breakfast)] == ["Beach", "Eggs"]
    assert bob.gallery() == [("Beach", 0), ("Eggs", 0)]
    bob.like("Eggs")
    bob.like("Eggs")
    alice.like("Beach")
    assert alice.gallery() == bob.gallery() == [("Eggs", 2), ("Beach", 1)]


def test_only_its_owner_publishes_a_photo(alice: PhotoAlbum, bob: PhotoAlbum, camera: Any) -> None:
    photo = alice.upload(camera("1.png"), "Beach")
    with pytest.raises(CloudError, match="PermissionError: this photo is somebody") as caught:
        bob.publish(photo)
    assert (caught.value.errCode, caught.value.code) == (-1, -504002)
    assert isinstance(caught.value.__cause__, PermissionError)
    assert bob.gallery() == []


def test_nobody_writes_to_the_gallery_directly(face: Any, cloud: FakeCloud) -> None:
    gallery = face(cloud).database().collection("gallery")
    with pytest.raises(CloudError, match="-502003 database permission denied"):
        gallery.add(data={"title": "Mine", "likes": 1000})


def test_days_are_counted_where_the_users_are(
    cloud: FakeCloud, alice: PhotoAlbum, bob: PhotoAlbum, camera: Any
) -> None:
    bob.upload(camera("b.png"), "Bob's")
    for n, moment in enumerate((0, 6, 8, 20, 40)):
        cloud.clock.move_to(MORNING + timedelta(hours=moment))
        alice.upload(camera(f"{n}.png"), str(n))
    # 9:00 in London is 17:00 in Shanghai: the second day begins seven hours later.
    assert alice.days() == [
        {"_id": "2026-05-01", "photos": 2},
        {"_id": "2026-05-02", "photos": 2},
        {"_id": "2026-05-03", "photos": 1},
    ]
    assert bob.days() == [{"_id": "2026-05-01", "photos": 1}]


# --- the stories that go wrong -------------------------------------------------------------------


def test_without_a_record_no_photo_stays(cloud: FakeCloud, alice: PhotoAlbum, camera: Any) -> None:
    cloud.faults.fail("database.photos.add", code=-501001, times=1)
    with pytest.raises(CloudError, match="-501001 resource system error"):
        alice.upload(camera("1.png"), "Beach")
    assert stored_paths(cloud) == []
    alice.upload(camera("1.png"), "Beach")
    assert alice.search() == ["Beach"]


def test_an_answer_that_never_came_leaves_a_record_without_a_photo(
    cloud: FakeCloud, alice: PhotoAlbum, camera: Any
) -> None:
    """The bug that this album has: it takes a lost answer for a record that was not written."""
    cloud.faults.lose_reply("database.photos.add", times=1)
    with pytest.raises(CloudError):
        alice.upload(camera("1.png"), "Beach")
    assert [(shown.title, shown.url) for shown in alice.page()] == [("Beach", "")]


def test_publishing_again_after_a_lost_answer_is_harmless(
    cloud: FakeCloud, alice: PhotoAlbum, camera: Any
) -> None:
    photo = alice.upload(camera("1.png"), "Beach")
    cloud.faults.lose_reply("function.publish", times=1)
    with pytest.raises(CloudError):
        alice.publish(photo)
    assert alice.publish(photo) == "Beach"
    assert alice.gallery() == [("Beach", 0)]


def test_a_slow_database_uses_up_the_functions_time(
    cloud: FakeCloud, alice: PhotoAlbum, camera: Any
) -> None:
    photo = alice.upload(camera("1.png"), "Beach")
    cloud.faults.delay("database.photos.get", seconds=4, times=1)
    with pytest.raises(CloudError, match="Invoking task timed out after 3 seconds"):
        alice.publish(photo)
    assert alice.gallery() == []
    assert cloud.clock.now() == MORNING + timedelta(seconds=4)


def test_a_photo_that_is_not_on_the_disk(
    cloud: FakeCloud, alice: PhotoAlbum, tmp_path: Path
) -> None:
    with pytest.raises(CloudError, match="uploadFile:fail file not found"):
        alice.upload(tmp_path / "missing.png", "Nothing")
    assert (stored_paths(cloud), alice.page()) == ([], [])


def test_two_ways_from_one_morning(cloud: FakeCloud, alice: PhotoAlbum, camera: Any) -> None:
    """What if: the same album goes on in two worlds."""
    alice.upload(camera("1.png"), "Beach")
    other = cloud.fork()
    PhotoAlbum(other).upload(camera("2.png"), "There")
    alice.upload(camera("2.png"), "Here")
    assert alice.search() == ["Beach", "Here"]
    assert PhotoAlbum(other).search() == ["Beach", "There"]


def test_the_timeline_tells_what_happened(cloud: FakeCloud, alice: PhotoAlbum, camera: Any) -> None:
    photo = alice.upload(camera("1.png"), "Beach")
    alice.publish(photo)
    assert [(call.depth, call.caller, call.name) for call in cloud.calls] == [
        (0, "o-alice", "storage.upload"),
        (0, "o-alice", "database.photos.add"),
        (0, "o-alice", "function.publish"),
        (1, "in publish", "database.photos.get"),
        (1, "in publish", "database.gallery.set"),
    ]
    assert all(call.ok for call in cloud.calls)
