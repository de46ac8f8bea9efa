"""Data: records that are not as this version of the app expects them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.effects.answers import records_of
from cloud_fake.kernel.faults.effects.effect import Effect, is_number
from cloud_fake.values.dates import DATE_TYPE, iso_millis
from cloud_fake.values.paths import split

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.effects.effect import Moment, Strike
    from cloud_fake.kernel.faults.plan import Plan

__all__ = ["RECORDS", "MissingFields", "OldSchema"]

#: What answers with records.
RECORDS = ("database.*.get", "database.*.aggregate", "function.*")

Path: TypeAlias = tuple[str, ...]
#: Changes one record in place.
Change: TypeAlias = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class OfRecords(Effect):
    """Base: it changes the records of an answer, those that have something to be changed."""

    family = "data"
    spoils = True
    reach = RECORDS
    phases = ("reply",)

    def strikes_at(self, moment: Moment, name: str) -> bool:
        """See `Effect`."""
        return moment == "reply"

    def concerns(self, plan: Plan, strike: Strike) -> bool:
        """See `Effect`: some record has what it is about."""
        return any(self._concerned(plan, strike))

    def strike(self, plan: Plan, strike: Strike) -> None:
        """See `Effect`."""
        for record in self._concerned(plan, strike):
            for change in self.changes():
                change(record)

    def _concerned(self, plan: Plan, strike: Strike) -> Iterator[dict[str, Any]]:
        return (
            record
            for record in records_of(plan.answer)
            if self.is_meant(record, strike) and any(_has(record, path) for path in self.paths())
        )

    def is_meant(self, record: dict[str, Any], strike: Strike) -> bool:
        """Whether a record is one of those."""
        return True

    def paths(self) -> Iterator[Path]:
        """Where it changes something."""
        raise NotImplementedError

    def changes(self) -> Iterator[Change]:
        """What it changes."""
        raise NotImplementedError


@dataclass(frozen=True)
class MissingFields(OfRecords):
    """The records of an answer have lost some fields: dotted paths."""

    word = "missing_fields"
    fields: tuple[str, ...] | str = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", _texts(self.word, self.fields))
        if not self.fields:
            raise MisuseError(f"{self.word}() takes the paths of fields, not {self.fields!r}")

    def paths(self) -> Iterator[Path]:
        """See `OfRecords`."""
        return map(split, self.fields)

    def changes(self) -> Iterator[Change]:
        """See `OfRecords`."""
        return (_removal(path) for path in self.paths())


@dataclass(frozen=True)
class OldSchema(OfRecords):
    """Some records of an answer are as an older version of the app has written them.

    `missing` fields were not there yet, `renamed` ones had another name (`{"title": "name"}`:
    what is `title` now was `name` then), those `as_text` were texts. Paths are dotted. `share` is
    how much of the records is as old as that; it is the same ones in every answer.
    """

    word = "old_schema"
    missing: tuple[str, ...] | str = ()
    renamed: Mapping[str, str] | tuple[tuple[str, str], ...] = ()
    as_text: tuple[str, ...] | str = ()
    share: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "missing", _texts(self.word, self.missing))
        object.__setattr__(self, "as_text", _texts(self.word, self.as_text))
        object.__setattr__(self, "renamed", _pairs(self.word, self.renamed))
        if not (self.missing or self.renamed or self.as_text):
            raise MisuseError(f"{self.word}() takes missing=, renamed= or as_text=")
        if not is_number(self.share) or not 0 < self.share <= 1:
            raise MisuseError(f"{self.word}(share=) is above 0 and at most 1, not {self.share!r}")

    def is_meant(self, record: dict[str, Any], strike: Strike) -> bool:
        """See `OfRecords`."""
        if self.share == 1:
            return True
        name = f"{strike.rule.match}: {self} of {record.get('_id')}"
        return strike.world.ids.fraction(name) < self.share

    def paths(self) -> Iterator[Path]:
        """See `OfRecords`."""
        return map(split, (*self.missing, *dict(self.renamed), *self.as_text))

    def changes(self) -> Iterator[Change]:
        """See `OfRecords`."""
        yield from (_as_text(split(path)) for path in self.as_text)
        yield from (_removal(split(path)) for path in self.missing)
        for now, before in dict(self.renamed).items():
            yield _renaming(split(now), split(before))


# --- what options may be -------------------------------------------------------------------------


def _texts(word: str, given: Any) -> tuple[str, ...]:
    paths = (given,) if isinstance(given, str) else given
    if not isinstance(paths, Iterable) or not all(isinstance(it, str) and it for it in paths):
        raise MisuseError(f"{word}() takes the paths of fields, not {given!r}")
    return tuple(paths)


def _pairs(word: str, given: Any) -> tuple[tuple[str, str], ...]:
    """What was renamed, as something that can be a key of a dict."""
    try:
        names = dict(given)
    except (TypeError, ValueError):
        raise MisuseError(f"{word}(renamed=) says {{now: before}}, not {given!r}") from None
    _texts(word, [*names, *names.values()])
    return tuple(names.items())


# --- changes -------------------------------------------------------------------------------------


def _has(record: Any, path: Path) -> bool:
    return _holder(record, path) is not None


def _holder(record: Any, path: Path) -> dict[str, Any] | None:
    """What holds the last key of a path, if that is there."""
    for key in path[:-1]:
        record = record.get(key) if isinstance(record, dict) else None
    return record if isinstance(record, dict) and path[-1] in record else None


def _removal(path: Path) -> Change:
    def change(record: dict[str, Any]) -> None:
        holder = _holder(record, path)
        if holder is not None:
            del holder[path[-1]]

    return change


def _renaming(now: Path, before: Path) -> Change:
    def change(record: dict[str, Any]) -> None:
        holder = _holder(record, now)
        if holder is not None:
            _put(record, before, holder.pop(now[-1]))

    return change


def _put(record: dict[str, Any], path: Path, value: Any) -> None:
    for key in path[:-1]:
        if not isinstance(record.get(key), dict):
            record[key] = {}
        record = record[key]
    record[path[-1]] = value


def _as_text(path: Path) -> Change:
    def change(record: dict[str, Any]) -> None:
        holder = _holder(record, path)
        if holder is not None:
            holder[path[-1]] = _text(holder[path[-1]])

    return change


def _text(value: Any) -> Any:
    """A value as JavaScript's `String(value)` has it; what has parts stays as it is."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, DATE_TYPE[0]):
        return iso_millis(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else value
