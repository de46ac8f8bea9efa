"""Geo values: what the constructors take, how documents hold them, how they lie on the globe."""

from __future__ import annotations

import copy
import math
import pickle
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloud_fake.errors import Refusal
from cloud_fake.values.geo import (
    EARTH_RADIUS_METRES,
    Geo,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    distance_metres,
    intersects,
    point_of,
    shape_of,
    within,
    within_radius,
)
from cloud_fake.values.geo.sphere import Arc, angle
from cloud_fake.values.handout import hand_out
from cloud_fake.values.intake import take_in
from cloud_fake.values.kinds import MISSING

DEGREE = 111318.845  # metres of one degree of latitude on MongoDB's sphere


def line(*pairs: tuple[float, float]) -> LineString:
    return LineString([Point(*pair) for pair in pairs])


def ring(*pairs: tuple[float, float]) -> LineString:
    return line(*pairs, pairs[0])


def polygon(*rings: list[tuple[float, float]]) -> Polygon:
    return Polygon([ring(*pairs) for pairs in rings])


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north)]


# --- the constructors ----------------------------------------------------------------------------

A, B, C = Point(0, 0), Point(1, 0), Point(1, 1.5)
AB = LineString([A, B])
ABC = LineString([A, B, C, A])

GEOJSON = [
    (Point(113.3, 23), {"type": "Point", "coordinates": [113.3, 23]}),
    (AB, {"type": "LineString", "coordinates": [[0, 0], [1, 0]]}),
    (Polygon([ABC]), {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1.5], [0, 0]]]}),
    (MultiPoint([A, C]), {"type": "MultiPoint", "coordinates": [[0, 0], [1, 1.5]]}),
    (
        MultiLineString([AB, AB]),
        {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 0]], [[0, 0], [1, 0]]]},
    ),
    (
        MultiPolygon([Polygon([ABC])]),
        {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1.5], [0, 0]]]]},
    ),
]
SHAPES = [shape for shape, _ in GEOJSON]


