"""Kernel: what a world was made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cloud_fake.kernel.session import Identity

__all__ = ["Settings"]


class Settings(NamedTuple):
    """What a world was made with and keeps for life.

    Attributes:
        seed: of every id and every draw.
        appid: the mini program's.
        url_max_age: seconds a private file's link lives when nobody says otherwise.
        auto_create_collections: a collection that nobody created comes to be when written to.
        real_time: waiting really waits.
        timeline_limit: how many of the last entries the timeline keeps; all of them if None.
        user: who a visitor is who does not say; nobody if None.
    """

    seed: int | str = 0
    appid: str = "wx0a1b2c3d4e5f6071"
    url_max_age: int = 600
    auto_create_collections: bool = False
    real_time: bool = False
    timeline_limit: int | None = None
    user: Identity | None = None
