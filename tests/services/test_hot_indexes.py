"""Indexes that make themselves are seen by nobody: each answer is that of a scan."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_fake import FakeCloud

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
