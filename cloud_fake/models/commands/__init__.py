"""Models: what `db.command` makes. Plain values that say what is asked; `encoding` words them.

```
Command            `_`: eq gt … and_ or_ …      -> QueryCommand, LogicCommand
                        set inc push …          -> UpdateCommand
  .project         slice elemMatch              -> ProjectionCommand
  .aggregate       AggregateCommand: $op(x)     -> {"$op": x}
```
"""

from cloud_fake.models.commands.aggregate import AggregateCommand
from cloud_fake.models.commands.command import Command, ProjectCommand
from cloud_fake.models.commands.values import (
    LogicCommand,
    ProjectionCommand,
    QueryCommand,
    UpdateCommand,
)

__all__ = [
    "AggregateCommand",
    "Command",
    "LogicCommand",
    "ProjectCommand",
    "ProjectionCommand",
    "QueryCommand",
    "UpdateCommand",
]