@pytest.mark.parametrize(("shape", "geojson"), GEOJSON)
def test_a_shape_and_its_geojson_stand_for_each_other(shape, geojson):
    assert shape.geojson() == shape.toJSON() == geojson
    assert shape_of(geojson) == shape
    assert type(shape)(geojson) == shape  # source: wx typings, IGeoPolygonConstructor and so on
    assert type(shape_of(geojson)) is type(shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_a_value(shape):
    twin = shape_of(shape.geojson())
    assert (twin, hash(twin)) == (shape, hash(shape))
    assert copy.deepcopy(shape) == pickle.loads(pickle.dumps(shape)) == shape
    assert {shape: "found"}[twin] == "found"
    assert repr(shape) == repr(twin)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_does_not_change(shape):
    held = [name for name in ("longitude", "points", "lines", "polygons") if hasattr(shape, name)]
    assert len(held) == 1
    with pytest.raises(AttributeError):
        setattr(shape, held[0], 5)


@pytest.mark.parametrize("shape", SHAPES)
def test_geojson_shares_nothing_with_the_shape(shape):
    shape.geojson()["coordinates"].clear()
    assert shape.geojson()["coordinates"]


def test_shapes_of_other_kinds_or_places_are_not_equal():
    assert len({*SHAPES, LineString([A, C]), MultiPoint([A, B]), Point(23, 13.3)}) == 9
    assert MultiPoint([A, B]) != LineString([A, B])
    assert Point(1, 2) == Point(1.0, 2.0)


def test_the_parts_have_the_names_of_the_sdk():
    assert (C.longitude, C.latitude) == (1, 1.5)
    assert AB.points == MultiPoint([A, B]).points == (A, B)
    assert Polygon([ABC]).lines == MultiLineString([ABC]).lines == (ABC,)
    assert MultiPolygon([Polygon([ABC])]).polygons == (Polygon([ABC]),)
    assert repr(AB) == "LineString([Point(0, 0), Point(1, 0)])"


def test_db_geo_has_the_six_constructors():
    made = Geo.Polygon([Geo.LineString([Geo.Point(0, 0), Geo.Point(1, 0), Geo.Point(0, 0)])])
    assert made == polygon([(0, 0), (1, 0)])
    several = Geo.MultiPoint([A]), Geo.MultiLineString([AB]), Geo.MultiPolygon([made])
    assert [type(shape) for shape in several] == [MultiPoint, MultiLineString, MultiPolygon]


LONGITUDE = "longitude should be a number ranges from -180 to 180"
LATITUDE = "latitude should be a number ranges from -90 to 90"
NUMBER = "Geo Point must be number type"

REFUSED = [
    # source: @cloudbase/database 1.4.3, validate.js and geo/*.js
    (lambda: Point(180.1, 0), LONGITUDE),
    (lambda: Point(-181, 0), LONGITUDE),
    (lambda: Point(math.nan, 0), LONGITUDE),
    (lambda: Point(181, 91), LONGITUDE),
    (lambda: Point(0, 90.5), LATITUDE),
    (lambda: Point(0, -math.inf), LATITUDE),
    (lambda: Point("113", 23), NUMBER),
    (lambda: Point(113, None), NUMBER),
    (lambda: Point(113), NUMBER),
    (lambda: Point(True, 0), NUMBER),
    (lambda: Point([1, 2]), NUMBER),
    (lambda: Point({"type": "LineString", "coordinates": [1, 2]}), NUMBER),
    (lambda: Point({"type": "Point", "coordinates": [1, 2, 3]}), NUMBER),
    (lambda: LineString(5), '"points" must be of type Point[]. Received type number'),
    (lambda: LineString(None), '"points" must be of type Point[]. Received type object'),
    (lambda: LineString(MISSING), '"points" must be of type Point[]. Received type undefined'),
    (lambda: LineString({}), '"points" must be of type Point[]. Received type object'),
    (lambda: Polygon(AB.geojson()), '"lines" must be of type LineString[]. Received type object'),
    (lambda: LineString([A]), '"points" must contain 2 points at least'),
    (lambda: LineString([A, [1, 1]]), '"points" must be of type Point[]. Received type object[]'),
    (lambda: LineString([A, "B"]), '"points" must be of type Point[]. Received type string[]'),
    (lambda: MultiPoint("AB"), '"points" must be of type Point[]. Received type string'),
    (lambda: MultiPoint([]), '"points" must contain 1 point at least'),
    (lambda: MultiPoint([AB]), '"points" must be of type Point[]. Received type object[]'),
    (lambda: MultiLineString(len), '"lines" must be of type LineString[]. Received type function'),
    (lambda: MultiLineString([]), "Polygon must contain 1 linestring at least"),
    (lambda: MultiLineString([A]), '"lines" must be of type LineString[]. Received type object[]'),
    (lambda: Polygon(ABC), '"lines" must be of type LineString[]. Received type object'),
    (lambda: Polygon([]), "Polygon must contain 1 linestring at least"),
    (lambda: Polygon([A]), '"lines" must be of type LineString[]. Received type object[]'),
    (lambda: Polygon([line((0, 0), (1.5, 0))]), "LineString [0,0],[1.5,0] is not a closed cycle"),
    (lambda: Polygon([ABC, AB]), "LineString [0,0],[1,0] is not a closed cycle"),
    (lambda: MultiPolygon(1), '"polygons" must be of type Polygon[]. Received type number'),
    (lambda: MultiPolygon([]), "MultiPolygon must contain 1 polygon at least"),
    (lambda: MultiPolygon([True]), '"polygon" must be of type Polygon[]. Received type boolean[]'),
]


@pytest.mark.parametrize(("make", "text"), REFUSED)
def test_the_constructors_refuse_what_the_platform_refuses(make, text):
    with pytest.raises(Refusal) as caught:
        make()
    assert (caught.value.code, caught.value.text) == (-401003, text)


@pytest.mark.parametrize("pair", [(180, 90), (-180, -90), (0, 0), (0.5, -89.999)])
def test_the_ends_of_the_globe_are_on_it(pair):
    assert Point(*pair).geojson()["coordinates"] == list(pair)


class Degrees(float):
    """A number of another class, as numpy's are."""


def test_documents_get_exact_numbers():
    coordinates = Point(Degrees(1.5), 2).geojson()["coordinates"]
    assert [type(number) for number in coordinates] == [float, int]


# --- in documents --------------------------------------------------------------------------------

CIRCLE: list[object] = []
CIRCLE.append(CIRCLE)

NOT_SHAPES = [
    {},
    {"coordinates": [1, 2]},
    {"type": "Point"},
    {"type": "Point", "coordinates": [1, 2], "crs": None},
    {"type": "point", "coordinates": [1, 2]},
    {"type": ["Point"], "coordinates": [1, 2]},
    {"type": None, "coordinates": [1, 2]},
    {"kind": "Point", "coordinates": [1, 2]},
    {"type": "Point", "coordinates": None},
    {"type": "Point", "coordinates": [1]},
    {"type": "Point", "coordinates": [1, 2, 3]},
    {"type": "Point", "coordinates": ["1", 2]},
    {"type": "Point", "coordinates": [181, 2]},
    {"type": "Point", "coordinates": [True, 2]},
    {"type": "Point", "coordinates": {"0": 1, "1": 2}},
    {"type": "Point", "coordinates": [[1, 2]]},
    {"type": "LineString", "coordinates": [1, 2]},
    {"type": "LineString", "coordinates": [[1, 2]]},
    {"type": "LineString", "coordinates": CIRCLE},
    {"type": "MultiPoint", "coordinates": []},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]},
    {"type": "Polygon", "coordinates": [[0, 0], [1, 0], [0, 0]]},
    {"type": "Polygon", "coordinates": "[]"},
    {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1]]]]},
    {"type": "MultiPolygon", "coordinates": CIRCLE},
    {"type": "GeometryCollection", "coordinates": []},
]


