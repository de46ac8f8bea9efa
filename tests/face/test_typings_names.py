"""Every name that the typings give to the database is a name of the Python face.

`typings.py` has the names, of Taro 4.2.1, wx 5.2.3 and wx-server-sdk 4.0.2.
"""

from __future__ import annotations

import inspect
import keyword
from typing import Any, get_args, get_type_hints

import pytest

from cloud_fake import FakeCloud
from cloud_fake.face.terminal import CALLBACKS, Terminal
from cloud_fake.models import results
from tests.face.typings import TYPINGS

#: In the typings, and nowhere in the SDKs themselves, or nothing that an app can reach.
NOT_HERE = {
    ("wx 5.2.3", "APIBaseContract"): "a base of the SDK's own classes, which no API hands out",
    ("wx-server-sdk 4.0.2", "Database.identifiers"): "no member of the SDK's own class Database",
    ("wx-server-sdk 4.0.2", "Database.debug"): "no member of the SDK's own class Database",
    **{
        (source, f"{interface}.query"): "no method takes it: the condition comes from where()"
        for source, interface in [
            ("Taro 4.2.1", "Document.IRemoveDocumentOptions"),
            ("wx 5.2.3", "IRemoveDocumentOptions"),
            ("wx-server-sdk 4.0.2", "IRemoveDocumentOptions"),
        ]
    },
    **{
        ("wx-server-sdk 4.0.2", f"I{verb}DocumentOptions.stringifyTest"): "of the SDK's own tests"
        for verb in ("Get", "Update", "UpdateSingle", "SetSingle", "Remove")
    },
}

CASES = [
    pytest.param(source, interface, id=f"{source} {interface}")
    for source, interfaces in TYPINGS.items()
    for interface in interfaces
]


def names_of(source: str, interface: str) -> list[str]:
    return TYPINGS[source][interface].split()


def is_expected(source: str, interface: str, name: str) -> bool:
    keys = {(source, interface), (source, f"{interface}.{name}")}
    return keys.isdisjoint(NOT_HERE)


@pytest.mark.parametrize(("source", "interface"), CASES)
def test_every_name_of_the_typings_is_there(source: str, interface: str) -> None:
    here = face_of(source, interface)
    missing = [
        name
        for name in names_of(source, interface)
        if is_expected(source, interface, name) and not has(here, name)
    ]
    assert missing == []


def test_what_is_excused_is_not_there_after_all() -> None:
    for source, path in NOT_HERE:
        interface, _, name = path.rpartition(".")
        if interface in TYPINGS[source]:
            assert name in names_of(source, interface)
            assert not has(face_of(source, interface), name)
        else:
            assert path in TYPINGS[source]


def has(here: Any, name: str) -> bool:
    python_name = f"{name}_" if keyword.iskeyword(name) else name
    if isinstance(here, (set, frozenset)):
        return name in here or python_name in here
    return hasattr(here, python_name)


# --- what stands for an interface -----------------------------------------------------------------


def face_of(source: str, interface: str) -> Any:
    """The Python thing, or the set of its names, that stands for an interface of the typings."""
    cloud = FakeCloud(env="dev-1a2b3c", collections=["todos"])
    sdk = cloud.server if "server" in source else cloud
    name = interface.rpartition(".")[2]
    return _of_database(sdk.database()).get(name) or _of_options(sdk.database()).get(name, set())


