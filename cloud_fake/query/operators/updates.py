"""Query floor: the table of all update operators.

Source: MongoDB manual, "Update Operators", without those that the platform's SDKs cannot say
(`$setOnInsert`, `$currentDate`, array filters).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from cloud_fake.query.operators import (
    update_arrays,
    update_fields,
    update_numbers,
    update_push,
    update_rename,
)
from cloud_fake.query.operators.update_faults import Path
from cloud_fake.query.writing import CREATING, CULLING, Change, ChangeAll, Obstacle, Step
from cloud_fake.values.kinds import Value

__all__ = ["UPDATE_OPERATORS", "Part", "UpdateOperator"]


class Part(NamedTuple):
    """What one operator does at one path.

    Attributes:
        steps: what it changes, path by path; no other part may touch these.
        move: what it does to the whole document once all steps of all parts are done.
    """

    steps: Mapping[Path, Step]
    move: Change | None = None


#: Given its operand and its path, what the operator does. Raises QueryError at what makes no sense.
UpdateOperator: TypeAlias = Callable[[Value, Path], Part]


def _local(
    compile_change: Callable[[Value, Path], Change],
    obstacle: Obstacle | None,
    compile_change_all: Callable[[Value], ChangeAll] | None = None,
) -> UpdateOperator:
    """An operator that looks at nothing but the value at its path."""

    def operator(operand: Value, path: Path) -> Part:
        change = compile_change(operand, path)
        change_all = compile_change_all and compile_change_all(operand)
        return Part({path: Step(change, obstacle and obstacle.at(path), change_all)})

    return operator


def _rename(operand: Value, source: Path) -> Part:
    target = update_rename.target_of(operand, source)
    untouched = Step(lambda value: value)
    return Part({source: untouched, target: untouched}, update_rename.move(source, target))


UPDATE_OPERATORS: Mapping[str, UpdateOperator] = MappingProxyType(
    {
        "$set": _local(update_fields.set_, CREATING, update_fields.set_all),
        "$unset": _local(update_fields.unset, None),
        "$min": _local(update_fields.min_, CREATING),
        "$max": _local(update_fields.max_, CREATING),
        "$inc": _local(update_numbers.inc, CREATING, update_numbers.inc_all),
        "$mul": _local(update_numbers.mul, CREATING),
        "$bit": _local(update_numbers.bit, CREATING),
        "$push": _local(update_push.push, CREATING),
        "$addToSet": _local(update_arrays.add_to_set, CREATING),
        "$pop": _local(update_arrays.pop, CULLING),
        "$pull": _local(update_arrays.pull, CULLING),
        "$pullAll": _local(update_arrays.pull_all, CULLING),
        "$rename": _rename,
    }
)