@pytest.mark.parametrize("document", NOT_SHAPES)
def test_what_only_resembles_geojson_is_no_shape(document):
    assert shape_of(document) is None


POINTS = [
    ({"type": "Point", "coordinates": [1, 2]}, Point(1, 2)),
    ({"longitude": 1, "latitude": 2}, Point(1, 2)),
    ({"latitude": 2, "longitude": 1}, Point(1, 2)),
    ([1, 2], Point(1, 2)),
    (Point(1, 2), Point(1, 2)),
    ([1, 2, 3], None),
    ([1, "2"], None),
    ([1, 91], None),
    ([[1, 2]], None),
    ({"longitude": 1}, None),
    ({"longitude": 1, "latitude": 2, "height": 3}, None),
    ({"longitude": 1, "latitude": None}, None),
    ({"type": "MultiPoint", "coordinates": [[1, 2]]}, None),
    ({}, None),
    ("1,2", None),
    (None, None),
    (5, None),
]


@pytest.mark.parametrize(("value", "point"), POINTS)
def test_a_point_may_be_written_in_three_ways(value, point):
    assert point_of(value) == point


@pytest.mark.parametrize(("shape", "geojson"), GEOJSON)
def test_documents_keep_geojson_and_hand_out_shapes(shape, geojson):
    stored = take_in({"at": [shape]})
    assert stored == {"at": [geojson]}
    assert type(stored["at"][0]) is dict
    assert hand_out(stored) == {"at": [shape]}


# --- distances -----------------------------------------------------------------------------------

BEIJING, SHANGHAI = Point(116.4074, 39.9042), Point(121.4737, 31.2304)
GUANGZHOU, SHENZHEN = Point(113.2644, 23.1291), Point(114.0579, 22.5431)
LONDON, PARIS = Point(-0.1278, 51.5074), Point(2.3522, 48.8566)
NEW_YORK, TOKYO = Point(-74.0060, 40.7128), Point(139.6917, 35.6895)
LOS_ANGELES, SYDNEY = Point(-118.2437, 34.0522), Point(151.2093, -33.8688)

CITIES = [
    # source: published great-circle distances, kilometres
    (BEIJING, SHANGHAI, 1068),
    (GUANGZHOU, SHENZHEN, 104.3),
    (LONDON, PARIS, 344),
    (LONDON, NEW_YORK, 5571),
    (LOS_ANGELES, TOKYO, 8816),
    (LOS_ANGELES, SYDNEY, 12051),
]


@pytest.mark.parametrize(("here", "there", "kilometres"), CITIES)
def test_cities_are_as_far_from_each_other_as_they_are(here, there, kilometres):
    assert distance_metres(here, there) == pytest.approx(kilometres * 1000, rel=0.005)


QUARTER = 90 * DEGREE
HOLED = polygon(box(-10, -10, 10, 10), box(-2, -2, 2, 2))

