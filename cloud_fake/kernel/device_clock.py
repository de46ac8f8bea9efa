"""The clock of a user's device: the cloud's own, unless a fault says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.kernel.calls import Call
from cloud_fake.kernel.operation import Operation

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.work import Work
    from cloud_fake.kernel.world import World

__all__ = ["DeviceClock"]


class DeviceClock:
    """What time it is for the app, as far as it asks its device.

    Reading it is no call of the cloud and stands on no timeline; the faults of `device.<openid>`
    (`skew`, `drift`) strike it.
    """

    def __init__(self, world: World, session: Session) -> None:
        self._world = world
        self._session = session

    def now(self) -> datetime:
        """The moment that the device shows, as an aware datetime in UTC."""
        now = self._world.clock.now()
        shift = self._shift(now) if self._world.has_faults else None
        return now if shift is None else now + shift

    def _shift(self, now: datetime) -> Any:
        about = {"device": self._session.identity.openid}
        reading = Call(0, now, READ, self._session, about, None)
        reading.ended = now
        plan = self._world.rules.plan(reading)
        return None if plan is None else plan.shift


def _never(_work: Work, _prepared: Any) -> None:
    """A clock is read without asking the cloud."""


READ = Operation("device.{target}", "device", _never, about="device")
