"""In which portions, and in which order, documents are asked by several scans."""

import pytest

from cloud_fake.query.filters import compile_filter
from cloud_fake.query.scans import all_of, blocks

DOCUMENTS = [{"n": number} for number in range(1000)]


def recording(name, divisor, asked):
    """A scan for multiples, which notes how many documents it was given."""

    def scan(documents):
        asked.append((name, len(documents)))
        return [document for document in documents if document["n"] % divisor == 0]

    return scan


def scanned(scans, documents):
    scan = all_of(scans)
    return [document for block in blocks(documents) for document in scan(block)]


def test_blocks_grow_and_hold_every_document_once():
    portions = list(blocks(DOCUMENTS * 4))
    assert [document for portion in portions for document in portion] == DOCUMENTS * 4
    assert [len(portion) for portion in portions] == [64, 256, 1024, 1024, 1024, 608]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (256, [256]), (257, [64, 193])])
def test_what_is_known_to_be_little_more_than_a_block_is_one(count, sizes):
    assert [len(portion) for portion in blocks(DOCUMENTS[:count])] == sizes


@pytest.mark.parametrize(
    ("prices", "first"),
    [((0, 0), "tenths"), ((0, 8), "halves"), ((8, 0), "tenths")],
    ids=["the stricter one", "not where it is much dearer", "the cheaper one"],
)
def test_the_scan_that_spares_most_for_its_price_goes_first(prices, first):
    asked = []
    scans = [
        (recording("halves", 2, asked), prices[0]),
        (recording("tenths", 10, asked), prices[1]),
    ]
    assert scanned(scans, DOCUMENTS) == DOCUMENTS[::10]
    assert asked[0] == ("halves", 64)  # as they came: nothing is known yet
    assert asked[-2] == (first, 680)
    assert asked[-1][1] < 680


def test_few_documents_are_not_asked_twice_to_find_an_order():
    asked = []
    scans = [(recording("halves", 2, asked), 0), (recording("tenths", 10, asked), 0)]
    assert scanned(scans, DOCUMENTS[:100]) == DOCUMENTS[:100:10]
    assert asked == [("halves", 100), ("tenths", 50)]


@pytest.mark.parametrize("odd", [{}, {"a": [1, 9]}, {"a": {"b": 9}}, {"a": None}, {"a": True}])
@pytest.mark.parametrize(
    "query", [{"a": 9}, {"a": {"$gt": 8}}, {"a": {"$lt": 3}}, {"a.b": 9}, {"a": {"$in": [9]}}]
)
def test_one_odd_document_changes_no_other_s_answer(odd, query):
    alike = [{"a": number} for number in range(10)] * 20
    filtered = compile_filter(query)
    expected = [document for document in [*alike, odd, *alike] if filtered.matches(document)]
    assert filtered.select_all([*alike, odd, *alike]) == expected
