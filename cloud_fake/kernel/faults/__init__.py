"""Scripted trouble. Only the gate asks it.

```
matching   which calls a rule is about
schedule   when it strikes: a chain of conditions
effects    what it does, by family
rule       the three together, and the handle to them
plan       what the rules do to one call, decided before it begins
text       rules as text, and back
registry   `cloud.faults`
```

An operation passes five phases, and a fault strikes in one of them:

```
request   it never reaches the backend
execute   the backend answers with an error; nothing has changed
commit    it is done, the write stands, and then the caller sees a failure
reply     the answer is late, or changed on its way
stream    a watch's event, a file's progress
```
"""

from cloud_fake.kernel.faults.effects.effect import PATIENCE
from cloud_fake.kernel.faults.event import Event
from cloud_fake.kernel.faults.plan import Plan
from cloud_fake.kernel.faults.registry import Faults
from cloud_fake.kernel.faults.rule import Rule

__all__ = ["PATIENCE", "Event", "Faults", "Plan", "Rule"]