DISTANCES = [
    # one, other, degrees of a great circle between them
    ("one degree north", Point(0, 0), Point(0, 1), 1),
    ("one degree east on the equator", Point(0, 0), Point(1, 0), 1),
    ("across the antimeridian", Point(179.5, 0), Point(-179.5, 0), 1),
    ("across the pole", Point(0, 89), Point(180, 89), 2),
    ("the pole has no longitude", Point(13, 90), Point(-170, 90), 0),
    ("antipodes", Point(20, 30), Point(-160, -30), 180),
    ("a point and itself", Point(1, 1), Point(1, 1), 0),
    ("abeam a line", line((-5, 0), (5, 0)), Point(2, 3), 3),
    ("past the end of a line", line((-5, 0), (5, 0)), Point(7, 0), 2),
    ("at an end of a line", line((-5, 0), (5, 0)), Point(5, 0), 0),
    ("behind a line", line((-5, 0), (5, 0)), Point(180, 0), 175),
    ("the pole of a line", line((-5, 0), (5, 0)), Point(0, 90), 90),
    ("a line over the antimeridian", line((175, 0), (-175, 0)), Point(180, 2), 2),
    ("a line over the pole", line((0, 80), (180, 80)), Point(90, 90), 0),
    ("a line without length", line((3, 0), (3, 0)), Point(0, 0), 3),
    ("a line between antipodes", line((0, 0), (180, 0)), Point(0, 10), 10),
    ("two lines", line((-5, 0), (5, 0)), line((0, 4), (0, 9)), 4),
    ("two lines that cross", line((-5, 0), (5, 0)), line((0, -4), (0, 9)), 0),
    ("two lines, end to end", line((-5, 0), (5, 0)), line((6, 0), (9, 0)), 1),
    ("inside a polygon", HOLED, Point(5, 5), 0),
    ("outside a polygon", HOLED, Point(13, 0), 3),
    ("in a hole", HOLED, Point(1, 0), 1),
    ("on the edge of a hole", HOLED, Point(2, 0), 0),
    ("a line through a polygon", HOLED, line((-20, 0), (20, 0)), 0),
    ("a line in a hole", HOLED, line((0, 0), (1, 0)), 1),
    ("a polygon in a polygon", HOLED, polygon(box(4, 4, 5, 5)), 0),
    ("a polygon round a polygon", polygon(box(4, 4, 5, 5)), HOLED, 0),
    ("the nearest of several points", MultiPoint([Point(5, 0), Point(-2, 0)]), Point(0, 0), 2),
    (
        "the nearest of several lines",
        MultiLineString([line((5, 0), (9, 0)), line((0, 3), (0, 6))]),
        Point(0, 0),
        3,
    ),
    (
        "the nearest of several polygons",
        MultiPolygon([HOLED, polygon(box(20, -1, 30, 1))]),
        Point(19, 0),
        1,
    ),
]


@pytest.mark.parametrize(
    ("one", "other", "degrees"), [pytest.param(*case, id=name) for name, *case in DISTANCES]
)
def test_distances_between_shapes(one, other, degrees):
    assert distance_metres(one, other) == pytest.approx(degrees * DEGREE, rel=1e-8, abs=1e-5)
    assert distance_metres(other, one) == pytest.approx(degrees * DEGREE, rel=1e-8, abs=1e-5)
    assert intersects(one, other) == intersects(other, one) == (degrees == 0)


# --- inside --------------------------------------------------------------------------------------

SQUARE = polygon(box(0, 0, 10, 10))
NOTCHED = polygon([(0, 0), (10, 0), (10, 10), (5, 2), (0, 10)])
PACIFIC = polygon(box(170, -10, -170, 10))
ARCTIC = polygon([(longitude, 60) for longitude in range(-180, 180, 30)])
SOUTHERN = polygon([(longitude, -10) for longitude in range(-180, 180, 30)])
NORTH_OF_EQUATOR = polygon([(longitude, 0) for longitude in range(-180, 180, 30)])
# A belt of the globe that is open between 170 east and 170 west: small, but not in any hemisphere.
BELT = polygon(
    [(longitude, -5) for longitude in range(-170, 171, 10)]
    + [(longitude, 5) for longitude in range(170, -171, -10)]
)
# An eighth of the globe and its neighbour: their edges are the equator and meridians.
OCTANT = polygon([(0, 0), (90, 0), (0, 90)])
PIERCED = polygon(box(0, 0, 10, 10), [(3, 5), (6, 5)])
BOW_TIE = polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
SLIVER = polygon([(0, 0), (10, 0)])
TWO_BOXES = MultiPolygon([polygon(box(0, 0, 5, 5)), polygon(box(5, 0, 10, 5))])

