"""How large records, updates and answers may be, as the text in which they travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, Refusal, codes, texts
from cloud_fake.values.crossing import longer_than
from cloud_fake.values.dates import to_millis
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import ServerDate

if TYPE_CHECKING:
    from cloud_fake.kernel.operation import Asking
    from cloud_fake.kernel.work import Work
    from cloud_fake.values.kinds import Document, Value

__all__ = ["refuse_larger", "within_answer"]

_KILOBYTE = 1024


def refuse_larger(asking: Asking, what: str, value: Value) -> None:
    """The client measures what it sends; the server SDK does not.

    Raises:
        Refusal: -401002, `what` is more than the client sends.
    """
    kilobytes = asking.session.dialect.max_record_kilobytes
    if kilobytes is not None and longer_than(value, kilobytes * _KILOBYTE, _as_sent):
        raise Refusal(-401002, texts.too_big(what, kilobytes))


def within_answer(work: Work, records: list[Document]) -> list[Document]:
    """The records, if they are no more than one answer holds.

    Raises:
        Failure: -602001.
    """
    kilobytes = work.session.dialect.max_answer_kilobytes
    if kilobytes is not None and longer_than(records, kilobytes * _KILOBYTE, _as_sent):
        raise Failure(codes.QUERY_RESULT_TOO_LARGE, texts.QUERY_RESULT_TOO_LARGE)
    return records


def _as_sent(value: Any) -> dict[str, Value]:
    """What JSON has no words for, in the client's. Source: base library 2.30.3."""
    if isinstance(value, Regex):
        return {"$regex": value.pattern, "$options": value.options}
    if isinstance(value, ServerDate):
        return {"$date": {"offset": value.offset}}
    return {"$date": to_millis(value)}
