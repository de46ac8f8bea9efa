"""Server dates: one instant for all of a value, and what holds none stays what it is."""

from __future__ import annotations

import pytest

from cloud_fake.errors import Refusal
from cloud_fake.values.dates import from_millis
from cloud_fake.values.server_dates import ServerDate, bind

BOUND = [
    (ServerDate(), from_millis(1000)),
    (ServerDate(-400), from_millis(600)),
    ({"a": [1, {"b": ServerDate(1)}]}, {"a": [1, {"b": from_millis(1001)}]}),
    ([ServerDate(1), ServerDate(2)], [from_millis(1001), from_millis(1002)]),
]


@pytest.mark.parametrize(("value", "bound"), BOUND)
def test_server_dates_are_bound_to_one_instant(value, bound):
    before = repr(value)
    assert bind(value, 1000) == bound
    assert repr(value) == before


def test_binding_copies_only_what_it_changes():
    plain = {"x": [1, 2]}
    value = {"plain": plain, "at": [ServerDate()]}
    bound = bind(value, 1000)
    assert bound["plain"] is plain
    assert bound["at"] is not value["at"]
    assert bind(plain, 1000) is plain


def test_an_instant_that_no_date_can_be_is_refused():
    with pytest.raises(Refusal, match=r"serverDate\.options\.offset should be a date of the years"):
        bind({"at": [ServerDate(10**15)]}, 1000)