POINTS_WITHIN = [
    ("the middle", SQUARE, (5, 5), True),
    ("outside", SQUARE, (11, 5), False),
    ("behind the globe", SQUARE, (-175, -5), False),
    ("a corner", SQUARE, (10, 10), True),
    ("an edge along the equator", SQUARE, (5, 0), True),
    ("an edge along a meridian", SQUARE, (10, 3), True),
    ("past an edge along the equator", SQUARE, (10.001, 0), False),
    ("edges are geodesics: they bend to the pole", SQUARE, (5, 10.03), True),
    ("and no further", SQUARE, (5, 10.05), False),
    ("south of an edge that bends", polygon(box(0, -20, 10, -10)), (5, -10.01), False),
    ("beside a hole", HOLED, (5, 0), True),
    ("in a hole", HOLED, (0, 0), False),
    ("the edge of a hole", HOLED, (2, 1), True),
    ("the corner of a hole", HOLED, (-2, -2), True),
    ("in a notch", NOTCHED, (5, 3), False),
    ("below a notch", NOTCHED, (5, 1), True),
    ("on the antimeridian, from the east", PACIFIC, (180, 0), True),
    ("on the antimeridian, from the west", PACIFIC, (-180, 0), True),
    ("west of the antimeridian", PACIFIC, (-175, 5), True),
    ("east of the antimeridian", PACIFIC, (175, 5), True),
    ("not the long way round", PACIFIC, (0, 0), False),
    ("the pole", ARCTIC, (0, 90), True),
    ("the pole under another longitude", ARCTIC, (77, 90), True),
    ("near the pole", ARCTIC, (-135, 80), True),
    ("south of a polar ring", ARCTIC, (0, 50), False),
    ("the other pole", ARCTIC, (0, -90), False),
    ("the smaller side of a ring", SOUTHERN, (0, -90), True),
    ("the larger side of a ring", SOUTHERN, (0, 0), False),
    ("the larger side's pole", SOUTHERN, (0, 90), False),
    ("half of the globe: left of an eastward ring", NORTH_OF_EQUATOR, (15, 40), True),
    ("half of the globe: not right of it", NORTH_OF_EQUATOR, (15, -40), False),
    ("half of the globe: the edge", NORTH_OF_EQUATOR, (17, 0), True),
    ("a belt", BELT, (0, 0), True),
    ("the far side of a belt", BELT, (165, 4), True),
    ("north of a belt", BELT, (0, 6), False),
    ("a belt's opening", BELT, (180, 0), False),
    ("a belt's pole", BELT, (0, 90), False),
    ("an octant", OCTANT, (45, 45), True),
    ("an octant's pole", OCTANT, (45, 90), True),
    ("beside an octant", OCTANT, (-1, 45), False),
    ("a wing of a bow tie", BOW_TIE, (9, 5), True),
    ("the other wing", BOW_TIE, (1, 5), True),
    ("between the wings", BOW_TIE, (5, 1), False),
    ("on a polygon without area", SLIVER, (5, 0), True),
    ("beside a polygon without area", SLIVER, (5, 0.001), False),
    ("at a polygon of one point", polygon([(3, 3), (3, 3)]), (3, 3), True),
    ("beside a polygon of one point", polygon([(3, 3), (3, 3)]), (3, 3.001), False),
    ("the second of several", TWO_BOXES, (7, 2), True),
    ("none of several", TWO_BOXES, (7, 7), False),
]


@pytest.mark.parametrize(
    ("outer", "pair", "expected"), [pytest.param(*case, id=name) for name, *case in POINTS_WITHIN]
)
def test_points_within_polygons(outer, pair, expected):
    point = Point(*pair)
    assert within(point, outer) is expected
    assert intersects(point, outer) is intersects(outer, point) is expected
    assert within(MultiPoint([point]), outer) is expected
    assert (distance_metres(point, outer) == pytest.approx(0, abs=1e-5)) is expected


@pytest.mark.parametrize("metres", [1e-2, 1, 100, 1e5])
def test_polygons_of_every_size_tell_inside_from_outside(metres):
    side = metres / DEGREE
    tiny = polygon(box(113, 23, 113 + side, 23 + side))
    assert within(Point(113 + side / 2, 23 + side / 2), tiny)
    assert not within(Point(113 + side / 2, 23 - side / 10), tiny)
    assert not within(Point(113 + side * 1.1, 23 + side / 2), tiny)


