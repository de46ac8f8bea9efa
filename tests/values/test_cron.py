"""The cron of timer triggers: which moments, in UTC+8, and what it refuses.

Source: the WeChat manual, "cloud functions: timer triggers"; its own examples open the table.
"""

from __future__ import annotations

import datetime as dt

import freezegun
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloud_fake.errors import MisuseError
from cloud_fake.values.cron import Cron
from cloud_fake.values.dates import DATE_TYPE, from_millis

CHINA = dt.timezone(dt.timedelta(hours=8))


def china(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


# --- when it fires -------------------------------------------------------------------------------

FIRES = [
    # cron, after, then (both on Chinese clocks); 2026-01-01 is a Thursday
    ("0 0 2 * * * *", "2026-01-01 01:59:59", "2026-01-01 02:00:00"),
    ("0 0 2 * * * *", "2026-01-01 02:00:00", "2026-01-02 02:00:00"),
    ("0 0 2 * * * *", "2026-12-31 02:00:00", "2027-01-01 02:00:00"),
    ("* * * * * * *", "2026-01-01 00:00:00", "2026-01-01 00:00:01"),
    ("* * * * * * *", "2026-12-31 23:59:59", "2027-01-01 00:00:00"),
    ("* * * * * * *", "2026-01-01 00:00:00.250", "2026-01-01 00:00:01"),
    ("*/5 * * * * * *", "2026-01-01 00:00:55", "2026-01-01 00:01:00"),
    ("0 0 2 1 * * *", "2026-01-01 02:00:00", "2026-02-01 02:00:00"),
    ("0 15 10 * * MON-FRI *", "2026-01-02 10:15:00", "2026-01-05 10:15:00"),
    ("0 0 10,14,16 * * * *", "2026-01-01 10:00:00", "2026-01-01 14:00:00"),
    ("0 0 10,14,16 * * * *", "2026-01-01 16:00:00", "2026-01-02 10:00:00"),
    ("0 */30 9-17 * * * *", "2026-01-01 17:30:00", "2026-01-02 09:00:00"),
    ("0 0 12 * * WED *", "2026-01-01 00:00:00", "2026-01-07 12:00:00"),
    # a start without an end runs on in steps: 1, 11, 21 ... as the manual's own example
    ("0 1/10 * * * * *", "2026-01-01 00:01:00", "2026-01-01 00:11:00"),
    ("0 1/10 * * * * *", "2026-01-01 00:51:00", "2026-01-01 01:01:00"),
    ("0 10-30/15 * * * * *", "2026-01-01 00:10:00", "2026-01-01 00:25:00"),
    ("0 10-30/15 * * * * *", "2026-01-01 00:25:00", "2026-01-01 01:10:00"),
    # the later unit rolls over although the earlier one still fits
    ("30 59 23 * * * *", "2026-01-31 23:59:30", "2026-02-01 23:59:30"),
    ("10 20 5 * * * *", "2026-01-01 05:20:10", "2026-01-02 05:20:10"),
    ("10,20 5 * * * * *", "2026-01-01 00:05:15", "2026-01-01 00:05:20"),
    # weekday 0 is Sunday, and words stand for numbers in either case
    ("0 0 0 * * 0 *", "2026-01-01 00:00:00", "2026-01-04 00:00:00"),
    ("0 0 0 * * SUN *", "2026-01-01 00:00:00", "2026-01-04 00:00:00"),
    ("0 0 0 * * 6 *", "2026-01-01 00:00:00", "2026-01-03 00:00:00"),
    ("0 0 0 * * sat *", "2026-01-01 00:00:00", "2026-01-03 00:00:00"),
    ("0 0 0 1 JUN,SEP * *", "2026-06-01 00:00:00", "2026-09-01 00:00:00"),
    ("0 0 0 1 OCT-DEC * *", "2026-12-01 00:00:00", "2027-10-01 00:00:00"),
    # month ends and leap years
    ("0 0 0 31 * * *", "2026-01-31 00:00:00", "2026-03-31 00:00:00"),
    ("0 0 0 30 * * *", "2026-01-30 00:00:00", "2026-03-30 00:00:00"),
    ("0 0 0 29 2 * *", "2026-01-01 00:00:00", "2028-02-29 00:00:00"),
    ("0 0 0 29 2 * *", "2028-02-29 00:00:00", "2032-02-29 00:00:00"),
    ("0 0 0 29 * * *", "2027-01-29 00:00:00", "2027-03-29 00:00:00"),
    ("0 0 0 29 2 * *", "1997-01-01 00:00:00", "2000-02-29 00:00:00"),
    ("0 0 0 29 2 * 2096", "2026-01-01 00:00:00", "2096-02-29 00:00:00"),
    # day and weekday both given: either is enough
    ("0 0 0 13 * FRI *", "2026-01-01 00:00:00", "2026-01-02 00:00:00"),
    ("0 0 0 13 * FRI *", "2026-01-09 00:00:00", "2026-01-13 00:00:00"),
    ("0 0 0 1-31 * MON *", "2026-01-01 00:00:00", "2026-01-02 00:00:00"),
    ("0 0 0 31 2 MON *", "2026-02-01 00:00:00", "2026-02-02 00:00:00"),
    # ... and a step is a value given, it only starts with a star
    ("0 0 0 */10 * FRI *", "2026-01-01 00:00:00", "2026-01-02 00:00:00"),
    # years
    ("0 0 0 1 1 * 2030", "2026-01-01 00:00:00", "2030-01-01 00:00:00"),
    ("0 0 0 1 1 * 2026-2099/10", "2026-01-01 00:00:00", "2036-01-01 00:00:00"),
    ("0 0 0 1 1 * *", "1960-06-01 00:00:00", "1970-01-01 00:00:00"),
    ("59 59 23 31 12 * 2099", "2026-01-01 00:00:00", "2099-12-31 23:59:59"),
]


@pytest.mark.parametrize(("cron", "after", "then"), FIRES)
def test_fires_next(cron: str, after: str, then: str) -> None:
    assert Cron.parse(cron).next_after(china(after)) == china(then)


@pytest.mark.parametrize(
    ("cron", "after"),
    [
        ("0 0 0 31 2 * *", "2026-01-01 00:00:00"),
        ("0 0 0 29 2 * 2097-2099", "2026-01-01 00:00:00"),
        ("0 0 0 1 1 * 2026", "2026-01-01 00:00:00"),
        ("* * * * * * *", "2099-12-31 23:59:59"),
        ("* * * * * * 2025", "2026-01-01 00:00:00"),
        ("* * * * * * *", "2150-01-01 00:00:00"),
    ],
)
def test_fires_no_more(cron: str, after: str) -> None:
    assert Cron.parse(cron).next_after(china(after)) is None


def test_two_in_the_morning_in_china_is_six_in_the_evening_in_utc() -> None:
    utc = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
    fires = Cron.parse("0 0 2 * * * *").next_after(utc)
    assert fires is not None
    assert fires.isoformat() == "2026-01-01T18:00:00+00:00"


def test_a_moment_may_come_in_any_zone() -> None:
    new_york = dt.timezone(dt.timedelta(hours=-5))
    fires = Cron.parse("0 0 0 1 1 * *").next_after(dt.datetime(2025, 12, 31, 10, tzinfo=new_york))
    assert fires == china("2026-01-01 00:00:00")


def test_a_frozen_process_gets_real_dates() -> None:
    with freezegun.freeze_time("2026-01-01 12:00:00"):
        fires = Cron.parse("0 0 2 * * * *").next_after(dt.datetime.now(dt.UTC))
    assert fires == china("2026-01-02 02:00:00")
    assert type(fires) is DATE_TYPE[0]


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(MisuseError, match="aware"):
        Cron.parse("* * * * * * *").next_after(dt.datetime(2026, 1, 1))  # noqa: DTZ001 - the point


# --- what it refuses -----------------------------------------------------------------------------

REFUSED = [
    ("0 0 2 * * *", 'cron "0 0 2 * * *": expected 7 fields (second minute hour'),
    ("", "found 0"),
    ("0 0 2 * * * * *", "found 8"),
    ("60 * * * * * *", 'second "60": expected 0-59, found "60"'),
    ("* 61 * * * * *", 'minute "61": expected 0-59, found "61"'),
    ("* * 24 * * * *", 'hour "24": expected 0-23'),
    ("* * * 0 * * *", 'day "0": expected 1-31'),
    ("* * * 32 * * *", 'day "32": expected 1-31'),
    ("* * * * 13 * *", 'month "13": expected 1-12 or JAN-DEC'),
    ("* * * * JANUARY * *", 'month "JANUARY": expected'),
    ("* * * * * 7 *", 'weekday "7": expected 0-6 or SUN-SAT'),
    ("* * * * * * 1969", 'year "1969": expected 1970-2099'),
    ("* * * * * * 2100", 'year "2100": expected 1970-2099'),
    ("JAN * * * * * *", 'second "JAN": expected 0-59'),
    ("* * * * * FRI-MON *", 'weekday "FRI-MON": expected the range "FRI-MON" to rise'),
    ("*/0 * * * * * *", 'second "*/0": expected a step of at least 1 after "/", found "0"'),
    ("*/ * * * * * *", 'expected a step of at least 1 after "/", found ""'),
    ("1,,2 * * * * * *", 'second "1,,2": expected 0-59, found ""'),
    ("1- * * * * * *", 'second "1-": expected 0-59, found ""'),
    ("-1 * * * * * *", 'second "-1": expected 0-59, found ""'),
    ("*-5 * * * * * *", 'second "*-5": expected 0-59, found "*"'),
    ("1-2-3 * * * * * *", 'found "2-3"'),
    ("* * * L * * *", 'day "L": expected 1-31, found "L"'),
    ("* * * ? * * *", 'found "?"'),
    ("٣ * * * * * *", 'second "٣": expected 0-59'),
    ("9" * 5000 + " * * * * * *", "expected 0-59"),
]


@pytest.mark.parametrize(("cron", "message"), REFUSED, ids=[case[0][:20] for case in REFUSED])
def test_refuses(cron: str, message: str) -> None:
    with pytest.raises(MisuseError) as caught:
        Cron.parse(cron)
    assert message in str(caught.value)


# --- against an evaluator that only knows how to look at one second ------------------------------


def ranged(lowest: int, highest: int) -> st.SearchStrategy[str]:
    number = st.integers(lowest, highest)
    spans = st.tuples(number, number).map(sorted).map(lambda span: f"{span[0]}-{span[1]}")
    stepped = st.tuples(st.one_of(st.just("*"), spans, number.map(str)), st.integers(1, 40))
    items = st.one_of(number.map(str), spans, stepped.map(lambda pair: f"{pair[0]}/{pair[1]}"))
    return st.one_of(
        st.just("*"), st.just("*"), st.lists(items, min_size=1, max_size=3).map(",".join)
    )


BOUNDS = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6), (1970, 2099)]
CRONS = st.tuples(*(ranged(*bounds) for bounds in BOUNDS)).map(" ".join)
#: From 1969 to 2100, so that both ends of the years are passed.
MOMENTS = st.integers(-31_536_000_000, 4_133_894_400_000).map(from_millis)


