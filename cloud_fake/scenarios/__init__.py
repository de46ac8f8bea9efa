"""Scenarios: a cloud, what happens to it and what must come of it, written down in one file.

```python
from cloud_fake.scenarios import play, read

verdict = play(read("lost_reply.cloud.yaml"), seed=7)
assert verdict.passed, list(verdict.complaints())
```

```
composing                    YAML as plain data, with the place of everything in it
parts, world, steps, …       what may stand in a file: `schema` is the whole of it
variables                    `${name}` in its texts
mistakes                     what is wrong with a file though each part of it is right
reading                      these together: from a file to a script
disk, functions, staging     the cloud before the first step
calling, judging, playing    the steps, one by one
verdict                      what came of it
```

A scenario runs the code that it names. Reading one needs PyYAML, the extra `scenarios`.
"""

from cloud_fake.scenarios.playing import play
from cloud_fake.scenarios.reading import ScenarioError, Script, read, read_text
from cloud_fake.scenarios.schema import Scenario, json_schema
from cloud_fake.scenarios.verdict import Outcome, Verdict

__all__ = [
    "Outcome",
    "Scenario",
    "ScenarioError",
    "Script",
    "Verdict",
    "json_schema",
    "play",
    "read",
    "read_text",
]
