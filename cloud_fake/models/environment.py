"""Names of environments, and the server SDK's symbol for "the one this function runs in"."""

from __future__ import annotations

import enum
from typing import Any, Final

__all__ = ["DYNAMIC_CURRENT_ENV", "CurrentEnv", "EnvName", "is_env_name"]


class CurrentEnv(enum.Enum):
    """The class of the one symbol."""

    SYMBOL = "SYMBOL_CURRENT_ENV"

    def __repr__(self) -> str:
        return f"Symbol({self.value})"


#: `cloud.DYNAMIC_CURRENT_ENV` of wx-server-sdk; the client has no such thing.
DYNAMIC_CURRENT_ENV: Final = CurrentEnv.SYMBOL

EnvName = str | CurrentEnv


def is_env_name(value: Any) -> bool:
    """Whether it names an environment."""
    return isinstance(value, (str, CurrentEnv))
