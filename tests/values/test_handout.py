"""Handing out: what readers get, and that it is theirs alone, however what is stored came about."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake.values import handout
from cloud_fake.values.dates import from_millis
from cloud_fake.values.geo import LineString, Point
from cloud_fake.values.handout import hand_out

POINT = {"type": "Point", "coordinates": [113.3, 23]}

OUT = [
    # held, handed out; source: wx-server-sdk, which reads GeoJSON back as geo values
    ({"at": POINT}, {"at": Point(113.3, 23)}),
    ([POINT, {"a": [POINT]}], [Point(113.3, 23), {"a": [Point(113.3, 23)]}]),
    (POINT, Point(113.3, 23)),
    (
        {"way": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}},
        {"way": LineString([Point(0, 0), Point(1, 1)])},
    ),
    ({"at": {**POINT, "name": "home"}}, {"at": {**POINT, "name": "home"}}),
    (
        {"at": {"type": "Point", "coordinates": [1, 91]}},
        {"at": {"type": "Point", "coordinates": [1, 91]}},
    ),
    (
        {"at": {"type": "Shop", "coordinates": POINT}},
        {"at": {"type": "Shop", "coordinates": Point(113.3, 23)}},
    ),
    (from_millis(5), from_millis(5)),
    (None, None),
]


@pytest.mark.parametrize(("held", "handed"), OUT)
def test_handed_out(held, handed):
    assert hand_out(held) == handed


# --- nothing is shared ---------------------------------------------------------------------------


def containers(value):
    """The identity of each container in a value."""
    if isinstance(value, (dict, list)):
        yield id(value)
        for item in value.values() if isinstance(value, dict) else value:
            yield from containers(item)


def is_apart(one, other):
    return set(containers(one)).isdisjoint(containers(other))


def put_in(inner):
    flat = {"n": 1}
    flat["x"] = inner
    return flat


def put_over(inner):
    flat = {"n": 1, "x": None}.copy()
    flat["x"] = inner
    return flat


def collected(inner):
    grown = {"n": 1, "x": inner}
    gc.collect()
    return grown


def collected_before(inner):
    flat = put_in(inner)
    del flat["x"]
    gc.collect()
    return put_over(inner) | flat


# An interpreter tells flat objects from others by how they came about.
WAYS = {
    "written": lambda inner: {"n": 1, "x": inner},
    "by a comprehension": lambda inner: {name: {"n": 1, "x": inner}[name] for name in ("n", "x")},
    "from pairs": lambda inner: dict(zip(["n", "x"], [1, inner], strict=True)),
    "from keys": lambda inner: dict.fromkeys(["x"], inner),
    "put in": put_in,
    "put over": put_over,
    "by setdefault": lambda inner: (flat := {"n": 1}, flat.setdefault("x", inner))[0],
    "by update": lambda inner: (flat := {"n": 1}, flat.update(x=inner))[0],
    "merged": lambda inner: {"n": 1} | {"x": inner},
    "unpacked": lambda inner: {"n": 1, **put_in(inner)},
    "copied": lambda inner: {"n": 1, "x": inner}.copy(),
    "collected": collected,
    "flat once": collected_before,
}


@pytest.mark.parametrize("inner", [{}, [], {"a": 1}, [1], {"a": {"b": 1}}, [[], {}]], ids=repr)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_container_in_an_object_is_copied_however_it_came_there(way, inner):
    held = way(inner)
    for value in (held, [held], {"outer": held}):
        handed = hand_out(value)
        assert handed == value
        assert is_apart(handed, value)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=2) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(values)
def test_an_interpreter_that_tracks_every_object_hands_out_the_same(value):
    here = hand_out(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handout, "is_tracked", lambda _: True)
        there = hand_out(value)
    assert repr(here) == repr(there) == repr(value)
    assert is_apart(here, value)
    assert is_apart(there, value)
