"""Regular expressions as values: a pattern and its options, as the platform stores them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

__all__ = ["Regex"]

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE, "u": 0}
_OPTIONS = [(re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"), (re.VERBOSE, "x")]


@dataclass(frozen=True)
class Regex:
    """`db.RegExp({regexp, options})`, a JavaScript literal, or a Python `re.Pattern`.

    `options` is a sorted string of `i m s x u`, the ones that the server takes.
    """

    pattern: str
    options: str = ""

    @property
    def regexp(self) -> str:
        """The pattern, as the SDKs' typings call it."""
        return self.pattern

    @classmethod
    def from_python(cls, pattern: re.Pattern[str]) -> Regex:
        """A compiled Python pattern as the platform would hold it."""
        return cls(
            pattern.pattern,
            "".join(letter for flag, letter in _OPTIONS if pattern.flags & flag),
        )

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern ready to search with.

        Raises:
            re.error: the pattern is not one.
        """
        flags = 0
        for letter in self.options:
            flags |= _FLAGS[letter]
        return re.compile(self.pattern, flags)

    @staticmethod
    def unknown_options(options: str) -> str:
        """Those letters of `options` that the server refuses."""
        return "".join(letter for letter in options if letter not in _FLAGS)
