"""Server: the query texts of WeChat's open API, `db.collection("todos").where({n: _.gt(1)}).get()`.

They are JavaScript and are never run. tree-sitter parses them (its JavaScript grammar is kept
well, comes as wheels, and takes a tenth of the time of the pure-Python parsers, whose two living
forks also install over each other); a walk over the tree then understands a whitelist of node
types and names, and refuses the rest: functions, assignments, substitutions, `constructor`.

```
syntax       text to tree: errors, length
literals     strings, numbers, regular expressions and dates, as JavaScript reads them
walking      the tree's expressions to values, by node type
names        what may be called, and on what
statements   the chain: which records, and what is to be done with them
```
"""

from cloud_fake.server.querytext.statements import Statement, read_statement
from cloud_fake.server.querytext.syntax import QueryTextError

__all__ = ["QueryTextError", "Statement", "read_statement"]
