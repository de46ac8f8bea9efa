"""The names that rules may speak of: a rule that can never strike is found when it is made."""

from __future__ import annotations

import difflib
import functools
import re
from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.effects import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloud_fake.kernel.faults.effects import Effect

__all__ = ["Vocabulary"]

#: What stands for a collection's, a function's or a device's name.
_TARGET = "{target}"
#: What passes no gate and can go wrong all the same.
_BESIDE = (f"{CLOCKS}{_TARGET}",)
#: How alike two names are where one may be a slip of the other.
_ALIKE = 0.8


class Vocabulary:
    """The canonical names.

    Args:
        names: of the operations, `{target}` where a collection's or a function's name stands.
        targets: the collections or functions that there are, by service.
        hint: what to do where a name is meant though another is nearly the same.
    """

    def __init__(
        self,
        names: Callable[[], Iterable[str]],
        targets: Callable[[str], Iterable[str]],
        hint: str = "",
    ) -> None:
        self._names = names
        self._targets = targets
        self._hint = hint

    def check_pattern(self, pattern: object, *, optional: bool = False) -> None:
        """Refuse a pattern that nothing can match.

        A rule may be made before its collection is. So a name that is not there is a mistake only
        where one that is there is nearly the same, and the rule is not `optional`.

        Raises:
            MisuseError: nothing is called like that; with the nearest name.
        """
        if not isinstance(pattern, str):
            raise MisuseError(
                f"a pattern is a glob over names such as storage.upload, not {pattern!r}"
            )
        for glob in pattern.split("|"):
            self._check_name(glob)
            if not optional:
                self._check_target(glob)

    def check_function(self, names: str, *, optional: bool = False) -> None:
        """Refuse globs over functions, by their own names or their canonical ones.

        A function may be called anything, so only what is nearly right is a mistake.

        Raises:
            MisuseError: nothing is called like that; with the nearest name.
        """
        if optional:
            return
        for glob in names.split("|"):
            if self._is_name(glob) or self._nearest(glob, cutoff=_ALIKE):
                self.check_pattern(glob)
            elif "." not in glob:
                self._check_target(f"function.{glob}")

    def check_reach(self, pattern: str, effect: Effect) -> None:
        """Refuse an effect that can strike nothing of what a pattern is about.

        Raises:
            MisuseError: with what it can strike.
        """
        if any(
            _can_meet(glob, name) and _can_meet(reach, name)
            for glob in pattern.split("|")
            for name in self._globs()
            for reach in effect.reach
            if _can_meet(glob, reach) and (reach != "*" or not name.startswith(CLOCKS))
        ):
            return
        raise MisuseError(
            f"{effect.word} strikes {', '.join(effect.reach)}, and nothing of {pattern!r}"
        )

    def _all(self) -> list[str]:
        return [*self._names(), *_BESIDE]

    def _globs(self) -> Iterator[str]:
        return (name.replace(_TARGET, "?*") for name in self._all())

    def _check_name(self, glob: str) -> None:
        if not self._is_name(glob):
            near = self._nearest(glob, cutoff=0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise MisuseError(f"no operation is called {glob!r}{hint}")

    def _is_name(self, glob: str) -> bool:
        return any(_can_meet(glob, name) for name in self._globs())

    def _nearest(self, glob: str, cutoff: float) -> list[str]:
        words = ["*", *(word for word in glob.split(".") if word)]
        names = [name.replace(_TARGET, word) for name in self._all() for word in words]
        names += dict.fromkeys(f"{name.partition('.')[0]}.*" for name in self._all())
        return difflib.get_close_matches(glob, names, n=1, cutoff=cutoff)

    def _check_target(self, glob: str) -> None:
        service, _, rest = glob.partition(".")
        named = rest.rpartition(".")[0] if service == "database" else rest
        if not named or re.search(r"[*?\[]", named) or glob in self._names():
            return
        known = list(self._targets(service))
        if named in known:
            return
        near = difflib.get_close_matches(named, known, n=1, cutoff=_ALIKE)
        near = near or [name for name in known if sorted(name) == sorted(named)]  # pya, pay
        if near:
            meant = f"{service}.{near[0]}{rest[len(named) :]}"
            said = f"nothing is called {named!r} here; did you mean {meant!r}?"
            raise MisuseError(f"{said} {self._hint}".rstrip())


@functools.lru_cache(maxsize=20_000)
def _can_meet(one: str, other: str) -> bool:
    """Whether some name matches both globs."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left == "*" or right == "*":
            return _ends_can_meet(one[index:], other[index:])
        if not _are_alike(left, right):
            return False
    length = min(len(one), len(other))
    return _may_be_empty(one[length:] + other[length:])


def _ends_can_meet(one: str, other: str) -> bool:
    # From the back, a row for each letter of the one: names may be longer than a stack is deep.
    row = [_may_be_empty(other[index:]) for index in range(len(other) + 1)]
    for left in reversed(one):
        below, row[-1] = row[-1], left == "*" and row[-1]
        for index in reversed(range(len(other))):
            right, meets_later = other[index], below
            below = row[index]
            if left == "*" or right == "*":
                row[index] = below or row[index + 1]
            else:
                row[index] = meets_later and _are_alike(left, right)
    return row[0]


def _are_alike(left: str, right: str) -> bool:
    return left == right or "?" in (left, right)


def _may_be_empty(glob: str) -> bool:
    return not glob.strip("*")
