"""A user's mistakes: `mypy --strict` finds each in the line that says which, and nothing else."""

from __future__ import annotations

from cloud_fake import FakeCloud


def use(*values: object) -> None:
    """Something that a test does with what it got."""


def test_wrong_keywords(cloud: FakeCloud) -> None:
    todos = cloud.database().collection("todos")
    cloud.callFunction(nam="add")  # error: call-overload
    cloud.callFunction(name=5)  # error: call-overload
    todos.add(text="milk")  # error: call-overload
    todos.doc("a").update(dat={"n": 1})  # error: call-overload
    todos.where({"n": 1}).orderBy("n", direction="desc")  # error: call-arg
    cloud.create_collection("todos", permision="PRIVATE")  # error: call-arg
    FakeCloud(environment="dev")  # error: call-arg


def test_answers(cloud: FakeCloud) -> None:
    todos = cloud.database().collection("todos")
    total: str = todos.count().total  # error: assignment
    use(todos.get().list)  # error: attr-defined
    use(cloud.callFunction(name="add").results)  # error: attr-defined
    use(total)


async def test_forgotten_awaits(cloud: FakeCloud) -> None:
    todos = cloud.aio.database().collection("todos")
    todos.add(data={"text": "milk"})  # error: unused-coroutine
    cloud.aio.callFunction(name="add")  # error: unused-coroutine
    use(todos.get().data)  # error: attr-defined
    answer = todos.doc("a").get()
    use(answer.data)  # error: attr-defined


async def test_awaiting_the_blocking_face(cloud: FakeCloud) -> None:
    await cloud.callFunction(name="add")  # error: misc
