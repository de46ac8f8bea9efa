"""The console's four presets: whose records, or files, a client may read and write under each.

A preset is not the rules that the manual calls its equal: to a query it adds `_openid`, rules do
not. Source: developers.weixin.qq.com, database/security-rules.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.query.rules.targets import Action

__all__ = ["ALL", "NONE", "OWN", "PRESETS", "Preset", "Whose"]

Whose: TypeAlias = Literal["all", "own", "none"]
#: Everybody's, the caller's own, nobody's.
ALL: Final = "all"
OWN: Final = "own"
NONE: Final = "none"


class Preset(NamedTuple):
    """What a preset allows."""

    read: Whose
    write: Whose

    def allows(self, action: Action) -> Whose:
        """With whose records, or files, a client may do this."""
        return self.read if action == "read" else self.write


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "PRIVATE": Preset(read=OWN, write=OWN),
        "READONLY": Preset(read=ALL, write=OWN),
        "ADMINWRITE": Preset(read=ALL, write=NONE),
        "ADMINONLY": Preset(read=NONE, write=NONE),
    }
)
