"""Indexes that make themselves are seen by nobody: each answer is that of a scan."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake import CloudError, FakeCloud

VALUES = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 1.0, 2, "a", "1", [1], ["a", 2], {"b": 1}, {"b": [1]}])
)
RECORDS = st.lists(st.dictionaries(st.sampled_from("ac"), VALUES), min_size=1, max_size=5)
CONDITIONS = st.dictionaries(
    st.sampled_from(["a", "c", "a.b"]),
    st.sampled_from([0, 1, 1.5, 2, "a", "1", True, False]),
    min_size=1,
)
MANY = 120


def answer(orders, condition):
    found = orders.where(condition).limit(1000).get()["data"]
    return [record["_id"] for record in found], orders.where(condition).count()["total"]


@settings(max_examples=40, deadline=None)
@given(RECORDS, CONDITIONS, CONDITIONS)
def test_asking_again_answers_the_same(records, one, other):
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.seed({"orders": [{**records[n % len(records)], "n": n} for n in range(MANY)]})
    orders = cloud.server.database().collection("orders")
    first = [answer(orders, condition) for condition in (one, other)]
    assert [answer(orders, condition) for condition in (one, other)] == first
    assert [answer(orders, condition) for condition in (one, other)] == first


#: Writes to a few of the first records, and to new ones behind all of them.
WRITES = st.lists(
    st.tuples(
        st.sampled_from(["set", "update", "remove", "add", "again"]),
        st.integers(0, 5),
        st.dictionaries(st.sampled_from("ac"), VALUES, min_size=1),
    ),
    min_size=1,
    max_size=12,
)
PLAIN = st.sampled_from([0, 1, 2, "a", None])
PLAIN_RECORDS = st.lists(st.dictionaries(st.sampled_from("ac"), PLAIN), min_size=1, max_size=4)


def write(orders, kind, number, data):
    """One write, or two: `again` removes a record and puts it behind all others."""
    document = orders.doc(f"order {number}")
    if kind == "update":
        with suppress(CloudError):  # there may be no such record, or a path through its null
            document.update(data=data)
    elif kind == "set":
        document.set(data=data)
    elif kind == "add":
        orders.add(data=data)
    else:
        orders.where({"_id": f"order {number}"}).remove()
        if kind == "again":
            orders.add(data={"_id": f"order {number}", **data})


def scanned(cloud, condition):
    """The answer of a world that has never been asked."""
    return answer(cloud.fork().server.database().collection("orders"), condition)


@settings(max_examples=60, deadline=None)
@given(PLAIN_RECORDS, WRITES, CONDITIONS)
def test_an_index_that_outlives_writes_answers_as_a_scan_does(records, writes, condition):
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.seed(
        {
            "orders": [
                {**records[n % len(records)], "_id": f"order {n}", "n": n} for n in range(MANY)
            ]
        }
    )
    orders = cloud.server.database().collection("orders")
    for _ in range(3):
        assert answer(orders, condition) == scanned(cloud, condition)
    for kind, number, data in writes:
        write(orders, kind, number, data)
        assert answer(orders, condition) == scanned(cloud, condition)


def test_an_index_outlives_what_it_can():
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.seed({"orders": [{"_id": str(n), "a": n % 3} for n in range(MANY)]})
    orders = cloud.server.database().collection("orders")
    table = next(name for name in cloud._world.store.names() if name[0] == "records")

    def index():
        return cloud._world.store.draft().notes(table).known["a"]

    for _ in range(2):
        assert orders.where({"a": 2}).count()["total"] == 40
    made = index()
    orders.add(data={"a": 2})
    orders.doc("1").set(data={"a": 0})
    orders.doc("2").update(data={"b": 5})
    orders.doc("5").remove()
    assert orders.where({"a": 2}).count()["total"] == 40
    assert index() is made
    orders.doc("3").update(data={"a": 2})  # which comes to be wanted in its old place
    assert orders.where({"a": 2}).count()["total"] == 41
    assert index() is not made


def test_a_write_is_seen_at_once():
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.seed({"orders": [{"_id": str(n), "a": n % 3} for n in range(MANY)]})
    orders = cloud.server.database().collection("orders")
    for _ in range(3):
        assert orders.where({"a": 2}).count()["total"] == MANY // 3
    orders.doc("0").update(data={"a": 2})
    assert orders.where({"a": 2}).count()["total"] == MANY // 3 + 1
    for _ in range(3):
        assert orders.where({"a": 2}).count()["total"] == MANY // 3 + 1


def test_going_back_forgets_what_was_worked_out():
    cloud = FakeCloud(env="dev-1a2b3c")
    cloud.seed({"orders": [{"_id": str(n), "a": n % 3} for n in range(MANY)]})
    orders = cloud.server.database().collection("orders")
    before = cloud.snapshot()
    orders.where({"a": 2}).remove()
    for _ in range(3):
        assert orders.where({"a": 2}).count()["total"] == 0
    cloud.restore(before)
    assert orders.where({"a": 2}).count()["total"] == MANY // 3
    other = cloud.fork().server.database().collection("orders")
    other.where({"a": 2}).remove()
    for _ in range(3):
        assert orders.where({"a": 2}).count()["total"] == MANY // 3
        assert other.where({"a": 2}).count()["total"] == 0
