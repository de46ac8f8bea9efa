"""Everything that looks random: ids, signatures, draws. All of it is a function of the seed.

A draw is keyed by `(seed, purpose, number)` rather than taken from one shared stream, so one more
call, rule or log line never shifts what any other draw gives. The numbers are part of a world's
state: a restored world goes on exactly as it did the first time.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b, md5

__all__ = ["CLOUD_IDS_EXPIRED", "LINKS_EXPIRED", "Ids"]

#: The purposes whose counts tell how often all of a kind have been expired at once.
LINKS_EXPIRED = "links expired"
CLOUD_IDS_EXPIRED = "cloud ids expired"


class Ids:
    """The seeded source of ids of one world."""

    __slots__ = ("_counts", "_keyed", "_seed")

    def __init__(self, seed: int | str) -> None:
        self._seed = seed
        #: By the size of what they give; see `_keyed`.
        self._keyed: dict[int, blake2b] = {}
        self._counts: dict[str, int] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many ids of each purpose were drawn; state, to be kept with a snapshot."""
        return dict(self._counts)

    def restore(self, counts: dict[str, int]) -> None:
        """Go on from these counts."""
        self._counts = dict(counts)

    def count(self, purpose: str) -> int:
        """How many ids of a purpose were drawn."""
        return self._counts.get(purpose, 0)

    def next_hex(self, purpose: str, size: int = 16) -> str:
        """The purpose's next id: `2 * size` lower-case hex digits."""
        number = self._counts.get(purpose, 0)
        self._counts[purpose] = number + 1
        return self._hashed(f"{purpose}:{number}", size).hexdigest()

    def next_fraction(self, purpose: str) -> float:
        """The purpose's next draw, at least 0 and below 1."""
        return int(self.next_hex(purpose, 7), 16) / (1 << 56)

    def fraction(self, key: str) -> float:
        """The draw that belongs to a key, at least 0 and below 1; always the same."""
        return int.from_bytes(self._hashed(key, 7).digest(), "big") / (1 << 56)

    def next_uuid(self, purpose: str) -> str:
        """The purpose's next id in the form of a UUID."""
        digits = self.next_hex(purpose, 16)
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def sign(self, text: str) -> str:
        """What only this world can compute for `text`: 32 hex digits, as a CDN's `sign`."""
        return md5(self._hashed(text, 32).digest(), usedforsecurity=False).hexdigest()

    def _hashed(self, text: str, size: int) -> blake2b:
        keyed = self._keyed.get(size)
        if keyed is None:
            keyed = self._keyed[size] = _keyed(str(self._seed), size)
        hashing = keyed.copy()
        # A text of a test's own may hold half of a surrogate pair, as JavaScript's may.
        hashing.update(text.encode("utf-8", "surrogatepass"))
        return hashing


@lru_cache(maxsize=100)
def _keyed(seed: str, size: int) -> blake2b:
    """A hash that has taken in the seed, to be copied: that is half of the work of a draw.

    It is kept beyond one world, since many clouds of a session have the same seed.
    """
    # BLAKE2 takes 64 bytes of key; a test's own seed, which holds its name, may be longer.
    key = blake2b(seed.encode("utf-8", "surrogatepass")).digest()
    return blake2b(digest_size=size, key=key)