WITHIN = [
    # inner, outer, whether inner is within outer, whether they meet
    ("a line", line((1, 1), (9, 9)), SQUARE, True, True),
    ("a line that leaves", line((1, 1), (11, 9)), SQUARE, False, True),
    ("a line along an edge", line((0, 2), (0, 8)), SQUARE, True, True),
    ("a line along an edge and on", line((0, 2), (0, 12)), SQUARE, False, True),
    ("a line from edge to edge", line((0, 2), (10, 2)), SQUARE, True, True),
    ("a line that touches from outside", line((10, 5), (15, 5)), SQUARE, False, True),
    ("a line beside", line((11, 5), (15, 5)), SQUARE, False, False),
    ("a line over a notch", line((1, 7), (9, 7)), NOTCHED, False, True),
    ("a line over a notch, corner to corner", line((0, 10), (10, 10)), NOTCHED, False, True),
    ("a line through the notch's corner", line((5, 0), (5, 2)), NOTCHED, True, True),
    ("a line on into the notch", line((5, 0), (5, 4)), NOTCHED, False, True),
    ("a line over a hole", line((-5, 0), (5, 0)), HOLED, False, True),
    ("a line over a hole, from its edges", line((-2, 0), (2, 0)), HOLED, False, True),
    ("a line along the edge of a hole", line((-2, -1), (-2, 1)), HOLED, True, True),
    ("a line in a hole", line((-1, 0), (1, 0)), HOLED, False, False),
    ("a line across the antimeridian", line((175, 1), (-175, 2)), PACIFIC, True, True),
    ("a line over the pole", line((0, 70), (180, 70)), ARCTIC, True, True),
    ("a bent line", line((1, 1), (5, 1), (9, 7)), NOTCHED, True, True),
    ("points", MultiPoint([Point(1, 1), Point(9, 9)]), SQUARE, True, True),
    ("points, not all", MultiPoint([Point(1, 1), Point(19, 9)]), SQUARE, False, True),
    ("points, none", MultiPoint([Point(-1, 1), Point(19, 9)]), SQUARE, False, False),
    ("a polygon", polygon(box(2, 2, 3, 3)), SQUARE, True, True),
    ("itself", SQUARE, SQUARE, True, True),
    ("itself with its hole", HOLED, HOLED, True, True),
    ("a polygon round it", polygon(box(-1, -1, 11, 11)), SQUARE, False, True),
    ("a polygon across it", polygon(box(4, -3, 6, 13)), SQUARE, False, True),
    ("a polygon that shares an edge", polygon(box(10, 0, 20, 10)), SQUARE, False, True),
    ("a polygon that shares a corner", polygon(box(-5, -5, 0, 0)), SQUARE, False, True),
    ("a polygon far away", polygon(box(100, 0, 110, 10)), SQUARE, False, False),
    ("a polygon that fills the hole", polygon(box(-2, -2, 2, 2)), HOLED, False, True),
    ("a polygon in the hole", polygon(box(-1, -1, 1, 1)), HOLED, False, False),
    ("a polygon round the hole", polygon(box(-5, -5, 5, 5)), HOLED, False, True),
    ("a ring round the hole", polygon(box(-5, -5, 5, 5), box(-3, -3, 3, 3)), HOLED, True, True),
    ("a hole without area", polygon(box(1, 1, 9, 9)), PIERCED, True, True),
    ("the octant's half", polygon([(0, 0), (45, 0), (0, 90)]), OCTANT, True, True),
    ("one of two boxes", polygon(box(6, 1, 9, 4)), TWO_BOXES, True, True),
    ("across two boxes: neighbours are not one", line((4, 1), (6, 1)), TWO_BOXES, False, True),
    ("a piece in each box", MultiLineString([line((1, 1), (2, 2)), line((6, 1), (7, 1))]),
     TWO_BOXES, True, True),
    ("polygons in polygons", TWO_BOXES, SQUARE, True, True),
    ("polygons, not all", SQUARE, TWO_BOXES, False, True),
    ("a line in a line: a line has no inside", line((1, 1), (2, 2)), line((1, 1), (2, 2)),
     False, True),
    ("a point in a point", Point(1, 1), MultiPoint([Point(1, 1)]), False, True),
    ("lines that cross", line((0, 0), (4, 4)), line((0, 4), (4, 0)), False, True),
    ("lines that touch", line((0, 0), (4, 0)), line((2, 0), (2, 4)), False, True),
    ("lines that lie on one another", line((0, 0), (4, 0)), line((3, 0), (9, 0)), False, True),
    ("lines that cross behind the globe", line((-5, 0), (5, 0)), line((180, -5), (180, 5)),
     False, False),
    ("lines that share an end", line((0, 0), (4, 3)), line((4, 3), (8, 0)), False, True),
    ("parallel lines", line((0, 0), (4, 0)), line((0, 1), (4, 1)), False, False),
    ("lines that cross at the pole", line((0, 80), (180, 80)), line((90, 70), (-90, 70)),
     False, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("inner", "outer", "is_within", "meet"),
    [pytest.param(*case, id=name) for name, *case in WITHIN],
)
def test_lines_and_polygons_within_polygons(inner, outer, is_within, meet):
    assert within(inner, outer) is is_within
    assert intersects(inner, outer) is intersects(outer, inner) is meet


# --- within a radius -----------------------------------------------------------------------------

RADIUS = [
    # shape, centre, degrees, whether all of the shape is within them of the centre
    ("a point", Point(0, 3), Point(0, 0), 3.001, True),
    ("a point at the very radius", Point(0, 3), Point(0, 0), 3, True),
    ("a point too far", Point(0, 3), Point(0, 0), 2.999, False),
    ("the centre", Point(7, 7), Point(7, 7), 0, True),
    ("nothing is nearer than near", Point(7, 7), Point(7, 7), -1, False),
    ("across the antimeridian", Point(-179, 0), Point(179, 0), 2.001, True),
    ("a line", line((0, 0), (0, 5)), Point(0, 0), 5.001, True),
    ("a line, not all of it", line((0, 0), (0, 5)), Point(0, 0), 4.999, False),
    ("points, not all", MultiPoint([Point(0, 0), Point(0, 5)]), Point(0, 0), 4.999, False),
    ("a polygon", polygon(box(-1, -1, 1, 1)), Point(0, 0), 1.5, True),
    ("a polygon's corners", polygon(box(-1, -1, 1, 1)), Point(0, 0), 1.4, False),
    ("over half of the globe", ARCTIC, Point(0, -20), 150, True),
    ("a region round the antipode", ARCTIC, Point(0, -90), 170, False),
    ("a line past the antipode", line((0, 89), (180, 89)), Point(0, -90), 179.5, False),
    ("all of the globe", ARCTIC, Point(0, -90), 180, True),
]


@pytest.mark.parametrize(
    ("shape", "centre", "degrees", "expected"),
    [pytest.param(*case, id=name) for name, *case in RADIUS],
)
def test_shapes_within_a_radius(shape, centre, degrees, expected):
    assert within_radius(shape, centre, math.radians(degrees)) is expected


def test_the_radius_is_on_the_sphere_of_the_distances():
    kilometres = distance_metres(GUANGZHOU, SHENZHEN) / 1000
    assert within_radius(SHENZHEN, GUANGZHOU, (kilometres + 1e-6) / 6378.1)
    assert not within_radius(SHENZHEN, GUANGZHOU, (kilometres - 1e-6) / 6378.1)
    assert EARTH_RADIUS_METRES == 6378100


# --- properties ----------------------------------------------------------------------------------

# To a tenth of a millimetre: nearer than that, two places are one.
longitudes = st.floats(-180, 180).map(lambda degrees: round(degrees, 9))
latitudes = st.floats(-90, 90).map(lambda degrees: round(degrees, 9))
points = st.builds(Point, longitudes, latitudes)
lines = st.lists(points, min_size=2, max_size=4).map(LineString)
quick = settings(max_examples=60, deadline=None)


@st.composite
def around(draw, reach=40.0):
    """A convex polygon, its middle, and how many degrees its corners are from there."""
    longitude, latitude = draw(longitudes), draw(st.floats(-45, 45))
    radius = draw(st.floats(0.001, reach))
    turns = draw(st.lists(st.integers(0, 359), min_size=3, max_size=8, unique=True))
    turns.sort()
    gaps = [after - before for before, after in pairwise([*turns, turns[0] + 360])]
    assume(max(gaps) < 170)
    corners = [_away(longitude, latitude, radius, turn) for turn in turns]
    return polygon(corners), Point(longitude, latitude), radius


def _away(longitude, latitude, radius, turn):
    """Where a great circle leads from a place after some degrees (the direct problem)."""
    north, far, course = map(math.radians, (latitude, radius, turn))
    sine = math.sin(north) * math.cos(far) + math.cos(north) * math.sin(far) * math.cos(course)
    east = math.atan2(
        math.sin(course) * math.sin(far) * math.cos(north), math.cos(far) - math.sin(north) * sine
    )
    full = math.degrees(east) + longitude
    return ((full + 180) % 360 - 180, math.degrees(math.asin(sine)))


shapes = st.one_of(points, lines, around().map(lambda made: made[0]))


@quick
@given(shapes, shapes)
def test_distance_and_meeting_are_symmetric(one, other):
    assert distance_metres(one, other) == pytest.approx(distance_metres(other, one), abs=1e-6)
    assert intersects(one, other) == intersects(other, one)


@quick
@given(points, points, points, points)
def test_arcs_that_cross_do_so_on_both(a, b, c, d):
    one, other = Arc(a.place, b.place), Arc(c.place, d.place)
    place = one.crossing(other)
    assert (place is None) is (other.crossing(one) is None)
    if place is None:
        assert not intersects(LineString([a, b]), LineString([c, d])) or any(
            arc.touches(end)
            for arc, line in [(one, other), (other, one)]
            for end in (line.start, line.end)
        )
    else:
        assert angle(place, other.crossing(one)) < 1e-9
        assert one.angle_to(place) < 1e-9
        assert other.angle_to(place) < 1e-9


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("one", "other", "pair"), [
    (line((-5, 0), (5, 0)), line((0, -5), (0, 5)), (0, 0)),
    (line((175, 10), (-175, 10)), line((180, 0), (180, 20)), (180, 10.037)),
    (line((0, 80), (180, 80)), line((90, 70), (-90, 70)), (0, 90)),
])  # fmt: skip
def test_where_arcs_cross(one, other, pair, swapped):
    arcs = [Arc(*one.places), Arc(*other.places)]
    first, second = reversed(arcs) if swapped else arcs
    for arc in (second, Arc(second.end, second.start)):
        assert angle(first.crossing(arc), Point(*pair).place) < 1e-5


