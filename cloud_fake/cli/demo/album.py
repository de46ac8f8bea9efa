"""The photos on this disk: the ones that come along, or a directory of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cloud_fake.cli.demo.pictures import NotAPicture, measure

__all__ = ["SHIPPED", "Album", "AlbumError", "Photo", "read_album"]

#: Four small photographs of free licence; their origin is told in the directory's README.
SHIPPED = Path(__file__).with_name("photos")

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"})

#: More would not fit beside each other on a screen.
MOST_PHOTOS = 6


class AlbumError(Exception):
    """There is no album to tell a story of; the text says why, in one line."""


@dataclass(frozen=True)
class Photo:
    """A picture file; `size` in bytes, `width` and `height` in pixels."""

    path: Path
    size: int
    width: int
    height: int

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


@dataclass(frozen=True)
class Album:
    """The photos of a directory by name, and what was left out of it and why."""

    photos: tuple[Photo, ...]
    remarks: tuple[str, ...] = ()


def read_album(directory: Path) -> Album:
    """The first photos of a directory, without those that are broken.

    Raises:
        AlbumError: the directory cannot be read, or no picture in it can.
    """
    paths = _pictures_in(directory)
    if not paths:
        kinds = ", ".join(sorted(SUFFIXES))
        raise AlbumError(f"no pictures ({kinds}) in {directory}")
    photos: list[Photo] = []
    broken: list[str] = []
    while paths and len(photos) < MOST_PHOTOS:
        _take(paths.pop(0), photos, broken)
    if not photos:
        raise AlbumError(f"no picture in {directory} can be read: {', '.join(broken)}")
    remarks = [f"{name} cannot be read as a picture and is left out." for name in broken]
    if paths:
        remarks.append(
            f"{len(paths)} more in {directory} stay out: an album here has {MOST_PHOTOS}."
        )
    return Album(tuple(photos), tuple(remarks))


def _pictures_in(directory: Path) -> list[Path]:
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        raise AlbumError(f"cannot read {directory}: {error.strerror}") from error
    return [path for path in entries if _looks_like_a_picture(path)]


def _looks_like_a_picture(path: Path) -> bool:
    # A name that cannot be printed cannot be a path in the cloud either.
    named = path.name.isprintable() and not path.name.startswith(".")
    return named and path.suffix.lower() in SUFFIXES and path.is_file()


def _take(path: Path, photos: list[Photo], broken: list[str]) -> None:
    try:
        width, height = measure(path)
    except NotAPicture:
        broken.append(path.name)
    else:
        photos.append(Photo(path, path.stat().st_size, width, height))
