"""Names of environments, and the server SDK's symbol for "the one this function runs in"."""

from __future__ import annotations

import enum
from typing import Annotated, Any, Final

from pydantic import ValidatorFunctionWrapHandler, WrapValidator

__all__ = ["DYNAMIC_CURRENT_ENV", "CurrentEnv", "EnvName", "GivenEnv", "is_env_name"]


class CurrentEnv(enum.Enum):
    """The class of the one symbol."""

    SYMBOL = "SYMBOL_CURRENT_ENV"

    def __repr__(self) -> str:
        return f"Symbol({self.value})"


#: `cloud.DYNAMIC_CURRENT_ENV` of wx-server-sdk; the client has no such thing.
DYNAMIC_CURRENT_ENV: Final = CurrentEnv.SYMBOL

EnvName = str | CurrentEnv


def _symbol_or_text(value: object, check: ValidatorFunctionWrapHandler) -> Any:
    return value if isinstance(value, CurrentEnv) else check(value)


#: One among a call's options; what is no text and not the symbol is refused as no text.
GivenEnv = Annotated[str, WrapValidator(_symbol_or_text)]


def is_env_name(value: Any) -> bool:
    """Whether it names an environment."""
    return isinstance(value, (str, CurrentEnv))