@quick
@given(points, points, points)
def test_no_way_over_a_third_place_is_shorter(one, other, third):
    over = distance_metres(one, third) + distance_metres(third, other)
    assert distance_metres(one, other) <= over + 1e-6


@quick
@given(points, st.floats(0.001, 179), st.floats(0, 360))
def test_distance_is_what_was_walked(start, degrees, course):
    assume(abs(start.latitude) < 89.9)
    end = Point(*_away(start.longitude, start.latitude, degrees, course))
    assert distance_metres(start, end) == pytest.approx(degrees * DEGREE, rel=1e-6)


@quick
@given(around(), points, st.integers(0, 7), st.booleans())
def test_a_ring_may_start_anywhere_and_run_either_way(made, point, start, backwards):
    area, middle, _ = made
    pairs = [tuple(corner.coordinates) for corner in area.lines[0].points[:-1]]
    start %= len(pairs)
    turned = pairs[start:] + pairs[:start]
    same = polygon(turned[::-1] if backwards else turned)
    for place in (point, middle):
        assert within(place, same) is within(place, area)
        assert intersects(place, same) is intersects(place, area)


@quick
@given(around(), st.floats(0, 359))
def test_a_convex_polygon_holds_its_middle_its_corners_and_not_what_is_out_of_reach(made, course):
    area, middle, radius = made
    corners = area.lines[0].points
    assert within(middle, area)
    assert all(within(corner, area) for corner in corners)
    assert all(within(LineString([middle, corner]), area) for corner in corners)
    outside = Point(*_away(middle.longitude, middle.latitude, radius * 1.01, course))
    assert not within(outside, area)


