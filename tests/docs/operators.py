"""Writes `docs/operators.md` from the tables of operators: `python -m tests.docs.operators`.

What an operator means is the first line of its docstring on the face, where the app meets it; where
it comes from are the names of the typings.
"""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloud_fake import FakeCloud
from cloud_fake.face.db.aggregation import ServerPipelineBuilder
from cloud_fake.query.operators import QUERY_OPERATORS, UNSUPPORTED_QUERY_OPERATORS
from cloud_fake.query.operators.accumulators import ACCUMULATORS
from cloud_fake.query.operators.expressions import EXPRESSION_OPERATORS
from cloud_fake.query.operators.updates import UPDATE_OPERATORS
from cloud_fake.query.stages import STAGES
from tests.face.typings import SERVER, TARO, WX

FILE = Path(__file__).parents[2] / "docs" / "operators.md"

HEAD = """\
# Operators

Every operator of the database that the fake has, and what of MongoDB it has not. This file is
written by `python -m tests.docs.operators` from the tables that the engine itself uses; a test
fails when it is out of step.

The last three columns say which typings have the name: Taro 4.2.1, wx
(miniprogram-api-typings 5.2.3), and the server SDK's (wx-server-sdk 4.0.2). What none of them has
is in the SDKs all the same, or in WeChat's manual. A name that is a keyword of Python ends in an
underscore. `_` is `db.command`, `$` is `db.command.aggregate`.
"""

COLUMNS = """\
| MongoDB | in the app | what it is | Taro | wx | server |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Table:
    """One table of operators, and how the app meets them.

    Attributes:
        title, use: what is said above it.
        operators: by MongoDB's names.
        prefix: what the app writes before a name.
        face: the object that has the names.
        typings: the names in the typings of Taro, wx and the server SDK.
        names: the app's names, where they are not MongoDB's without the `$`.
    """

    title: str
    use: str
    operators: Iterable[str]
    prefix: str
    face: Any
    typings: tuple[str, str, str]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self) -> str:
        """Its part of the file."""
        rows = "".join(f"{row}\n" for row in self._rows())
        return f"## {self.title}\n\n{self.use}\n\n{COLUMNS}{rows}"

    def _rows(self) -> Iterator[str]:
        for operator in sorted(self.operators, key=str.lower):
            for name in self.names.get(operator, (operator.removeprefix("$"),)):
                yield self._row(operator, name)

    def _row(self, operator: str, name: str) -> str:
        own = f"{name}_" if keyword.iskeyword(name) else name
        meaning = _first_line(getattr(self.face, own)).replace("|", r"\|")
        if operator in STAGES and STAGES[operator] is None:
            meaning += " **Not in the fake: `NotSupportedByFake`.**"
        marks = " | ".join("✓" if name in names.split() else "" for names in self.typings)
        return f"| `{operator}` | `{self.prefix}{own}` | {meaning} | {marks} |"


def _first_line(member: Any) -> str:
    text = inspect.getdoc(member)
    assert text, f"{member!r} has no docstring"
    return text.splitlines()[0]


def tables() -> list[Table]:
    """All tables, in the order of the file."""
    db = FakeCloud(env="docs").database()
    command, expression = db.command, db.command.aggregate
    commands = (TARO["Command"], WX["DatabaseCommand"], SERVER["DatabaseCommand"])
    expressions = (
        "",
        WX["DatabaseCommand.aggregate"],
        SERVER["DatabaseCommand.aggregate"],
    )
    return [
        Table(
            "Conditions",
            "For `where`, `match`, and inside `elemMatch`, `pull` and `not`.",
            # Those on a whole record are in no table of conditions on a value.
            [*(QUERY_OPERATORS.keys() - {"$regex"}), "$expr", "$nearSphere"],
            "_.",
            command,
            commands,
            {"$ne": ("neq",), "$nearSphere": ("geoNear",)},
        ),
        Table(
            "Regular expressions",
            "A condition of their own, and members of the lists of `in` and `nin`.",
            ["$regex"],
            "db.",
            db,
            (TARO["Database"], WX["Database"], SERVER["Database"]),
            {"$regex": ("RegExp",)},
        ),
        Table(
            "Updates",
            "For `update`. A plain value is `_.set` of it, except that an object is merged.",
            UPDATE_OPERATORS,
            "_.",
            command,
            commands,
            {"$unset": ("remove",), "$push": ("push", "unshift"), "$pop": ("pop", "shift")},
        ),
        Table(
            "Stages",
            "Of `collection.aggregate()` and of `$.pipeline()`.",
            STAGES,
            ".",
            ServerPipelineBuilder(),
            (TARO["Aggregate"], WX["Aggregate"], SERVER["PipelineBase"]),
        ),
        Table(
            "Expressions",
            "For `project`, `addFields`, `group`, wherever else a stage takes one, and `_.expr`.",
            EXPRESSION_OPERATORS,
            "$.",
            expression,
            expressions,
            {"$ne": ("neq",)},
        ),
        Table(
            "Accumulators",
            "For the fields of `group`, `bucket` and `bucketAuto`.",
            ACCUMULATORS,
            "$.",
            expression,
            expressions,
        ),
    ]


def document() -> str:
    """The whole file."""
    absent = ", ".join(f"`{name}`" for name in sorted(UNSUPPORTED_QUERY_OPERATORS))
    foot = (
        "## What MongoDB has and the SDKs have not\n\n"
        f"Conditions that raise `NotSupportedByFake`: {absent}. Of updates there is no\n"
        "`$setOnInsert`, no `$currentDate` and no array filter; no SDK can say them.\n"
    )
    return "\n".join([HEAD, *(table.text() for table in tables()), foot])


def main() -> None:
    """Write the file."""
    FILE.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
