"""The chapters, and how they are played to a teller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cloud_fake.cli.demo import story

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cloud_fake import FakeCloud
    from cloud_fake.cli.demo.album import Album, Photo
    from cloud_fake.cli.demo.findings import Finding

__all__ = ["CHAPTERS", "Chapter", "Scene", "Teller", "play"]


@dataclass(frozen=True)
class Chapter:
    """One chapter: its title, a line that leads in, the code to show, the act to play."""

    title: str
    lead: str
    shown: tuple[Callable[..., Any], ...]
    act: Callable[[story.Stage], Finding]


CHAPTERS = (
    Chapter(
        "Alice and Bob upload their photos",
        'Real files over a slow line: cloud.faults.delay("storage.upload", seconds=0.8)',
        (story.upload,),
        story.upload_all,
    ),
    Chapter(
        "A cloud function makes thumbnails",
        "It runs right here, holds the server SDK, and Pillow does the work.",
        (story.thumbnails,),
        story.make_thumbnails,
    ),
    Chapter(
        "A private link dies",
        "A link to a private file lives for ten minutes. Nobody has to wait for them.",
        (story.link_to, story.watch_it_die),
        story.follow_links,
    ),
    Chapter(
        "A reply gets lost",
        'Written, but never heard of: cloud.faults.lose_reply("database.photos.add")',
        (story.add_and_retry, story.set_and_retry),
        story.lose_replies,
    ),
    Chapter(
        "What Bob may see",
        "The collection's permission decides; as on the platform, often without a word.",
        (story.look,),
        story.try_permissions,
    ),
)


@dataclass(frozen=True)
class Scene:
    """A chapter that was played: what it found, and its calls' lines of the timeline."""

    chapter: Chapter
    finding: Finding
    calls: Sequence[Any]


class Teller(Protocol):
    """Who tells the story while it happens."""

    def open(self, album: Album) -> None:
        """The curtain rises."""

    def begin(self, number: int, chapter: Chapter) -> None:
        """A chapter begins."""

    def progress(self, photo: Photo, event: Mapping[str, Any]) -> None:
        """An upload goes on."""

    def found(self, finding: Finding) -> None:
        """A chapter ends and found this."""

    def close(self, cloud: FakeCloud, scenes: Sequence[Scene]) -> None:
        """The story is over."""


def play(album: Album, teller: Teller, *, seed: int = 7, real_time: bool = False) -> list[Scene]:
    """Play the whole story.

    Args:
        album: the photos it is about.
        teller: who tells it.
        seed: of every id.
        real_time: wait for real where the cloud waits.
    """
    with story.open_cloud(seed, real_time=real_time) as cloud:
        stage = story.Stage(cloud, album.photos, teller.progress)
        teller.open(album)
        scenes = [
            _play_chapter(number, chapter, stage, teller)
            for number, chapter in enumerate(CHAPTERS, 1)
        ]
        teller.close(cloud, scenes)
    return scenes


def _play_chapter(number: int, chapter: Chapter, stage: story.Stage, teller: Teller) -> Scene:
    before = len(stage.cloud.calls)
    teller.begin(number, chapter)
    finding = chapter.act(stage)
    teller.found(finding)
    return Scene(chapter, finding, stage.cloud.calls[before:])