@quick
@given(shapes, around())
def test_what_is_within_meets(shape, made):
    area, middle, radius = made
    assert within(area, area)
    if within(shape, area):
        assert intersects(shape, area)
        assert within_radius(shape, middle, math.radians(radius) + 1e-9)


@quick
@given(shapes, points, st.floats(0, math.pi))
def test_the_cap_holds_what_is_as_near_as_its_radius(shape, centre, radians):
    if within_radius(shape, centre, radians):
        assert distance_metres(shape, centre) <= radians * EARTH_RADIUS_METRES + 1e-3
    if isinstance(shape, LineString):
        farthest = max(distance_metres(point, centre) for point in shape.points)
        assume(abs(farthest / EARTH_RADIUS_METRES - radians) > 1e-9)
        if radians < math.pi / 2:  # such a cap is convex: the corners tell
            assert within_radius(shape, centre, radians) is (
                farthest <= radians * EARTH_RADIUS_METRES
            )


@quick
@given(shapes)
def test_every_shape_survives_a_document(shape):
    assert hand_out(take_in(shape)) == shape
    assert shape_of(shape.geojson()) == shape


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@quick
@given(st.sampled_from([type(shape).__name__ for shape in SHAPES]), anything)
def test_no_coordinates_break_the_recogniser(name, coordinates):
    document = {"type": name, "coordinates": coordinates}
    shape = shape_of(document)
    assert shape is None or shape.geojson() == document
    point = point_of(coordinates)
    assert point is None or type(point) is Point
