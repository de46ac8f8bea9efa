"""Scenarios: whether what is expected is so. No question passes the gate: no fault strikes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.errors import CloudError, MisuseError, QueryError
from cloud_fake.kernel.calls import Calls
from cloud_fake.kernel.rendering import render_value
from cloud_fake.models.encoding import encode_query
from cloud_fake.query.filters import Filter, compile_filter
from cloud_fake.scenarios.expectations import (
    MEASURES,
    CallsExpected,
    NeverExpected,
    RecordsExpected,
    SavedExpected,
    agrees,
    parse,
)
from cloud_fake.scenarios.variables import filled
from cloud_fake.services.storage.links import Response
from cloud_fake.values import ejson
from cloud_fake.values.intake import take_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloud_fake.face.fake_cloud import FakeCloud

__all__ = ["Judgement", "as_document", "error_fits", "judge", "satisfies", "say"]


class Judgement(NamedTuple):
    """Whether it is so, and what there is instead."""

    held: bool
    saw: str


def judge(expected: Any, cloud: FakeCloud, saved: Mapping[str, Any]) -> Judgement:
    """Whether what is expected is so at this moment.

    Raises:
        MisuseError: there is no such collection.
        LookupError: it refers to an answer that was not saved.
    """
    match expected:
        case str():
            return judge(parse(expected), cloud, saved)
        case NeverExpected():
            found = judge(expected.never, cloud, saved)
            return Judgement(not found.held, found.saw or "it was so")
        case RecordsExpected():
            return _judge_records(expected, cloud, filled(expected.where, saved))
        case CallsExpected():
            return _judge_calls(expected, cloud, filled(expected.where, saved))
        case SavedExpected():
            answer = as_document(saved.get(expected.saved))
            return Judgement(satisfies(answer, filled(expected.holds, saved)), render_value(answer))
    raise TypeError(f"{expected!r} is no expectation")


def say(expected: Any) -> str:
    """An expectation in words."""
    match expected:
        case str():
            return expected
        case NeverExpected():
            return f"never {say(expected.never)}"
        case RecordsExpected():
            return f"{expected.collection}.count {_said(expected.count)}{_where(expected)}"
        case CallsExpected():
            by = f" by {expected.by}" if expected.by else ""
            asked = [f"{name} {_said(amount)}" for name, amount in _amounts(expected).items()]
            return f"{expected.calls}{by}{_where(expected)}: {', '.join(asked)}"
    return f"{expected.saved} holds {render_value(expected.holds)}"


def _where(expected: RecordsExpected | CallsExpected) -> str:
    return f" where {render_value(expected.where)}" if expected.where else ""


def _said(amount: int | str) -> str:
    return str(amount) if isinstance(amount, str) and not amount.isdecimal() else f"== {amount}"


# --- records -------------------------------------------------------------------------------------


def _judge_records(
    expected: RecordsExpected, cloud: FakeCloud, where: Mapping[str, Any]
) -> Judgement:
    records = [ejson.decode(json.loads(line)) for line in cloud.export(expected.collection)]
    condition = _compiled(where)
    count = sum(map(condition.matches, records))
    return Judgement(agrees(expected.count, count), _there_are(count))


def satisfies(document: dict[str, Any], condition: Mapping[str, Any]) -> bool:
    """Whether a condition of `where` holds for a document.

    Raises:
        MisuseError: it is none.
    """
    return _compiled(condition).matches(document)


def _compiled(condition: Mapping[str, Any]) -> Filter:
    try:
        return compile_filter(encode_query(ejson.decode(dict(condition))))
    except (CloudError, QueryError) as error:
        raise MisuseError(f"this is no condition: {error}") from None


def _there_are(count: int) -> str:
    return "there is 1" if count == 1 else f"there are {count}"


# --- calls ---------------------------------------------------------------------------------------


def _judge_calls(expected: CallsExpected, cloud: FakeCloud, where: Mapping[str, Any]) -> Judgement:
    calls = Calls(
        call
        for call in cloud.calls.to(expected.calls, ejson.decode(dict(where)) or None)
        if expected.by is None or call.caller == expected.by
    )
    asked = _amounts(expected)
    seen = {name: _MEASURED[name](calls) for name in asked}
    held = all(agrees(amount, seen[name]) for name, amount in asked.items())
    return Judgement(held, ", ".join(f"{name} {number}" for name, number in seen.items()))


def _amounts(expected: CallsExpected) -> dict[str, int | str]:
    """What is asked for; that it was called at all, if nothing is."""
    amounts = {name: getattr(expected, name) for name in MEASURES}
    return {name: said for name, said in amounts.items() if said is not None} or {"times": ">= 1"}


_MEASURED: dict[str, Callable[[Calls], int]] = {
    "times": len,
    "attempts": lambda calls: calls.attempts,
    "answered": lambda calls: sum(call.ok for call in calls),
    "failed": lambda calls: sum(call.error is not None for call in calls),
    "committed": lambda calls: int(calls.committed),
}


# --- answers -------------------------------------------------------------------------------------


def as_document(answer: Any) -> dict[str, Any]:
    """An answer as a document that a condition can look at; bytes are their text."""
    if isinstance(answer, Response):
        answer = {"status": answer.status_code, "text": answer.text, "headers": answer.headers}
    if not isinstance(answer, Mapping):
        answer = {"value": answer}
    document: dict[str, Any] = {}
    for name, value in answer.items():
        try:
            document[name] = take_in(_text(value) if isinstance(value, bytes) else value, name)
        except CloudError:
            continue  # what no record can hold no condition can name
    return document


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def error_fits(error: CloudError, wanted: int | str) -> bool:
    """Whether an error has the code or the text that is wanted; any has if `any` is."""
    if isinstance(wanted, int):
        return wanted in (error.errCode, error.code)
    return wanted in ("any", error.name) or wanted in error.errMsg
