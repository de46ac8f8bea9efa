"""Storms: the exhaustive cousin, one fault at one call at a time.

SQLite tests its handling of I/O errors so: it counts the calls of a clean run, and then lets each
of them fail once (sqlite.org/testing.html, "I/O Error Testing").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from cloud_fake.kernel.faults.effects import LostReply, LostRequest
from cloud_fake.kernel.faults.schedule import Condition

if TYPE_CHECKING:
    from cloud_fake.face.fake_cloud import FakeCloud
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.faults.schedule import Instant

__all__ = ["PHASES", "fail_call"]

#: In which phase a call can fail: before the work, and after it.
PHASES = MappingProxyType({"lost_request": LostRequest, "lost_reply": LostReply})


@dataclass(frozen=True)
class AtCall(Condition):
    """Exactly at the call with this number on the timeline."""

    word = "at call"
    number: int

    def admits(self, number: int, instant: Instant) -> bool:
        """See `Condition`."""
        return instant.call is not None and instant.call.number == self.number

    def __str__(self) -> str:
        return f"at call {self.number}"


def fail_call(cloud: FakeCloud, number: int, phase: str, name: str = "*") -> list[Rule]:
    """Let one call fail.

    Args:
        cloud: whose.
        number: the call's, on the timeline.
        phase: `lost_request` or `lost_reply`.
        name: the call's canonical name, if it is known.

    Returns:
        The one rule that does it.
    """
    pattern = "*" if re.search(r"[*?\[|]", name) else name
    rule = cloud.faults.on(pattern, optional=True).when(AtCall(number)).do(PHASES[phase]())
    return [rule]
