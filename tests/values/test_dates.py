"""Dates: instants to the millisecond, in UTC, of the real class."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time

import freezegun
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.values.dates import (
    DATE_TYPE,
    EPOCH,
    UTC,
    from_millis,
    iso_millis,
    to_millis,
    to_utc_millis,
)

CHINA = dt.timezone(dt.timedelta(hours=8))
FIRST, LAST = -62135596800000, 253402300799999  # the years 1 to 9999

# source: JavaScript, new Date(millis).toISOString()
INSTANTS = [
    (0, "1970-01-01T00:00:00.000Z"),
    (1, "1970-01-01T00:00:00.001Z"),
    (-1, "1969-12-31T23:59:59.999Z"),
    (1767323045678, "2026-01-02T03:04:05.678Z"),
    (951782400000, "2000-02-29T00:00:00.000Z"),
    (-14182940000, "1969-07-20T20:17:40.000Z"),
    (FIRST, "0001-01-01T00:00:00.000Z"),
    (LAST, "9999-12-31T23:59:59.999Z"),
]


@pytest.mark.parametrize(("millis", "text"), INSTANTS)
def test_an_instant_as_number_and_as_text(millis, text):
    moment = from_millis(millis)
    assert iso_millis(moment) == text
    assert to_millis(moment) == millis
    assert moment == dt.datetime.fromisoformat(text)
    assert type(moment) is DATE_TYPE[0]
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("millis", [FIRST - 1, LAST + 1, 10**18])
def test_python_holds_only_four_digits_of_years(millis):
    with pytest.raises(OverflowError):
        from_millis(millis)


def test_text_is_in_utc():
    assert iso_millis(dt.datetime(2026, 1, 2, 3, 4, tzinfo=CHINA)) == "2026-01-01T19:04:00.000Z"


KEPT = [
    # given, milliseconds kept
    (dt.datetime(1970, 1, 1, 8, tzinfo=CHINA), 0),
    (dt.datetime(1970, 1, 1, tzinfo=UTC), 0),
    (dt.datetime(1970, 1, 1, 0, 0, 0, 999, tzinfo=UTC), 0),
    (dt.datetime(1970, 1, 1, 0, 0, 0, 1999, tzinfo=UTC), 1),
    (dt.datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
]


@pytest.mark.parametrize(("moment", "millis"), KEPT)
def test_kept_in_utc_and_cut_to_the_millisecond(moment, millis):
    kept = to_utc_millis(moment)
    assert kept == from_millis(millis)
    assert (kept.tzinfo, kept.microsecond % 1000) == (UTC, 0)


@pytest.fixture
def in_new_york(monkeypatch):
    if not hasattr(time, "tzset"):
        pytest.skip("this system's local time cannot be set")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


# source: JavaScript, new Date(y, m, d, h, min) in New York
LOCAL = [
    (dt.datetime(2026, 1, 2, 3, 4), "2026-01-02T08:04:00.000Z"),  # noqa: DTZ001
    (dt.datetime(2026, 7, 2, 3, 4), "2026-07-02T07:04:00.000Z"),  # noqa: DTZ001
    (dt.datetime(2026, 11, 1, 1, 30), "2026-11-01T05:30:00.000Z"),  # noqa: DTZ001
    (dt.datetime(2026, 11, 1, 1, 30, fold=1), "2026-11-01T06:30:00.000Z"),  # noqa: DTZ001
]


@pytest.mark.usefixtures("in_new_york")
@pytest.mark.parametrize(("naive", "text"), LOCAL)
def test_a_naive_date_is_local_time(naive, text):
    assert iso_millis(to_utc_millis(naive)) == text


@pytest.mark.usefixtures("in_new_york")
@pytest.mark.parametrize(
    "frozen",
    [
        lambda: freezegun.freeze_time("2020-02-02", tz_offset=9),
        lambda: time_machine.travel("2020-02-02T00:00:00Z", tick=False),
    ],
)
def test_no_clock_library_moves_a_naive_date(frozen):
    with frozen():
        naive = dt.datetime(2026, 7, 2, 3, 4)  # noqa: DTZ001
        kept = to_utc_millis(naive)
    assert iso_millis(kept) == "2026-07-02T07:04:00.000Z"
    assert type(kept) is DATE_TYPE[0]


def test_frozen_dates_are_kept_as_real_ones():
    with freezegun.freeze_time("2026-01-02 03:04:05.678901"):
        fake = dt.datetime.now(dt.UTC)
        kept = to_utc_millis(fake)
        assert (to_millis(fake), iso_millis(fake)) == (1767323045678, "2026-01-02T03:04:05.678Z")
        assert DATE_TYPE[0] is not dt.datetime
    assert type(fake) is not DATE_TYPE[0]
    assert (type(kept), kept) == (DATE_TYPE[0], from_millis(1767323045678))


IMPORTED_WHILE_FROZEN = """
import datetime, freezegun
real = [datetime.datetime]  # in a list, because freezegun rewrites attributes that are the class
with freezegun.freeze_time("2020-02-02"):
    from cloud_fake.values import dates
    assert datetime.datetime is not real[0]
assert dates.DATE_TYPE[0] is real[0], dates.DATE_TYPE
assert type(dates.EPOCH) is real[0], type(dates.EPOCH)
assert type(dates.from_millis(5)) is real[0]
"""


def test_the_real_class_is_found_also_while_time_is_frozen():
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED_WHILE_FROZEN],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_epoch():
    assert (EPOCH, to_millis(EPOCH)) == (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), 0)


quick = settings(max_examples=100, deadline=None)
millis = st.integers(FIRST, LAST)
offsets = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: dt.timezone(dt.timedelta(minutes=minutes))
)
moments = st.datetimes(
    min_value=dt.datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    max_value=dt.datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=offsets,
)


@quick
@given(millis)
def test_numbers_survive_dates(number):
    assert to_millis(from_millis(number)) == number
    assert to_utc_millis(from_millis(number)) == from_millis(number)


@quick
@given(millis, millis)
def test_dates_and_their_texts_order_as_their_numbers(one, other):
    assert (from_millis(one) < from_millis(other)) is (one < other)
    assert (iso_millis(from_millis(one)) < iso_millis(from_millis(other))) is (one < other)


@quick
@given(moments)
def test_keeping_a_date_loses_less_than_a_millisecond_and_only_once(moment):
    kept = to_utc_millis(moment)
    assert dt.timedelta(0) <= moment - kept < dt.timedelta(milliseconds=1)
    assert to_utc_millis(kept) == kept
    assert to_millis(kept) == to_millis(moment)
