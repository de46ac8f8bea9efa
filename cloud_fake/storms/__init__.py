"""Storms: trouble everywhere, drawn from a seed, and made small again when it breaks something.

```
menu        what a storm may do, and how it is asked for
storm       where and when it does it
recording   what it has done, as rules that do the same again
shrinking   as little of that as still breaks the test
scripting   what is left, as a test's marker, and back
each_call   instead of chance: every call fails once
tallies     what has struck, counted for the whole session
```
"""

from cloud_fake.storms.each_call import fail_call
from cloud_fake.storms.menu import MENU, choose
from cloud_fake.storms.recording import Trouble, record, replay
from cloud_fake.storms.scripting import arm_script, read_script, script_of, write_marker
from cloud_fake.storms.shrinking import Shrunk, shrink
from cloud_fake.storms.storm import Storm
from cloud_fake.storms.tallies import tally

__all__ = [
    "MENU",
    "Shrunk",
    "Storm",
    "Trouble",
    "arm_script",
    "choose",
    "fail_call",
    "read_script",
    "record",
    "replay",
    "script_of",
    "shrink",
    "tally",
    "write_marker",
]
