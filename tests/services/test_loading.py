"""Functions as they lie in a project: a folder each, loaded apart from everybody else."""

from __future__ import annotations

import builtins
import json
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["todos"], seed=7)
    cloud.clock.freeze()
    return cloud


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Puts a function's files into the project: its `index.py`, and others by name."""

    def put(name: str, index: str | None, files: Mapping[str, str] = MappingProxyType({})) -> Path:
        texts = files if index is None else {"index.py": index, **files}
        for file, text in texts.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return tmp_path

    return put


COUNTER = """
    calls = 0

    def main(event, context):
        global calls
        calls += 1
        return calls
"""


def called(app: Any, name: str, data: Any = None) -> Any:
    return app.callFunction(name=name, data=data).result


# --- loading -------------------------------------------------------------------------------------


def test_every_folder_with_an_index_is_a_function(
    cloud: FakeCloud, face: Any, write: Any, tmp_path: Path
) -> None:
    write("add", "def main(event, context): return event['x'] + event['y']")
    write("greet", "async def main(event, context): return f'hi {event[\"name\"]}'")
    write("common", None, {"notes.txt": "no function"})
    (tmp_path / "index.py").write_text("not a folder")
    assert cloud.load_functions(str(tmp_path)) == ["add", "greet"]
    app = face(cloud)
    assert called(app, "add", {"x": 1, "y": 2}) == 3
    assert called(app, "greet", {"name": "bob"}) == "hi bob"


def test_a_loaded_function_uses_the_cloud(cloud: FakeCloud, write: Any) -> None:
    root = write(
        "save",
        """
            def main(event, context):
                todos = context.cloud.database().collection("todos")
                return todos.add(data={"of": context.wx_context["OPENID"]})["_id"]
        """,
    )
    cloud.load_functions(root)
    made = called(cloud, "save")
    assert cloud.server.database().collection("todos").doc(made).get().data["of"] == "o-alice"


def test_into_another_environment(cloud: FakeCloud, write: Any) -> None:
    cloud.create_env("other-9z")
    cloud.load_functions(write("count", COUNTER), env="other-9z")
    assert cloud.callFunction(name="count", config={"env": "other-9z"}).result == 1
    with pytest.raises(CloudError, match="-501000"):
        cloud.callFunction(name="count")


CONFIG = {
    "timeout": 10,
    "triggers": [{"name": "at-night", "type": "timer", "config": "0 0 2 * * * *"}],
    "permissions": {"openapi": ["wxacode.get"]},
}


def test_the_config_sets_time_limit_and_timer(cloud: FakeCloud, write: Any) -> None:
    root = write(
        "nightly",
        "def main(event, context): return [event['TriggerName'], context.time_limit]",
        {"config.json": json.dumps(CONFIG)},
    )
    cloud.load_functions(root)
    assert cloud.trigger("nightly").result["result"] == ["at-night", 10]
    cloud.clock.advance(days=1)
    assert len(cloud.calls.to("timer.nightly")) == 2


TIMER = CONFIG["triggers"][0]  # type: ignore[index]
REFUSED = [
    ("{", "Expecting property name"),
    ("[]", "it holds no object"),
    ('{"timeout": "3"}', "a time limit is in seconds, above 0, not '3'"),
    ('{"triggers": {}}', "triggers is a list of at most one trigger"),
    (json.dumps({"triggers": [TIMER, TIMER]}), "triggers is a list of at most one trigger"),
    ('{"triggers": ["x"]}', "a trigger is an object of the type 'timer', not 'x'"),
    ('{"triggers": [{"type": "http"}]}', "a trigger is an object of the type 'timer'"),
    ('{"triggers": [{"type": "timer", "name": "a"}]}', "a timer is a cron text of seven fields"),
    (json.dumps({"triggers": [{**TIMER, "config": "* *"}]}), "expected 7 fields"),
    (json.dumps({"triggers": [{**TIMER, "name": "no name"}]}), "a trigger's name is at most 60"),
]


@pytest.mark.parametrize(("config", "text"), REFUSED)
def test_a_config_that_the_platform_would_not_take(
    cloud: FakeCloud, write: Any, config: str, text: str
) -> None:
    """Source: the WeChat manual, "timer triggers": one trigger in the list."""
    write("fine", COUNTER)
    root = write("wrong", COUNTER, {"config.json": config})
    with pytest.raises(MisuseError, match=text) as caught:
        cloud.load_functions(root)
    assert str(root / "wrong" / "config.json") in str(caught.value)
    with pytest.raises(CloudError, match="-501000"):
        called(cloud, "fine")  # all or none


def test_no_folder_and_no_function(cloud: FakeCloud, tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match=r"there is no folder .*nowhere"):
        cloud.load_functions(tmp_path / "nowhere")
    with pytest.raises(MisuseError, match=r"no folder in .* has an index\.py"):
        cloud.load_functions(tmp_path)


def test_javascript_wants_node(
    cloud: FakeCloud, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write("pay", None, {"index.js": "exports.main = async () => 1"})
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MisuseError, match=r"pay is a JavaScript function.* install Node\.js"):
        cloud.load_functions(root)
    write("pay", COUNTER)
    assert cloud.load_functions(root) == ["pay"]


# --- apart from everybody else -------------------------------------------------------------------