def _of_database(db: Any) -> dict[str, Any]:
    _, todos = db.command, db.collection("todos")
    chain = _.gt(1).and_(_.lt(2))
    point = db.Geo.Point(113.3, 23.1)
    line = db.Geo.LineString([point, db.Geo.Point(114, 23), db.Geo.Point(114, 24), point])
    polygon = db.Geo.Polygon([line])
    shapes = {
        "Point": point,
        "MultiPoint": db.Geo.MultiPoint([point]),
        "LineString": line,
        "MultiLineString": db.Geo.MultiLineString([line]),
        "Polygon": polygon,
        "MultiPolygon": db.Geo.MultiPolygon([polygon]),
    }
    geojson = {kind: set(shape.toJSON()) for kind, shape in shapes.items()}
    return {
        "Database": db,
        "ServerDate": db.serverDate(offset=5),
        "IRegExp": db.RegExp(regexp="a"),
        "RegExp": db.RegExp(regexp="a"),
        "Collection": todos,
        "CollectionReference": todos,
        "Document": todos.doc("a"),
        "DocumentReference": todos.doc("a"),
        "Query": todos.where({}),
        "Command": _,
        "DatabaseCommand": _,
        "project": _.project,
        "aggregate": _.aggregate,
        "DatabaseLogicCommand": chain,
        "DatabaseQueryCommand": _.gt(1),
        "DatabaseUpdateCommand": _.inc(1),
        "LOGIC_COMMANDS_LITERAL": _,
        "QUERY_COMMANDS_LITERAL": _,
        "UPDATE_COMMANDS_LITERAL": _,
        "Aggregate": todos.aggregate(),
        "PipelineBase": todos.aggregate(),
        "IGeo": db.Geo,
        **{f"Geo{kind}": shape for kind, shape in shapes.items()},
        **{f"JSON{kind}": names for kind, names in geojson.items()},
        **{f"IGeoJSON{kind}": names for kind, names in geojson.items()},
    }


def _of_options(db: Any) -> dict[str, set[str]]:
    todos = db.collection("todos")
    hints = get_type_hints(results.DocChange)
    return {
        "IOptions": _parameters(db.serverDate),
        "IServerDateOptions": _parameters(db.serverDate),
        "IRegExpOptions": _parameters(db.RegExp),
        "IAddDocumentOptions": _keywords(todos, "add"),
        "IGetDocumentOptions": _keywords(todos, "get"),
        "IUpdateDocumentOptions": _keywords(todos, "update"),
        "IRemoveDocumentOptions": _keywords(todos, "remove"),
        "IUpdateSingleDocumentOptions": _keywords(todos.doc("a"), "update"),
        "ISetSingleDocumentOptions": _keywords(todos.doc("a"), "set"),
        "IWatchDocumentOptions": _parameters(todos.watch),
        "IWatchOptions": _parameters(todos.watch),
        "UPDATE_COMMAND_MODIFIERS_LITERAL": _modifiers(db),
        "IDatabaseConfig": set(FakeCloud(env="dev").server.database(env="dev").config),
        "QueueType": set(get_args(hints["queueType"])),
        "DataType": set(get_args(hints["dataType"])),
        "ISnapshot": _fields(results.Snapshot),
        "ChangeEvent": _fields(results.DocChange),
        "ISingleDBEvent": _fields(results.DocChange),
        "IWatcher": _watcher_names(),
        "RealtimeListener": _watcher_names(),
        "IQueryResult": _fields(results.QueryResult),
        "IQuerySingleResult": _fields(results.DocumentResult),
        "IAddResult": _fields(results.AddResult),
        "IUpdateResult": _fields(results.UpdateResult),
        "ISetResult": _fields(results.SetResult),
        "IRemoveResult": _fields(results.RemoveResult),
        "ICountResult": _fields(results.CountResult),
        "IAggregateResult": _fields(results.AggregateResult),
    }


def _parameters(function: Any) -> set[str]:
    return set(inspect.signature(function).parameters)


def _keywords(face: Any, call: str) -> set[str]:
    terminal = inspect.getattr_static(face, call)
    assert isinstance(terminal, Terminal)
    callbacks = CALLBACKS if face._session.dialect.callbacks else ()
    return {*terminal.keywords, *callbacks}


def _modifiers(db: Any) -> set[str]:
    """Those that `push` keeps of what it is given."""
    from cloud_fake.models.encoding import encode_update

    given = {"each": [1], "position": 0, "slice": 1, "sort": 1, "other": 1}
    pushed = encode_update({"a": db.command.push(given)})["$push"]["a"]
    return {name.removeprefix("$") for name in pushed}


def _watcher_names() -> set[str]:
    cloud = FakeCloud(env="dev", collections=["todos"])
    watcher = cloud.database().collection("todos").watch(onChange=id, onError=id)
    watcher.close()
    return set(dir(watcher))


def _fields(result: type) -> set[str]:
    return set(get_type_hints(result))
