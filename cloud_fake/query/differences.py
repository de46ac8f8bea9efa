"""Query floor: what an update changed, the way realtime listeners are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.values.order import equal

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Document, Value

__all__ = ["updated_fields"]


def updated_fields(before: Document, after: Document) -> tuple[dict[str, Value], list[str]]:
    """Compare two states of a document, for `updatedFields` and `removedFields` of a change.

    Objects are compared key by key; so are arrays of the same length, by index. Anything else that
    differs is named whole. The order of keys does not count.

    Returns:
        A flat map of dotted paths to what stands there now, shared with `after`; and the paths
        that are gone.
    """
    updated: dict[str, Value] = {}
    removed: list[str] = []
    _compare_objects(before, after, "", updated, removed)
    return updated, removed


def _compare_objects(
    before: Document, after: Document, above: str, updated: dict[str, Value], removed: list[str]
) -> None:
    removed.extend(above + key for key in before if key not in after)
    for key, new in after.items():
        if key in before:
            _compare(before[key], new, above + key, updated, removed)
        else:
            updated[above + key] = new


def _compare(
    old: Value, new: Value, path: str, updated: dict[str, Value], removed: list[str]
) -> None:
    if old is new:
        return
    if type(old) is dict and type(new) is dict:
        _compare_objects(old, new, f"{path}.", updated, removed)
    elif type(old) is list and type(new) is list and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            _compare(*pair, f"{path}.{index}", updated, removed)
    elif not equal(old, new):
        updated[path] = new
