"""Everything that can go wrong, by family, and by the word that stands for it.

```
availability  lost_request offline hang jam outage partition cold_start
capacity      throttle quota concurrency
outcome       fail rejected
delivery      lost_reply late_reply executed_twice duplicate overtaken partial stuck fail_items
data          stale_read conflict corrupt truncated wrong_type missing_fields old_schema
realtime      close gap late_init duplicate_event reorder echo_first echo_late slow_consumer
lifecycle     function_timeout crash oom recycled missed fired_twice skew drift
time          delay uniform lognormal ramp
```
"""

from __future__ import annotations

from types import MappingProxyType

from cloud_fake.kernel.faults.effects.availability import (
    Hang,
    Jam,
    LostRequest,
    Offline,
    Outage,
    Partition,
)
from cloud_fake.kernel.faults.effects.capacity import Concurrency, Quota, Throttle
from cloud_fake.kernel.faults.effects.data import (
    Conflict,
    Corrupt,
    StaleRead,
    Truncated,
    WrongType,
)
from cloud_fake.kernel.faults.effects.delivery import (
    Duplicate,
    ExecutedTwice,
    FailItems,
    LateReply,
    LostReply,
    Overtaken,
    Partial,
    Stuck,
)
from cloud_fake.kernel.faults.effects.effect import CLOCKS, FAMILIES, Effect, Moment, Strike
from cloud_fake.kernel.faults.effects.latency import Delay, LogNormal, Ramp, Uniform
from cloud_fake.kernel.faults.effects.lifecycle import (
    ColdStart,
    Crash,
    Drift,
    FiredTwice,
    FunctionTimeout,
    Missed,
    OutOfMemory,
    Recycled,
    Skew,
)
from cloud_fake.kernel.faults.effects.outcome import Fail, Rejected
from cloud_fake.kernel.faults.effects.realtime import (
    Close,
    DuplicateEvent,
    EchoFirst,
    EchoLate,
    Gap,
    LateInit,
    Reorder,
    SlowConsumer,
)
from cloud_fake.kernel.faults.effects.records import MissingFields, OldSchema

__all__ = [
    "CLOCKS",
    "EFFECTS",
    "FAMILIES",
    "Close",
    "ColdStart",
    "Concurrency",
    "Conflict",
    "Corrupt",
    "Crash",
    "Delay",
    "Drift",
    "Duplicate",
    "DuplicateEvent",
    "EchoFirst",
    "EchoLate",
    "Effect",
    "ExecutedTwice",
    "Fail",
    "FailItems",
    "FiredTwice",
    "FunctionTimeout",
    "Gap",
    "Hang",
    "Jam",
    "LateInit",
    "LateReply",
    "LogNormal",
    "LostReply",
    "LostRequest",
    "Missed",
    "MissingFields",
    "Moment",
    "Offline",
    "OldSchema",
    "OutOfMemory",
    "Outage",
    "Overtaken",
    "Partial",
    "Partition",
    "Quota",
    "Ramp",
    "Recycled",
    "Rejected",
    "Reorder",
    "Skew",
    "SlowConsumer",
    "StaleRead",
    "Strike",
    "Stuck",
    "Throttle",
    "Truncated",
    "Uniform",
    "WrongType",
]  # fmt: skip

EFFECTS: MappingProxyType[str, type[Effect]] = MappingProxyType(
    {
        effect.word: effect
        for effect in (
            LostRequest, Offline, Hang, Jam, Outage, Partition, ColdStart,
            Throttle, Quota, Concurrency,
            Fail, Rejected,
            LostReply, LateReply, ExecutedTwice, Duplicate, Overtaken, Partial, Stuck, FailItems,
            StaleRead, Conflict, Corrupt, Truncated, WrongType, MissingFields, OldSchema,
            Close, Gap, LateInit, DuplicateEvent, Reorder, EchoFirst, EchoLate, SlowConsumer,
            FunctionTimeout, Crash, OutOfMemory, Recycled, Missed, FiredTwice, Skew, Drift,
            Delay, Uniform, LogNormal, Ramp,
        )
    }
)  # fmt: skip