def test_a_modules_globals_are_its_instances_memory(cloud: FakeCloud, write: Any) -> None:
    cloud.load_functions(write("count", COUNTER))
    assert [called(cloud, "count") for _ in range(3)] == [1, 2, 3]
    cloud.recycle("count")
    assert called(cloud, "count") == 1
    cloud.clock.advance(minutes=31)
    assert called(cloud, "count") == 1


def test_two_clouds_and_two_functions_share_nothing(cloud: FakeCloud, write: Any) -> None:
    other = FakeCloud(env="dev-1a2b3c")
    write("one", COUNTER)
    root = write("two", COUNTER)
    for each in (cloud, other):
        each.load_functions(root)
    assert [called(cloud, "one"), called(cloud, "one"), called(cloud, "two")] == [1, 2, 1]
    assert called(other, "one") == 1


def test_recycling_reads_the_file_as_it_is_then(cloud: FakeCloud, write: Any) -> None:
    cloud.load_functions(write("fn", "def main(event, context): return 1"))
    assert called(cloud, "fn") == 1
    write("fn", "def main(event, context): return 2")
    assert called(cloud, "fn") == 1
    cloud.recycle("fn")
    assert called(cloud, "fn") == 2


FAMILY = """
    import dataclasses
    from dataclasses import dataclass
    import helper
    from helper import double
    from .helper import double as relative
    from . import helper as sibling
    import lib.text as text
    from lib import shout

    @dataclass
    class Pair:
        left: "int"
        right: "dataclasses.InitVar[int]" = 0

    def main(event, context):
        from late import later
        import late as module
        return [
            helper.double(2), double(2), relative(2), sibling.double(2), text.upper("a"),
            shout("b"), later(), module.NAME, Pair(1).left,
        ]
"""
SIBLINGS = {
    "helper.py": "def double(x): return x * 2",
    "late.py": """
        import helper
        NAME = "late"
        def later():
            from lib.text import upper
            return upper("late") * helper.double(1)
    """,
    "lib/__init__.py": "from lib.text import upper\ndef shout(x): return upper(x) + '!'",
    "lib/text.py": "def upper(x): return x.upper()",
    "data/words.txt": "no module",
}


def test_files_beside_it_can_be_imported(cloud: FakeCloud, face: Any, write: Any) -> None:
    cloud.load_functions(write("family", FAMILY, SIBLINGS))
    assert called(face(cloud), "family") == [4, 4, 4, 4, "A", "B!", "LATELATE", "late", 1]


def test_nothing_of_it_stays_behind(cloud: FakeCloud, write: Any, tmp_path: Path) -> None:
    before = {*sys.modules}, [*sys.path], [*sys.meta_path], builtins.__import__
    cloud.load_functions(write("family", FAMILY, SIBLINGS))
    called(cloud, "family")
    new = {*sys.modules} - before[0]
    assert not [name for name in new if str(tmp_path) in str(sys.modules[name])]
    assert not new & {"index", "helper", "late", "lib", "lib.text"}
    assert (sys.path, sys.meta_path, builtins.__import__) == before[1:]
    assert not [*tmp_path.rglob("__pycache__")]


def test_a_helper_of_a_name_that_somebody_else_has(cloud: FakeCloud, write: Any) -> None:
    """The folder comes first, as on the platform, and the other module is there again after."""
    before = sys.modules["textwrap"]
    root = write(
        "fn",
        "import textwrap\ndef main(event, context): return textwrap.NAME",
        {"textwrap.py": "NAME = 'mine'"},
    )
    cloud.load_functions(root)
    assert called(cloud, "fn") == "mine"
    assert sys.modules["textwrap"] is before
    assert textwrap.dedent(" a") == "a"


def test_what_is_printed_while_it_is_loaded(cloud: FakeCloud, write: Any) -> None:
    root = write("fn", "print('loading')\ndef main(event, context): print('running')")
    cloud.load_functions(root)
    called(cloud, "fn")
    called(cloud, "fn")
    assert str(cloud.calls).count("print: loading") == 1
    assert str(cloud.calls).count("print: running") == 2


# --- code that cannot be loaded ------------------------------------------------------------------

UNLOADABLE = [
    ("def handler(event, context): pass", "has no attribute 'main'"),
    ("def main(event, context)\n    pass", r"SyntaxError: expected ':' \(index.py, line 1\)"),
    ("import nowhere_to_be_found", "No module named 'nowhere_to_be_found'"),
    ("1 / 0", r"ZeroDivisionError: division by zero\n    at <module> \(.*index.py:1\)"),
    ("main = 5", "'int' object is not callable"),
    ("raise SystemExit(3)", "SystemExit: 3"),
]


@pytest.mark.parametrize(("code", "text"), UNLOADABLE)
def test_what_is_wrong_with_the_code_shows_when_it_is_called(
    cloud: FakeCloud, face: Any, write: Any, code: str, text: str
) -> None:
    cloud.load_functions(write("fn", code))
    for _ in range(2):
        with pytest.raises(CloudError, match=text) as caught:
            called(face(cloud), "fn")
        assert caught.value.code == -504002


def test_code_that_was_mended(cloud: FakeCloud, write: Any) -> None:
    cloud.load_functions(write("fn", "1 / 0"))
    with pytest.raises(CloudError):
        called(cloud, "fn")
    write("fn", "def main(event, context): return 'well'")
    assert called(cloud, "fn") == "well"
