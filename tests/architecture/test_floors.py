"""What the house plan says, kept true: floors, names, twins, operations, clocks and codes."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import cloud_fake
from cloud_fake import FakeCloud
from cloud_fake.errors import codes
from cloud_fake.face.modes import Face
from cloud_fake.face.terminal import Terminal
from cloud_fake.kernel.operation import Operation
from cloud_fake.services.catalogue import OPERATIONS, UNATTENDED, operation_at, vocabulary

ROOT = Path(cloud_fake.__file__).parents[1]
PACKAGE = ROOT / "cloud_fake"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def sources(under: Path) -> list[Path]:
    return sorted(under.rglob("*.py"))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), place(path))


def modules(package: str) -> list[ModuleType]:
    found = importlib.import_module(package)
    names = [found.name for found in pkgutil.walk_packages(found.__path__, f"{package}.")]
    return [found, *(importlib.import_module(name) for name in names)]


FACE = modules("cloud_fake.face")
SERVICES = modules("cloud_fake.services")
SERVER = modules("cloud_fake.server")


# --- floors --------------------------------------------------------------------------------------


def test_each_floor_imports_only_lower_ones() -> None:
    pytest.importorskip("importlinter")
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kept, 0 broken" in done.stdout


def test_every_package_has_its_floor() -> None:
    (floors,) = [c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    named = {name.strip(" ()") for layer in floors["layers"] for name in layer.split("|")}
    assert named == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def top_level_imports(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", sources(ROOT / "pytest_plugin"), ids=place)
def test_the_plugin_imports_pytest_and_no_more(path: Path) -> None:
    roots = {name.partition(".")[0] for name in top_level_imports(tree(path))}
    assert roots - sys.stdlib_module_names <= {"pytest", "pytest_plugin"}


# --- names ---------------------------------------------------------------------------------------


def test_the_public_names() -> None:
    names = cloud_fake.__all__
    assert names == sorted(names)
    assert {getattr(cloud_fake, name).__module__ for name in names} == {"cloud_fake"}
    public = {
        name
        for name, value in vars(cloud_fake).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public == set(names)


@pytest.mark.parametrize("module", [*FACE, *SERVICES], ids=lambda module: module.__name__)
def test_what_a_module_exports_is_there(module: ModuleType) -> None:
    missing = [name for name in getattr(module, "__all__", []) if not hasattr(module, name)]
    assert missing == []


def test_the_plugin_is_what_the_entry_point_names() -> None:
    assert PROJECT["project"]["entry-points"]["pytest11"] == {"cloud_fake": "pytest_plugin"}
    assert cloud_fake.__version__ == PROJECT["project"]["version"]


# --- the two faces -------------------------------------------------------------------------------

FACES: dict[str, Callable[[Any], Any]] = {
    "the SDK": lambda sdk: sdk,
    "database": lambda sdk: sdk.database(),
    "collection": lambda sdk: sdk.database().collection("todos"),
    "query": lambda sdk: sdk.database().collection("todos").where({"a": 1}),
    "document": lambda sdk: sdk.database().collection("todos").doc("id"),
    "aggregate": lambda sdk: sdk.database().collection("todos").aggregate(),
}
#: What only the blocking face has: the way to the other one, and what needs no other one.
ONLY_BLOCKING = {"aio", "device_clock"}


def public(face: Any) -> dict[str, str]:
    """The public names of a face and their signatures."""
    names = {name for name in dir(face) if not name.startswith("_")} - ONLY_BLOCKING
    return {name: signature(getattr(face, name)) for name in names}


def signature(value: Any) -> str:
    return str(inspect.signature(value)) if callable(value) else type(value).__name__


@pytest.mark.parametrize("step", FACES)
@pytest.mark.parametrize("side", ["client", "server"])
def test_both_faces_are_the_same(side: str, step: str) -> None:
    cloud = FakeCloud(env="dev", collections=["todos"])
    sdk = cloud.as_user("o-bob") if side == "client" else cloud.server
    blocking, awaitable = FACES[step](sdk), FACES[step](sdk.aio)
    assert public(blocking) == public(awaitable)
    assert (blocking._awaited, awaitable._awaited) == (False, True)


def face_classes() -> list[type]:
    found = {
        value
        for module in FACE
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Face) and value is not Face
    }
    return sorted(found, key=lambda cls: cls.__qualname__)


@pytest.mark.parametrize("cls", face_classes(), ids=lambda cls: cls.__qualname__)
def test_a_call_is_declared_and_has_no_body_of_its_own(cls: type) -> None:
    for name, value in vars(cls).items():
        if isinstance(value, Terminal):
            assert value.__name__ == name
            assert value.__doc__, f"{cls.__qualname__}.{name} says nothing"
            (function,) = ast.parse(inspect.cleandoc(source_of(value))).body
            assert isinstance(function, ast.FunctionDef)
            assert len(function.body) == 1, f"{cls.__qualname__}.{name} has a body"


def source_of(terminal: Any) -> str:
    lines = inspect.getsource(terminal.__wrapped__).splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] for line in lines)


@pytest.mark.parametrize("path", sources(PACKAGE / "face"), ids=place)
def test_nothing_is_written_twice(path: Path) -> None:
    """Both modes come from one declaration; what is `async` has no plain twin beside it."""
    nodes = list(ast.walk(tree(path)))
    plain = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    awaited = {node.name for node in nodes if isinstance(node, ast.AsyncFunctionDef)}
    assert plain & awaited == set()


# --- operations ----------------------------------------------------------------------------------


def operations_in(module: ModuleType) -> dict[int, Operation]:
    return {id(value): value for value in vars(module).values() if isinstance(value, Operation)}


def texts_in(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def named_in(module: ModuleType) -> set[str]:
    """The places of operations that a module's own code speaks of."""
    texts = texts_in(Path(str(module.__file__)))
    return {text for text in texts if re.fullmatch(r"[a-z_]+([.][a-z_]+)+:[A-Z_]+", text)}


