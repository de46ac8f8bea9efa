"""WeChat's open API under the drivers' verbs: the database is asked in JavaScript text."""

from __future__ import annotations

import json
from typing import Any

from cloud_fake.values.ejson import decode
from tests.clients.asking import shown

__all__ = ["OpenAPI", "Refused", "statement"]


class Refused(Exception):
    """A failure of the open API."""

    def __init__(self, number: int | None, text: str) -> None:
        super().__init__(text)
        self.number = number


def js(value: Any) -> str:
    """A value of the table as JavaScript."""
    if isinstance(value, list):
        return f"[{', '.join(map(js, value))}]"
    if not isinstance(value, dict):
        return json.dumps(value)
    for key, word in _WORDS.items():
        if value.keys() == {key}:
            return word(value[key])
    return f"{{{', '.join(f'{json.dumps(key)}: {js(item)}' for key, item in value.items())}}}"


def _chain(begin: str, calls: Any) -> str:
    return begin + "".join(f".{name}({', '.join(map(js, args))})" for name, *args in calls)


_WORDS = {
    "_": lambda calls: _chain("_", calls),
    "$": lambda calls: _chain("$", calls),
    "date": lambda millis: f"new Date({millis})",
    "point": lambda place: f"db.Geo.Point({place[0]}, {place[1]})",
    "regexp": lambda options: f"db.RegExp({json.dumps(options)})",
}


def statement(name: str, *calls: list[Any]) -> str:
    return _chain(f"db.collection({json.dumps(name)})", calls)


def read(text: str) -> Any:
    """A record that was answered, in the table's words."""
    return _places(shown(decode(json.loads(text))))


def _places(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("type") == "Point":
            return {"point": list(value["coordinates"])}
        return {key: _places(item) for key, item in value.items()}
    return [_places(item) for item in value] if isinstance(value, list) else value


class OpenAPI:
    """The verbs, of whatever can ask `tcb/<name>` with a body."""

    def query(self, name: str, text: str) -> Any:
        """The whole answer to a query text."""
        raise NotImplementedError

    def add(self, name: str, data: Any) -> Any:
        return self.addMany(name, data)[0]

    def addMany(self, name: str, data: Any) -> Any:
        return self.query("databaseadd", statement(name, ["add", {"data": data}]))["id_list"]

    def get(self, name: str, record_id: str) -> Any:
        return self._found(statement(name, ["doc", record_id], ["get"]))[0]

    def find(self, name: str, parts: Any) -> Any:
        steps = [[step, parts[step]] for step in ("where", "limit", "field") if step in parts]
        order = [["orderBy", *parts["order"]]] if "order" in parts else []
        return self._found(statement(name, *steps, *order, ["get"]))

    def _found(self, text: str) -> Any:
        return [read(record) for record in self.query("databasequery", text)["data"]]

    def count(self, name: str, where: Any) -> Any:
        text = statement(name, ["where", where], ["count"])
        return self.query("databasecount", text)["count"]

    def set(self, name: str, record_id: str, data: Any) -> Any:
        text = statement(name, ["doc", record_id], ["set", {"data": data}])
        said = self.query("databaseupdate", text)
        return {"updated": said["modified"], "created": int(said["id"] == record_id)}

    def updateOne(self, name: str, record_id: str, data: Any) -> Any:
        text = statement(name, ["doc", record_id], ["update", {"data": data}])
        return self.query("databaseupdate", text)["modified"]

    def update(self, name: str, where: Any, data: Any) -> Any:
        text = statement(name, ["where", where], ["update", {"data": data}])
        return self.query("databaseupdate", text)["modified"]

    def removeOne(self, name: str, record_id: str) -> Any:
        return self.query("databasedelete", statement(name, ["doc", record_id], ["remove"]))[
            "deleted"
        ]

    def remove(self, name: str, where: Any) -> Any:
        return self.query("databasedelete", statement(name, ["where", where], ["remove"]))[
            "deleted"
        ]

    def aggregate(self, name: str, stages: Any) -> Any:
        text = statement(name, ["aggregate"], *stages, ["end"])
        return [read(document) for document in self.query("databaseaggregate", text)["data"]]
