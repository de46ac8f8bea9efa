"""A feed that is read page by page while others go on writing to it."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_fake import FakeCloud

PAGE = 20


@pytest.fixture
def feed(world: FakeCloud, face: Any) -> Any:
    """45 posts of Bob's, one a minute, as Alice's phone reads them."""
    world.create_collection("posts", permission="READONLY")
    bob = world.as_user("o-bob").database()
    for number in range(45):
        bob.collection("posts").add(
            data={"number": number, "at": bob.serverDate(), "author": {"name": "Bob", "bio": "…"}}
        )
        world.clock.advance(minutes=1)
    return face(world).database().collection("posts")


def numbers(page: Any) -> list[int]:
    return [post["number"] for post in page.data]


def test_pages_by_offset(feed: Any) -> None:
    newest = feed.orderBy("at", "desc")
    assert feed.count().total == 45
    assert numbers(newest.get()) == list(range(44, 24, -1))
    assert numbers(newest.skip(PAGE).get()) == list(range(24, 4, -1))
    assert numbers(newest.skip(2 * PAGE).get()) == list(range(4, -1, -1))
    assert numbers(newest.skip(3 * PAGE).get()) == []


def test_a_new_post_shifts_the_pages_by_offset_but_not_those_after_a_post(
    world: FakeCloud, feed: Any
) -> None:
    newest, _ = feed.orderBy("at", "desc"), world.database().command
    first = newest.get()
    last_seen = first.data[-1]
    bob = world.as_user("o-bob").database()
    bob.collection("posts").add(data={"number": 45, "at": bob.serverDate()})

    by_offset = numbers(newest.skip(PAGE).get())
    assert by_offset[0] == last_seen["number"]  # seen twice: the mistake of many apps

    after = newest.where({"at": _.lt(last_seen["at"])})
    assert numbers(after.get()) == list(range(24, 4, -1))


def test_a_page_asks_only_for_what_it_shows(feed: Any) -> None:
    (post,) = feed.where({"number": 7}).field({"number": True, "author.name": True}).get().data
    assert post == {"_id": post["_id"], "number": 7, "author": {"name": "Bob"}}


def test_liking_is_not_the_phones_to_write(world: FakeCloud, feed: Any) -> None:
    """Bob's posts are his own: Alice's like is silently nothing, so a function has to write it."""
    _ = world.database().command

    @world.function("like")
    def like(event: Any, context: Any) -> Any:
        posts = context.cloud.database().collection("posts")
        openid = context.cloud.getWXContext()["OPENID"]
        liked = posts.doc(event["post"]).update(data={"likes": _.addToSet(openid)})
        return liked.stats.updated

    post = feed.where({"number": 3}).get().data[0]["_id"]
    assert feed.doc(post).update(data={"likes": ["o-alice"]}).stats.updated == 0
    assert world.callFunction(name="like", data={"post": post}).result == 1
    assert world.callFunction(name="like", data={"post": post}).result == 0  # once is enough
    assert feed.doc(post).get().data["likes"] == ["o-alice"]
