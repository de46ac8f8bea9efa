"""Query stages: preferred numbers, to which `granularity` of `$bucketAuto` rounds.

Sources: ISO 3 (Renard), IEC 60063 (E series) and the 1-2-5 series, with the members that MongoDB's
tables have: its R40 lacks 335, and its R80 is the half of the standard's that R40 does not hold.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["GRANULARITIES", "Granularity"]


class Granularity(NamedTuple):
    """A series: the next number strictly above, and strictly below, a number above 0."""

    up: Callable[[float], float]
    down: Callable[[float], float]


def _series(base: tuple[int, ...]) -> Granularity:
    """A series that repeats in every decade, given one decade of it."""

    def around(number: float) -> list[float]:
        scale = 10.0 ** math.floor(math.log10(number / base[0]))
        return [member * power for power in (scale / 10, scale, scale * 10) for member in base]

    return _finite(
        up=lambda number: min(member for member in around(number) if member > number),
        down=lambda number: max(member for member in around(number) if member < number),
    )


def _power_of_two_above(number: float) -> float:
    _, exponent = math.frexp(number)
    return math.ldexp(1.0, exponent)


def _power_of_two_below(number: float) -> float:
    mantissa, exponent = math.frexp(number)
    return math.ldexp(1.0, exponent - (2 if mantissa == 0.5 else 1))


def _finite(up: Callable[[float], float], down: Callable[[float], float]) -> Granularity:
    """Zero and infinity are members of every series and stay what they are."""

    def unless_limit(rounded: Callable[[float], float]) -> Callable[[float], float]:
        return lambda number: number if number == 0 or math.isinf(number) else rounded(number)

    return Granularity(unless_limit(up), unless_limit(down))


_R20 = (
    100, 112, 125, 140, 160, 180, 200, 224, 250, 280,
    315, 355, 400, 450, 500, 560, 630, 710, 800, 900,
)  # fmt: skip
_R40 = (
    100, 106, 112, 118, 125, 132, 140, 150, 160, 170, 180, 190, 200, 212, 224, 236, 250, 265, 280,
    300, 315, 355, 375, 400, 425, 450, 475, 500, 530, 560, 600, 630, 670, 710, 750, 800, 850, 900,
    950,
)  # fmt: skip
_R80 = (
    103, 109, 115, 122, 128, 136, 145, 155, 165, 175, 185, 195, 206, 218, 230, 243, 258, 272, 290,
    307, 325, 345, 365, 387, 412, 437, 462, 487, 515, 545, 575, 615, 650, 690, 730, 775, 825, 875,
    925, 975,
)  # fmt: skip
_E24 = (
    10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91,
)  # fmt: skip
_E192 = (
    100, 101, 102, 104, 105, 106, 107, 109, 110, 111, 113, 114, 115, 117, 118, 120, 121, 123, 124,
    126, 127, 129, 130, 132, 133, 135, 137, 138, 140, 142, 143, 145, 147, 149, 150, 152, 154, 156,
    158, 160, 162, 164, 165, 167, 169, 172, 174, 176, 178, 180, 182, 184, 187, 189, 191, 193, 196,
    198, 200, 203, 205, 208, 210, 213, 215, 218, 221, 223, 226, 229, 232, 234, 237, 240, 243, 246,
    249, 252, 255, 258, 261, 264, 267, 271, 274, 277, 280, 284, 287, 291, 294, 298, 301, 305, 309,
    312, 316, 320, 324, 328, 332, 336, 340, 344, 348, 352, 357, 361, 365, 370, 374, 379, 383, 388,
    392, 397, 402, 407, 412, 417, 422, 427, 432, 437, 442, 448, 453, 459, 464, 470, 475, 481, 487,
    493, 499, 505, 511, 517, 523, 530, 536, 542, 549, 556, 562, 569, 576, 583, 590, 597, 604, 612,
    619, 626, 634, 642, 649, 657, 665, 673, 681, 690, 698, 706, 715, 723, 732, 741, 750, 759, 768,
    777, 787, 796, 806, 816, 825, 835, 845, 856, 866, 876, 887, 898, 909, 920, 931, 942, 953, 965,
    976, 988,
)  # fmt: skip

#: Every name that `granularity` may have.
GRANULARITIES: Final = MappingProxyType(
    {
        "R5": _series((10, 16, 25, 40, 63)),
        "R10": _series(_R20[::2]),
        "R20": _series(_R20),
        "R40": _series(_R40),
        "R80": _series(_R80),
        "1-2-5": _series((10, 20, 50)),
        "E6": _series(_E24[::4]),
        "E12": _series(_E24[::2]),
        "E24": _series(_E24),
        "E48": _series(_E192[::4]),
        "E96": _series(_E192[::2]),
        "E192": _series(_E192),
        "POWERSOF2": _finite(_power_of_two_above, _power_of_two_below),
    }
)