def allows(field: str, bounds: tuple[int, int], value: int) -> bool:
    for item in field.split(","):
        span, _, step = item.partition("/")
        start, _, end = span.partition("-")
        first = bounds[0] if start == "*" else int(start)
        last = int(end) if end else (bounds[1] if start == "*" or step else first)
        if first <= value <= last and (value - first) % int(step or 1) == 0:
            return True
    return False


def fires_at(cron: str, moment: dt.datetime) -> bool:
    wall = moment.astimezone(CHINA)
    values = [
        wall.second, wall.minute, wall.hour, wall.day, wall.month,
        wall.isoweekday() % 7, wall.year,
    ]  # fmt: skip
    fields = cron.split()
    second, minute, hour, day, month, weekday, year = (
        allows(field, bounds, value)
        for field, bounds, value in zip(fields, BOUNDS, values, strict=True)
    )
    both = fields[3] != "*" and fields[5] != "*"
    some_day = (day or weekday) if both else (day and weekday)
    return second and minute and hour and some_day and month and 1970 <= wall.year <= 2099 and year


@settings(max_examples=100, deadline=None)
@given(CRONS, MOMENTS)
def test_the_next_moment_is_later_and_fits(cron: str, moment: dt.datetime) -> None:
    fires = Cron.parse(cron).next_after(moment)
    assume(fires is not None)
    assert fires > moment
    assert fires.microsecond == 0
    assert fires.tzinfo is dt.UTC
    assert fires_at(cron, fires)


