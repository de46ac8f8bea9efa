"""`collection.add` from beyond a wire: the SDK there has checked its options already.

It sends a list, also for one record, and what it sends is taken in while it is read, so nothing is
checked or copied twice. Source: `@cloudbase/node-sdk` 3 and `wx-server-sdk` 4, run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Refusal, texts
from cloud_fake.kernel.operation import Asking, Operation
from cloud_fake.services.database.writing import add
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from cloud_fake.models.results import ServerAddResult
    from cloud_fake.values.intake import TakenIn

__all__ = ["INSERT"]

_TYPE = -401003


def prepare_insert(asking: Asking) -> list[TakenIn]:
    """The records, each of which has to be an object."""
    options: Any = asking.options
    records: list[TakenIn] = options["data"]
    values = [record.value for record in records]
    for index, value in enumerate(values):
        if type(value) is not dict:
            raise Refusal(_TYPE, texts.wrong_type(f"data.{index}", "object", js_type(value)))
    asking.note(data=values)
    return records


def _present(answer: ServerAddResult) -> ServerAddResult:
    """Itself: what goes over a wire is written out, and edited by nobody."""
    return answer


INSERT = Operation("database.{target}.add", "collection.add", add, prepare_insert, present=_present)
