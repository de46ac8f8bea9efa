"""What rules may guard, and the actions that they may speak of."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["DATABASE", "STORAGE", "Action", "Target"]

Action: TypeAlias = Literal["read", "write", "create", "update", "delete"]


class Target(NamedTuple):
    """How rules call what they guard, and the actions they may speak of."""

    subject: str
    actions: tuple[Action, ...]


DATABASE: Final = Target("doc", ("read", "write", "create", "update", "delete"))
STORAGE: Final = Target("resource", ("read", "write"))