@settings(max_examples=100, deadline=None)
@given(CRONS, MOMENTS, st.data())
def test_nothing_in_between_fits(cron: str, moment: dt.datetime, data: st.DataObject) -> None:
    """Seconds right after the start, right before the end, and anywhere in between."""
    fires = Cron.parse(cron).next_after(moment)
    end = fires or dt.datetime(2101, 1, 1, tzinfo=dt.UTC)
    start = moment.replace(microsecond=0) + dt.timedelta(seconds=1)
    gap = int((end - start).total_seconds())
    anywhere = data.draw(st.lists(st.integers(0, max(gap - 1, 0)), max_size=50))
    edges = [*range(min(gap, 60)), *range(max(gap - 60, 0), gap)]
    hours = [hour * 3600 for hour in range(min(gap // 3600, 48))]
    for offset in [*edges, *hours, *(second for second in anywhere if second < gap)]:
        between = start + dt.timedelta(seconds=offset)
        assert not fires_at(cron, between), between


@settings(max_examples=50, deadline=None)
@given(CRONS, MOMENTS)
def test_firing_is_a_sequence(cron: str, moment: dt.datetime) -> None:
    """The moment right before a firing leads to that firing."""
    parsed = Cron.parse(cron)
    fires = parsed.next_after(moment)
    assume(fires is not None)
    assert parsed.next_after(fires - dt.timedelta(microseconds=1)) == fires
