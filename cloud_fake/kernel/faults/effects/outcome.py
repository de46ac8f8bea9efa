"""Outcome: the backend takes the request and answers with an error; nothing has changed."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloud_fake.errors import Code, Failure, MisuseError, Thrown, codes, describe, texts
from cloud_fake.kernel.faults.effects.effect import Effect
from cloud_fake.kernel.verbs import is_write

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Strike
    from cloud_fake.kernel.faults.plan import Plan

__all__ = ["PRESETS", "Fail", "Rejected", "check_code", "code_of"]

#: Errors by name, and by service where the platform's codes differ; `write` is any that writes.
PRESETS: dict[str, dict[str, Code]] = {
    "timeout": {"*": codes.SERVER_TIMEOUT},
    "permission": {
        "*": codes.PERMISSION_DENIED,
        "database": codes.DATABASE_PERMISSION_DENIED,
        "watch": codes.DATABASE_PERMISSION_DENIED,
        "storage": codes.STORAGE_EXCEED_AUTHORITY,
    },
    "not_found": {
        "*": codes.FUNCTION_NOT_FOUND,
        "database": codes.DATABASE_COLLECTION_NOT_EXIST,
        "watch": codes.DATABASE_COLLECTION_NOT_EXIST,
        "storage": codes.STORAGE_FILE_NONEXIST,
    },
    "rate_limited": {"*": codes.EXCEED_REQUEST_LIMIT},
    "quota": {"*": codes.READ_QUOTA_EXCEEDED, "write": codes.WRITE_QUOTA_EXCEEDED},
    "conflict": {"*": codes.DATABASE_REQUEST_FAILED},
    "internal": {"*": codes.SYS_ERR},
}
NETWORK = "network"


@dataclass(frozen=True)
class Fail(Effect):
    """An error of the platform: a number, or a preset's name.

    `network` is the preset of a line that breaks. `sticky`: whoever asks the same again gets the
    same again, whatever the schedule says.
    """

    word = "fail"
    family = "outcome"
    code: int | str = -501001
    message: str | None = None
    sticky: bool = False

    def __post_init__(self) -> None:
        check_code(self.code, also=(NETWORK,))
        if self.message is not None and not isinstance(self.message, str):
            raise MisuseError(f"a message is a text, not {self.message!r}")
        if not isinstance(self.sticky, bool):
            raise MisuseError(f"sticky is True or False, not {self.sticky!r}")

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        if self.code == NETWORK:
            plan.execute = Thrown(self.message or texts.NETWORK_LOST)
            return
        code = code_of(self.code, strike.call.name)
        named = code.name if isinstance(self.code, str) else texts.INJECTED
        text = self.message or describe(code.client) or named
        plan.execute = Failure(code, text)


@dataclass(frozen=True)
class Rejected(Fail):
    """The backend refuses: the plainest of errors."""

    word = "rejected"


def code_of(given: int | str, name: str) -> Code:
    """The code of a number, or of a preset for what is called so."""
    if isinstance(given, int):
        return Code.numbered(given)
    by_service = PRESETS[given]
    if is_write(name) and "write" in by_service:
        return by_service["write"]
    return by_service.get(name.partition(".")[0], by_service["*"])


def check_code(given: object, *, also: tuple[str, ...] = ()) -> None:
    """Refuse what names no error.

    Raises:
        MisuseError: with the nearest preset.
    """
    known = [*also, *PRESETS]
    if isinstance(given, str):
        if given not in known:
            near = difflib.get_close_matches(given, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"
            raise MisuseError(f"no error is called {given!r}{hint}")
    elif isinstance(given, bool) or not isinstance(given, int) or given == 0:
        raise MisuseError(
            f"a code is one of the platform's numbers, -502001 say, or one of "
            f"{', '.join(known)}, not {given!r}"
        )
