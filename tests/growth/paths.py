"""Ways to use a cloud much: each with the exponent that its cost should have.

The test run counts the function calls of two small sizes; the benchmarks take the time of large
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from cloud_fake import CloudError, FakeCloud

__all__ = ["PATHS", "Path"]

Work = Callable[[], object]


class Path(NamedTuple):
    """One way.

    Attributes:
        title: what is done.
        prepare: given n, makes what is needed and answers with the work itself.
        grows: 1 if the work does n things, 0 if it does some things among n others.
        largest: the n up to which it is measured.
    """

    title: str
    prepare: Callable[[int], Work]
    grows: float
    largest: int


def made(**options: Any) -> FakeCloud:
    return FakeCloud(env="dev-1a2b3c", collections=["todos"], **{"timeline_limit": 100, **options})


def todos(cloud: FakeCloud) -> Any:
    return cloud.server.database().collection("todos")


def numbered(n: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"_id": str(number), "n": number, **fields} for number in range(n)]


def each(items: Iterable[Any], do: Callable[[Any], object]) -> Work:
    """Do it with every item, and keep nothing."""

    def work() -> None:
        for item in items:
            do(item)

    return work


# --- records -------------------------------------------------------------------------------------


def push_one_by_one(n: int) -> Work:
    cloud = made()
    _ = cloud.database().command
    todos(cloud).doc("a").set(data={"list": []})
    record = todos(cloud).doc("a")
    return each(range(n), lambda item: record.update(data={"list": _.push(item)}))


def set_a_long_array(n: int) -> Work:
    record, data = todos(made()).doc("a"), {"list": [{"n": number} for number in range(n)]}
    return each(range(3), lambda _: (record.set(data=data), record.get()))


def ask_for_all_of_a_long_array(n: int) -> Work:
    cloud = made()
    _ = cloud.database().command
    cloud.seed({"todos": [{"_id": "a", "list": list(range(n))}]})
    return lambda: todos(cloud).where({"list": _.all(list(range(n)))}).count()


def keep_a_set_in_an_array(n: int) -> Work:
    cloud = made()
    _ = cloud.database().command
    cloud.seed({"todos": [{"_id": "a", "list": []}]})
    values = list(range(n))
    record = todos(cloud).doc("a")

    def work() -> None:
        record.update(data={"list": _.addToSet({"$each": values})})
        record.update(data={"list": _.pullAll(values)})

    return work


def nested(depth: int) -> dict[str, Any]:
    document: dict[str, Any] = {"leaf": 1}
    for _ in range(depth):
        document = {"inner": document}
    return document


def nest_deeply(n: int) -> Work:
    cloud = made()
    record, query = todos(cloud).doc("a"), todos(cloud).where(nested(n))
    path = ".".join(["inner"] * n + ["leaf"])

    def work() -> None:
        record.set(data=nested(n))
        record.update(data={path: 2})
        query.get()
        todos(cloud).orderBy(path, "asc").field({path: True}).get()
        todos(cloud).aggregate().match({path: 2}).project({"leaf": f"${path}"}).end()

    return work


def add_many(n: int) -> Work:
    add = todos(made()).add
    return each(range(n), lambda number: add(data={"n": number}))


def add_many_to_a_unique_index(n: int) -> Work:
    cloud = made()
    cloud.create_index("todos", ["n"], unique=True)
    return each(range(n), lambda number: todos(cloud).add(data={"n": number}))


def seed_many_times(n: int) -> Work:
    cloud = made()
    return each(numbered(n), lambda record: cloud.seed({"todos": [record]}))


def make_many_collections(n: int) -> Work:
    cloud = made()
    database = cloud.server.database()

    def work(number: int) -> None:
        cloud.create_collection(f"c{number}")
        database.collection(f"c{number}").add(data={})

    return each(range(n), work)


# --- watches -------------------------------------------------------------------------------------


def ignore(_told: object) -> None:
    """A listener that does nothing."""


def write_where_one_watch_of_many_looks(n: int) -> Work:
    cloud = made()
    watched = cloud.database().collection("todos")
    for number in range(n):
        watched.where({"k": number}).watch(onChange=ignore, onError=ignore)
    added = watched.add(data={"k": 5, "n": 0})["_id"]
    return each(range(20), lambda number: watched.doc(added).update(data={"n": number}))


def write_where_many_records_are_watched_one_by_one(n: int) -> Work:
    cloud = made()
    cloud.seed({"todos": numbered(n)})
    watched = cloud.database().collection("todos")
    for number in range(n):
        watched.doc(str(number)).watch(onChange=ignore, onError=ignore)
    return each(range(20), lambda number: watched.doc("7").update(data={"n": -number}))


def write_into_a_large_watched_result(n: int) -> Work:
    cloud = made()
    cloud.seed({"todos": numbered(n)})
    watched = cloud.database().collection("todos")
    watched.where({"n": cloud.database().command.gte(-9)}).watch(onChange=ignore, onError=ignore)
    return each(range(9), lambda number: watched.doc("7").update(data={"m": number}))


def add_where_the_newest_are_watched(n: int) -> Work:
    cloud = made()
    watched = cloud.database().collection("todos")
    watched.orderBy("n", "desc").limit(20).watch(onChange=ignore, onError=ignore)
    return each(range(n), lambda number: watched.add(data={"n": number}))


def open_many_watches(n: int) -> Work:
    watched = made().database().collection("todos")
    return each(
        range(n), lambda number: watched.where({"k": number}).watch(onChange=ignore, onError=ignore)
    )


# --- calls ---------------------------------------------------------------------------------------


def call_many_times(n: int) -> Work:
    cloud = made(timeline_limit=None)
    cloud.seed({"todos": numbered(1)})
    record = todos(cloud).doc("0")
    return each(range(n), lambda _: record.get())


def with_calls(n: int) -> FakeCloud:
    cloud = made(timeline_limit=None)
    call_many = todos(cloud).doc("missing").remove
    for _ in range(n):
        call_many()
    return cloud


def read_a_long_timeline(n: int) -> Work:
    cloud = with_calls(n)

    def work() -> None:
        assert len(cloud.calls.lines()) == n
        assert len(cloud.transcript()["entries"]) == n
        assert cloud.calls.to("database.todos.remove").attempts == n

    return work


def number_every_attempt(n: int) -> Work:
    cloud = with_calls(n)
    return lambda: [call.attempt for call in cloud.calls]


def ask_what_became_of_many_faults(n: int) -> Work:
    cloud = made(timeline_limit=None)
    rule = cloud.faults.fail("database.todos.count")
    for _ in range(n):
        with suppress(CloudError):
            todos(cloud).count()
    return lambda: cloud.faults.verdict(rule)


def call_functions(n: int) -> Work:
    cloud = made()
    cloud.register_function("echo", lambda event, context: event)
    return each(range(n), lambda _: cloud.callFunction(name="echo", data={"n": 1}))


# --- faults --------------------------------------------------------------------------------------


def make_many_rules(n: int) -> Work:
    cloud = made()
    add = cloud.faults.add
    return each(range(n), lambda number: add(f"function.f{number}: fail once optional"))


def call_among_rules_that_cannot_match(n: int) -> Work:
    cloud = made()
    for number in range(n):
        cloud.faults.fail(f"function.f{number}", optional=True)
    cloud.seed({"todos": numbered(1)})
    record = todos(cloud).doc("0")
    record.get()
    return each(range(50), lambda _: record.get())


def call_among_rules_that_match(n: int) -> Work:
    cloud = made()
    for _ in range(n):
        cloud.faults.on("database.todos.get", optional=True).delay(0.001).p(0.5)
    return each(range(5), lambda _: todos(cloud).get())


# --- state and time ------------------------------------------------------------------------------


def write_while_reads_may_be_stale(n: int) -> Work:
    cloud = made()
    cloud.clock.freeze()
    cloud.faults.on("database.todos.get", optional=True).stale_read(lag=10)
    add = todos(cloud).add
    return each(range(n), lambda number: add(data={"n": number}))


def chain_of_snapshots(n: int) -> Work:
    cloud = made()
    cloud.seed({"todos": numbered(10)})
    kept: list[Any] = []

    def work() -> None:
        for number in range(n):
            kept.append(cloud.snapshot())
            todos(cloud).doc("7").update(data={"n": -number})
        for state in reversed(kept):
            cloud.restore(state)

    return work


def chain_of_forks(n: int) -> Work:
    def work() -> None:
        world = made()
        for number in range(n):
            world = world.fork()
            todos(world).doc("a").set(data={"n": number})

    return work


def fork_a_large_world(n: int) -> Work:
    cloud = made()
    cloud.seed({"todos": numbered(n)})
    return each(range(20), lambda _: cloud.fork())


def let_many_timers_run(n: int) -> Work:
    cloud = made()
    cloud.clock.freeze()
    for number in range(n):
        cloud._world.clock.after(number % 97, lambda: None)
    return lambda: cloud.clock.advance(hours=1)


def take_back_many_timers(n: int) -> Work:
    cloud = made()
    cloud.clock.freeze()

    def work(_number: int) -> None:
        cloud._world.clock.after(1000, lambda: None).cancel()
        cloud.clock.advance(0.001)

    return each(range(n), work)


def write_much_in_one_transaction(n: int) -> Work:
    cloud = made()

    def body(transaction: Any) -> None:
        for number in range(n):
            transaction.collection("todos").doc(str(number)).set(data={"n": number})

    return lambda: cloud.server.database().runTransaction(body)


def many_open_transactions(n: int) -> Work:
    database = made().server.database()
    opened = [database.startTransaction() for _ in range(n)]

    def work() -> None:
        for number, transaction in enumerate(opened):
            transaction.collection("todos").doc(str(number)).set(data={"n": number})
        for transaction in opened:
            transaction.commit()

    return work


# --- files ---------------------------------------------------------------------------------------


def uploaded(n: int) -> tuple[FakeCloud, list[str]]:
    cloud = made()
    server = cloud.server
    return cloud, [
        server.uploadFile(cloudPath=f"a/{number}.txt", fileContent=b"x").fileID
        for number in range(n)
    ]


def upload_many(n: int) -> Work:
    return lambda: uploaded(n)


def delete_fifty_files_of_many(n: int) -> Work:
    cloud, ids = uploaded(n)

    def work() -> None:
        cloud.server.getTempFileURL(fileList=ids[:50])
        cloud.server.deleteFile(fileList=ids[:50])

    return work


PATHS = (
    Path("push one by one onto an array", push_one_by_one, 1, 10_000),
    Path("set and get an array of n objects", set_a_long_array, 1, 20_000),
    Path("$all of n values on an array of n", ask_for_all_of_a_long_array, 1, 20_000),
    Path("addToSet and pullAll of n values", keep_a_set_in_an_array, 1, 20_000),
    Path("records nested n deep, by every way", nest_deeply, 1, 80),
    Path("add n records", add_many, 1, 20_000),
    Path("add n records to a unique index", add_many_to_a_unique_index, 1, 20_000),
    Path("seed n times", seed_many_times, 1, 10_000),
    Path("make n collections", make_many_collections, 1, 1_000),
    Path("write where one of n watches looks", write_where_one_watch_of_many_looks, 0, 1_000),
    Path(
        "write one of n records watched apart",
        write_where_many_records_are_watched_one_by_one,
        0,
        1_000,
    ),
    # Its snapshots list all of them.
    Path("write into a watched result of n", write_into_a_large_watched_result, 1, 5_000),
    Path("add n where the newest are watched", add_where_the_newest_are_watched, 1, 5_000),
    Path("open n watches", open_many_watches, 1, 1_000),
    Path("n calls on the timeline", call_many_times, 1, 50_000),
    Path("read a timeline of n calls", read_a_long_timeline, 1, 10_000),
    Path("number the attempts of n calls", number_every_attempt, 1, 10_000),
    Path("what became of n faults", ask_what_became_of_many_faults, 1, 5_000),
    Path("n function calls", call_functions, 1, 5_000),
    Path("make n fault rules", make_many_rules, 1, 1_000),
    Path("call among n rules that cannot match", call_among_rules_that_cannot_match, 0, 1_000),
    Path("call among n rules that match", call_among_rules_that_match, 1, 400),
    Path("add n while reads may be stale", write_while_reads_may_be_stale, 1, 5_000),
    Path("n snapshots and restores", chain_of_snapshots, 1, 1_000),
    Path("a chain of n forks", chain_of_forks, 1, 1_000),
    Path("fork a world of n records", fork_a_large_world, 0, 20_000),
    Path("let n timers run", let_many_timers_run, 1, 10_000),
    Path("set n timers and take them back", take_back_many_timers, 1, 10_000),
    Path("n writes in one transaction", write_much_in_one_transaction, 1, 5_000),
    Path("n open transactions", many_open_transactions, 1, 900),
    Path("upload n files", upload_many, 1, 10_000),
    Path("delete 50 of n files", delete_fifty_files_of_many, 0, 10_000),
)