def mentioned(module: ModuleType) -> Iterator[Operation]:
    """The operations that a module's own code names."""
    yield from map(operation_at, named_in(module))
    for node in ast.walk(tree(Path(str(module.__file__)))):
        value: Any = None
        if isinstance(node, ast.Name):
            value = getattr(module, node.id, None)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            value = getattr(getattr(module, node.value.id, None), node.attr, None)
        if isinstance(value, Operation):
            yield value


@pytest.mark.parametrize(("where", "name"), OPERATIONS.items())
def test_what_the_catalogue_says_is_there(where: str, name: str) -> None:
    assert isinstance(operation_at(where), Operation)
    assert operation_at(where).name == name


def test_the_catalogue_holds_every_operation_once() -> None:
    declared = {key: op for module in SERVICES for key, op in operations_in(module).items()}
    catalogued = {id(operation_at(where)) for where in OPERATIONS}
    assert len(OPERATIONS) == len(catalogued)
    assert {declared[key].name for key in declared.keys() - catalogued} == set()
    assert OPERATIONS.keys() > UNATTENDED


@pytest.mark.parametrize("module", [*FACE, *SERVER], ids=lambda module: module.__name__)
def test_a_face_names_operations_of_the_catalogue(module: ModuleType) -> None:
    assert named_in(module) - OPERATIONS.keys() == set()


def test_every_operation_is_reached_and_no_other_is() -> None:
    doors = [*FACE, *SERVER]
    reached = {id(operation): operation for module in doors for operation in mentioned(module)}
    attended = OPERATIONS.keys() - UNATTENDED
    catalogued = {id(operation_at(where)): operation_at(where) for where in attended}
    assert {reached[key].name for key in reached.keys() - catalogued.keys()} == set()
    left = {catalogued[key].name for key in catalogued.keys() - reached.keys()}
    # What the server asks for by its canonical name.
    asked_on_a_wire = set[str]().union(*map(texts_in, sources(PACKAGE / "server")))
    assert left - asked_on_a_wire == set()


def reached_by(face: Any) -> dict[str, Operation]:
    """The operations behind a face's calls, by the call's name."""
    members = inspect.getmembers_static(type(face), lambda value: isinstance(value, Terminal))
    return {name: terminal.operation for name, terminal in members}


