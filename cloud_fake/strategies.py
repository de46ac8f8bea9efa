"""Hypothesis strategies: fault plans that property tests draw and shrink.

```python
from hypothesis import given
from cloud_fake.strategies import fault_plans

@given(plan=fault_plans("function.pay", "database.orders.*"))
def test_checkout(plan):
    cloud = FakeCloud(env="dev-1a2b3c", collections=["orders"])
    for rule in plan:
        cloud.faults.add(rule)
```

Hypothesis is needed only when a strategy is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.vocabulary import Vocabulary
from cloud_fake.services.catalogue import vocabulary
from cloud_fake.storms import MENU, choose

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from cloud_fake.kernel.faults.effects import Effect
    from cloud_fake.storms.menu import Wanted

__all__ = ["fault_plans"]


def fault_plans(
    *operations: str, storm: Wanted = True, most_faults: int = 4, latest: int = 6
) -> SearchStrategy[list[str]]:
    """Lists of fault rules as texts, for `cloud.faults.add`; the simplest is the empty one.

    They shrink to fewer faults, to earlier calls, to the first of the operations, and to the
    plainest of effects, a request that is lost.

    Args:
        *operations: globs over canonical names, `function.pay`; every operation if none is given.
        storm: what may happen, as the marker's `storm=` says it: families and effects' words.
        most_faults: how many rules a plan has at most.
        latest: the number of the last of an operation's calls that may be struck.

    Raises:
        MisuseError: nothing is called like that.
    """
    from hypothesis import strategies as st

    places = _places(operations or _every_operation(), choose(storm).words)
    if not places:
        raise MisuseError("none of these effects can strike any of these operations")
    rule = st.builds(
        lambda place, number: f"{place[0]}: {place[1]} {_when(number)} optional",
        st.sampled_from(places),
        st.integers(1, latest),
    )
    return st.lists(rule, max_size=most_faults, unique=True)


def _when(number: int) -> str:
    return "once" if number == 1 else f"nth {number}"


def _every_operation() -> tuple[str, ...]:
    return tuple(name.replace("{target}", "*") for name in vocabulary())


def _places(operations: tuple[str, ...], words: tuple[str, ...]) -> list[tuple[str, Effect]]:
    known = Vocabulary(vocabulary, lambda _service: ())
    for operation in operations:
        known.check_pattern(operation)
    effects = [effect for word in words for effect in MENU[word]]
    return [
        (operation, effect)
        for effect in effects
        for operation in operations
        if _can_strike(known, operation, effect)
    ]


def _can_strike(known: Vocabulary, operation: str, effect: Effect) -> bool:
    try:
        known.check_reach(operation, effect)
    except MisuseError:
        return False
    return True
