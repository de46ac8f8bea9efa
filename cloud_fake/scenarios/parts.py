"""Scenarios: what every part of a file has in common, and the small values in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.durations import seconds_of
from cloud_fake.kernel.faults.spelling import near

__all__ = ["Amount", "Duration", "Moment", "Name", "Part", "kind_by", "names_of"]

T = TypeVar("T")


class Part(BaseModel):
    """Base of everything that is an object in a scenario's file."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True
    )

    @model_validator(mode="before")
    @classmethod
    def _know_the_keys(cls, given: Any) -> Any:
        if isinstance(given, Mapping):
            known = names_of(cls)
            for key in given:
                if key not in known:
                    raise unknown_key(key, known)
        return given


def names_of(part: type[BaseModel]) -> list[str]:
    """The keys of a part, as the file spells them."""
    return [field.alias or name for name, field in part.model_fields.items()]


def unknown_key(key: str, known: Iterable[str]) -> PydanticCustomError:
    """A key that has no meaning; `key` in its context tells where it stands."""
    text = f"there is no key {key!r}{near(key, known)}"
    return PydanticCustomError("unknown_key", "{text}", {"text": text, "key": key})


def kind_by(**tags: str) -> Callable[[Any], str]:
    """Which of several parts an object is, by the first of these keys that it has.

    An object with none of them is taken for the part whose key is nearest, and told so.
    """

    def kind(given: Any) -> str:
        if not isinstance(given, Mapping):
            # A part that was built already, when it is validated again or written out.
            return type(given).__name__
        for key, tag in tags.items():
            if key in given:
                return tag
        wrong = next(iter(given), "")
        close = difflib.get_close_matches(wrong, tags, n=1)
        return tags[close[0]] if close else ""

    return kind


# --- small values --------------------------------------------------------------------------------


def _refused_as(check: Callable[[Any], object], error: str) -> Callable[[T], T]:
    """The value as it is, if the check lets it pass."""

    def checked(value: T) -> T:
        try:
            check(value)
        except (MisuseError, ValueError) as refusal:
            raise PydanticCustomError(error, "{text}", {"text": str(refusal)}) from None
        return value

    return checked


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a moment reads like 2026-03-04T09:00:00Z, not {text!r}") from None


_AMOUNT = r"^((==|!=|<=|>=|<|>) ?)?[0-9]+$"


def _amount(value: int | str) -> None:
    if not re.fullmatch(_AMOUNT, str(value)):
        raise ValueError(f"how many is a number, or a comparison such as '>= 2', not {value!r}")


#: `"00:10"`, `"1m30s"`, or seconds.
Duration = Annotated[str | float, AfterValidator(_refused_as(seconds_of, "duration"))]
#: A date in ISO 8601; without a zone it is UTC.
Moment = Annotated[
    str,
    AfterValidator(_refused_as(_moment, "moment")),
    Field(json_schema_extra={"format": "date-time"}),
]
#: How many: a number, or a comparison with one.
Amount = Annotated[
    int | str,
    AfterValidator(_refused_as(_amount, "amount")),
    Field(json_schema_extra={"minimum": 0, "pattern": _AMOUNT}),
]
#: What a reference may name.
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
