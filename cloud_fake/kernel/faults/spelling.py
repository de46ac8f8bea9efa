"""How names and numbers stand in a rule's text, and what a misspelt one may have meant."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BARE", "near", "plain", "spelt"]

#: A word that needs no quotes. A colon ends the pattern, unless something follows it at once.
BARE = re.compile(r'[^\s"(){}]+(?<!:)')


def spelt(name: str) -> str:
    """A name: bare where it can be, in JSON's quotes where it cannot."""
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def plain(number: float) -> str:
    """A number with all of its digits and no exponent."""
    return format(Decimal(repr(float(number))), "f").removesuffix(".0")


def near(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: the nearest one, or all there are."""
    import difflib

    words = list(known)
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there are {', '.join(words)}" if words else "; there are none"
