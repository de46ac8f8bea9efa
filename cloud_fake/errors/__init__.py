"""Every error of the project.

```
CloudError          the only thing the app's side raises: what the platform's SDK would have thrown
  Refusal           what an SDK refuses before it asks anybody
CheckFailed         what the test itself said must be so is not
MisuseError         a mistake in the test itself: an unknown fault pattern, time going backwards
NotSupportedByFake  a thing the real platform does and this fake does not
Failure             inside the house only: what the backend answers, before an SDK words it
Thrown              inside the house only: a plain error thrown inside an API
QueryError          inside the database engine only, with MongoDB's own code
```

`codes` holds every number and its words, `texts` every sentence, `shapes` the three forms in which
an SDK words a failure. Nothing outside this package spells an error text of the platform, but for
MongoDB's own words, which stand in the query language where something is refused.
"""

from cloud_fake.errors.codes import Code, describe
from cloud_fake.errors.exceptions import (
    CheckFailed,
    CloudError,
    Failure,
    MisuseError,
    NotSupportedByFake,
    QueryError,
    Refusal,
    Thrown,
)
from cloud_fake.errors.shapes import (
    as_answered,
    plain_error,
    sdk_error,
    wrapped_object,
    wrapped_text,
)

__all__ = [
    "CheckFailed",
    "CloudError",
    "Code",
    "Failure",
    "MisuseError",
    "NotSupportedByFake",
    "QueryError",
    "Refusal",
    "Thrown",
    "as_answered",
    "describe",
    "plain_error",
    "sdk_error",
    "wrapped_object",
    "wrapped_text",
]
