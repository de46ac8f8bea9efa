"""Storms: trouble everywhere, drawn from a seed, and made small again when it breaks something.

```
menu        what a storm may do, and how it is asked for
storm       where and when it does it
recording   what it has done, as rules that do the same again
shrinking   as little of that as still breaks the test
scripting   what is left, as a test's marker, and back
each_call   instead of chance: every call fails once
matrix      what has struck in a whole session, as a table
```
"""

from cloud_fake.storms.each_call import fail_call
from cloud_fake.storms.matrix import matrix
from cloud_fake.storms.menu import MENU, choose
from cloud_fake.storms.recording import Trouble, record, replay
from cloud_fake.storms.scripting import arm_script, read_script, script_of, write_marker
from cloud_fake.storms.shrinking import Shrunk, shrink
from cloud_fake.storms.storm import Storm

__all__ = [
    "MENU",
    "Shrunk",
    "Storm",
    "Trouble",
    "arm_script",
    "choose",
    "fail_call",
    "matrix",
    "read_script",
    "record",
    "replay",
    "script_of",
    "shrink",
    "write_marker",
]
