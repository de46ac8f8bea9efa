"""How names and numbers stand in a rule's text."""

from __future__ import annotations

import json
import re
from decimal import Decimal

__all__ = ["BARE", "plain", "spelt"]

#: A word that needs no quotes. A colon ends the pattern, unless something follows it at once.
BARE = re.compile(r'[^\s"(){}]+(?<!:)')


def spelt(name: str) -> str:
    """A name: bare where it can be, in JSON's quotes where it cannot."""
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def plain(number: float) -> str:
    """A number with all of its digits and no exponent."""
    return format(Decimal(repr(float(number))), "f").removesuffix(".0")
