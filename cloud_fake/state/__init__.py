"""The state floor: tables of immutable values, changed by drafts that land whole or not at all.

```
Store        named tables; snapshot, restore and fork in O(1)
Snapshot     how every table was at one moment
Draft        the writes of one operation, seen by nobody else until they are committed
Transaction  a draft among others: it reads one moment and commits only if that still holds
Change       what a commit did under one key
```

It knows nothing of documents, queries or services: a table maps keys to values, in order.
"""

from cloud_fake.state.draft import ABSENT, Change, Conflict, Draft, Transaction
from cloud_fake.state.store import Snapshot, Store

__all__ = ["ABSENT", "Change", "Conflict", "Draft", "Snapshot", "Store", "Transaction"]