#: Who has which call of the SDK itself: one operation for both, one for each, or only one side.
SHARED = {"callFunction", "getTempFileURL", "deleteFile"}
OWN_ON_EACH_SIDE = {"uploadFile", "downloadFile"}
ONLY_SERVER = {"callOpenAPI", "getOpenData"}
ONLY_CLIENT = {"callContainer", "connectContainer"}


def test_which_side_has_which_call() -> None:
    cloud = FakeCloud(env="dev")
    client, server = reached_by(cloud.as_user("o-bob")), reached_by(cloud.server)
    assert client.keys() == SHARED | OWN_ON_EACH_SIDE | ONLY_CLIENT
    assert server.keys() == SHARED | OWN_ON_EACH_SIDE | ONLY_SERVER
    assert {name for name in client if client[name] is server.get(name)} == SHARED
    both = client.keys() & server.keys()
    assert all(client[name].name == server[name].name for name in both)


@pytest.mark.parametrize("name", vocabulary())
def test_a_canonical_name_is_dotted(name: str) -> None:
    service, *rest = name.split(".")
    assert service.isalpha()
    assert rest
    assert all(word == "{target}" or word.isalpha() for word in rest)


# --- clocks and dice -----------------------------------------------------------------------------

DICE = {"random", "secrets", "uuid"}
MOMENTS = {"now", "utcnow", "today"}
CLOCKS = {"datetime", "date", "dt"}
STOPWATCHES = {
    "clock_gettime",
    "gmtime",
    "localtime",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "time",
    "time_ns",
}
ALLOWED = {"cloud_fake/kernel/clock.py", "cloud_fake/kernel/ids.py"}


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_direct(node: ast.AST) -> bool:
    """Whether a piece of code asks the process for the time or for chance."""
    if isinstance(node, ast.Import):
        return any(alias.name in DICE for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        clocks = node.module == "time" and any(n.name in STOPWATCHES for n in node.names)
        return node.module in DICE or clocks
    if not isinstance(node, ast.Attribute):
        return False
    owner = last_name(node.value).strip("_")
    return (
        (node.attr in MOMENTS and owner in CLOCKS)
        or (node.attr in STOPWATCHES and owner == "time")
        or (node.attr == "urandom" and owner == "os")
    )


def test_only_clock_and_ids_ask_the_process() -> None:
    asking = [
        f"{place(path)}:{getattr(node, 'lineno', 0)}"
        for path in sources(PACKAGE)
        if place(path) not in ALLOWED
        for node in ast.walk(tree(path))
        if is_direct(node)
    ]
    assert asking == []


DIRECT = [
    "import random",
    "import uuid",
    "from random import choice",
    "from time import time",
    "datetime.now()",
    "_datetime.datetime.now(tz)",
    "date.today()",
    "time.monotonic()",
    "os.urandom(8)",
]
INDIRECT = ["clock.now()", "self.world.clock.now()", "time.sleep(1)", "from time import sleep"]


@pytest.mark.parametrize(
    ("code", "direct"), [*((code, True) for code in DIRECT), *((code, False) for code in INDIRECT)]
)
def test_what_counts_as_asking_the_process(code: str, direct: bool) -> None:
    assert any(map(is_direct, ast.walk(ast.parse(code)))) is direct


# --- codes ---------------------------------------------------------------------------------------

CODES = {
    name: value
    for name, value in vars(codes).items()
    if isinstance(value, codes.Code) and not name.startswith("_")
}


def named_in_code() -> set[str]:
    """Every name that the code outside of the table mentions."""
    table = PACKAGE / "errors" / "codes.py"
    return {
        last_name(node)
        for path in sources(PACKAGE)
        if path != table
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Name, ast.Attribute))
    }


def test_every_code_is_raised_by_the_fake_or_can_be_scripted_by_its_number() -> None:
    named = named_in_code()
    idle = [
        name
        for name, code in CODES.items()
        if name not in named and codes.Code.numbered(code.client) is not code
    ]
    assert idle == []


def test_a_code_s_number_tells_its_floor() -> None:
    assert all(str(-number)[0] in "456" for number in codes.DESCRIPTIONS)
    assert len(codes.BY_NAME) == len(CODES)
