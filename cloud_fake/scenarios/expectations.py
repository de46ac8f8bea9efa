"""Scenarios: what may be expected of a cloud, as objects and as a short text.

```
todos.count == 3
function.pay.attempts >= 2
database.*.times == 0
never function.pay.committed > 1
```
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from cloud_fake.scenarios.parts import Amount, Name, Part, kind_by

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CallsExpected",
    "Expectation",
    "NeverExpected",
    "RecordsExpected",
    "SavedExpected",
    "agrees",
    "parse",
]

#: The numbers that calls are asked for, where collections have `count`.
MEASURES = ("times", "attempts", "answered", "failed", "committed")


class RecordsExpected(Part):
    """So many records of a collection."""

    collection: str
    """Its name."""
    where: dict[str, Any] = Field(default_factory=dict)
    """Which records, in the database's own query language; all of them if left out."""
    count: Amount = ">= 1"
    """How many: a number, or a comparison such as ">= 2"."""


class CallsExpected(Part):
    """So many calls; those inside of functions count as well."""

    calls: str
    """A canonical name, `function.pay`, or a glob, `database.todos.*`."""
    by: str | None = None
    """Who asked: an openid, or `server`; everybody if left out."""
    where: dict[str, Any] = Field(default_factory=dict)
    """A condition on their arguments, in the database's own query language."""
    times: Amount | None = None
    """How many there were, whatever came of them."""
    attempts: Amount | None = None
    """How often the same was asked: of several requests, the one that was asked most often."""
    answered: Amount | None = None
    """How often the caller got an answer."""
    failed: Amount | None = None
    """How often the caller got an error."""
    committed: Amount | None = None
    """How often the work was done, also where the answer was lost."""


class SavedExpected(Part):
    """What a call's answer, saved before, looks like."""

    saved: Name
    """The name it was saved by."""
    holds: dict[str, Any]
    """A condition on it, in the database's own query language."""


class NeverExpected(Part):
    """What must not be so: neither now nor after any later step."""

    never: Expectation
    """An expectation."""


_TEXT = re.compile(
    rf"(?P<never>never\s+)?(?P<subject>\S+)\.(?P<measure>count|{'|'.join(MEASURES)})"
    r"\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?P<number>\d+)"
)


def parse(text: str) -> RecordsExpected | CallsExpected | NeverExpected:
    """What a short text expects.

    Raises:
        ValueError: it is in no such form.
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"an expectation reads 'todos.count == 3' or 'function.pay.failed <= 1', not {text!r}"
        )
    amount = f"{found['sign']} {found['number']}"
    expected = _counted(found["subject"], found["measure"], amount)
    return NeverExpected(never=expected) if found["never"] else expected


def _counted(subject: str, measure: str, amount: str) -> RecordsExpected | CallsExpected:
    if measure == "count":
        return RecordsExpected(collection=subject, count=amount)
    return CallsExpected.model_validate({"calls": subject, measure: amount})


def _check(text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        raise PydanticCustomError("expectation", "{text}", {"text": str(error)}) from None
    return text


_SIGNS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def agrees(amount: int | str, number: int) -> bool:
    """Whether there are as many as the amount says."""
    sign = str(amount).rstrip("0123456789 ")
    return _SIGNS[sign or "=="](number, int(str(amount).removeprefix(sign)))


Expectation: TypeAlias = Annotated[
    Annotated[str, AfterValidator(_check), Tag("str")]
    | Annotated[RecordsExpected, Tag("RecordsExpected")]
    | Annotated[CallsExpected, Tag("CallsExpected")]
    | Annotated[SavedExpected, Tag("SavedExpected")]
    | Annotated[NeverExpected, Tag("NeverExpected")],
    Discriminator(
        kind_by(
            collection="RecordsExpected",
            calls="CallsExpected",
            saved="SavedExpected",
            never="NeverExpected",
        ),
        custom_error_type="expectation",
        custom_error_message="an expectation is a text, or has collection, calls, saved or never",
    ),
]

NeverExpected.model_rebuild()
