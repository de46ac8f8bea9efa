"""CloudIDs: what WeChat's backend makes of an id of open data, for five minutes, for one user.

Source: documentation "open data, cloud call"; the texts are its own, the table's words with a dot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError, describe, texts
from cloud_fake.kernel.ids import CLOUD_IDS_EXPIRED
from cloud_fake.values.crossing import cross
from cloud_fake.values.dates import to_millis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.kernel.work import Work
    from cloud_fake.kernel.world import World

__all__ = ["issue", "opened"]

#: How long an id can be opened, in milliseconds.
LIFETIME = 5 * 60 * 1000

_INVALID = -601005
_EXPIRED = -601006
_NOT_HIS = -601007

_TABLE = "cloud_ids"


@dataclass(frozen=True)
class OpenData:
    """What one id stands for.

    Attributes:
        issued_at: when, in milliseconds.
        generation: how often all ids had been expired at once by then.
    """

    data: Any
    openid: str | None
    appid: str
    issued_at: int
    generation: int


def issue(world: World, cloud_id: str, data: Mapping[str, Any], openid: str | None) -> None:
    """Let an id stand for a user's open data from now on; an id of the same text is replaced.

    Raises:
        MisuseError: the id is no text, or the data has no form in JSON.
    """
    if not isinstance(cloud_id, str) or not cloud_id:
        raise MisuseError(f"a CloudID is a text, not {cloud_id!r}")
    try:
        crossed = cross(dict(data))
    except (TypeError, ValueError, RecursionError) as misfit:
        why = texts.CIRCULAR_JSON if isinstance(misfit, RecursionError) else misfit
        raise MisuseError(f"open_data() takes an object of JSON values: {why}") from None
    now = to_millis(world.clock.now())
    with world.lock:
        draft = world.store.draft()
        if not draft.has_table(_TABLE):
            draft.create_table(_TABLE)
        generation = world.ids.count(CLOUD_IDS_EXPIRED)
        issued = OpenData(crossed, openid, world.settings.appid, now, generation)
        draft.put(_TABLE, cloud_id, issued)
        draft.commit()


def opened(work: Work, cloud_id: str) -> dict[str, Any]:
    """What a function finds in an id's place: `{cloudID, data}`, or `{cloudID, errCode, errMsg}`.

    The call itself does not fail over an id that cannot be opened.
    """
    found: OpenData | None = work.draft.get(_TABLE, cloud_id)
    if found is None:
        return _failed(cloud_id, _INVALID)
    is_recent = found.generation == work.world.ids.count(CLOUD_IDS_EXPIRED)
    if not is_recent or work.now_millis >= found.issued_at + LIFETIME:
        return _failed(cloud_id, _EXPIRED)
    if found.openid != work.session.identity.openid:
        return _failed(cloud_id, _NOT_HIS)
    watermark = {"appid": found.appid, "timestamp": found.issued_at // 1000}
    return {"cloudID": cloud_id, "data": {**cross(found.data), "watermark": watermark}}


def _failed(cloud_id: str, code: int) -> dict[str, Any]:
    return {"cloudID": cloud_id, "errCode": code, "errMsg": f"{describe(code)}."}
