"""Troubles that have a name: sets of rules in the text form, all of them optional.

A moment such as `+40s` counts from when the preset is armed. Latencies are log-normal, as measured
round trips are: mostly near the median, now and then several times that. The medians are those of
High Performance Browser Networking (Grigorik, "Mobile Networks"): 2G 300 to 1000 ms, 3G 100 to
500 ms, 4G below 100 ms; what a device suffers, calls made inside of cloud functions do not.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.spelling import near, plain, spelt

if TYPE_CHECKING:
    from cloud_fake.kernel.faults.registry import Faults
    from cloud_fake.kernel.faults.rule import Rule

__all__ = ["PRESETS", "Preset", "arm"]

#: Anybody's device.
ANY_DEVICE = "client"


class Preset(NamedTuple):
    """A named trouble.

    Attributes:
        about: what it is like, in a line.
        rules: `pattern: effect conditions`, the conditions' moments relative to the arming.
        of_device: whether it is about a device's network; otherwise the cloud is in trouble.
    """

    about: str
    rules: tuple[str, ...]
    of_device: bool


def _device(about: str, *rules: str) -> Preset:
    return Preset(about, rules, of_device=True)


def _cloud(about: str, *rules: str) -> Preset:
    return Preset(about, rules, of_device=False)


PRESETS: MappingProxyType[str, Preset] = MappingProxyType(
    {
        # --- the network of a device ----------------------------------------------------------
        "subway": _device(
            "Minutes of a slow line, then a tunnel without any: three stations of it.",
            "*: lognormal(median=0.35, sigma=0.6)",
            "*: offline between +40s +110s",
            "*: offline between +140s +230s",
            "*: offline between +260s +330s",
            "*: lost_reply p 0.03",
        ),
        "hotel_wifi": _device(
            "Half a minute behind a login page, and crowded afterwards: jumpy, now and then lost.",
            "*: offline between +0s +30s",
            "*: lognormal(median=0.25, sigma=1.1)",
            "*: lost_request p 0.05",
            "*: lost_reply p 0.02",
        ),
        "2g": _device(
            "Everything arrives, most of a second late each way; big uploads break.",
            "*: lognormal(median=0.35, sigma=0.4)",
            '*: lognormal(median=0.35, sigma=0.4, direction="down")',
            "storage.upload: partial(part=0.6) p 0.25",
        ),
        "airplane_mode": _device("No network at all, until it is healed.", "*: offline"),
        "lossy_uploads": _device(
            "One upload in five breaks midway, one in twenty hangs.",
            "storage.upload: partial(part=0.4) p 0.2",
            "storage.upload: stuck(part=0.9) p 0.05",
        ),
        "split_brain": _device(
            "Database and files hear the device, but it does not hear them; functions work.",
            'database.*|watch.*: partition(direction="down")',
            'storage.*: partition(direction="down")',
        ),
        # --- the cloud ------------------------------------------------------------------------
        "flaky_backend": _cloud(
            "One call in twenty fails by the backend's own fault, some of them after the work.",
            '*: fail(code="internal") p 0.03',
            '*: fail(code="timeout") p 0.02',
            "*: lost_reply p 0.01",
            "*: lognormal(median=0.08, sigma=0.7)",
        ),
        "cold_start": _cloud(
            "No instance is warm: the first calls of functions wait, and nothing is remembered.",
            "function.*: cold_start(seconds=1.8) p 0.6",
        ),
        "quota_at_months_end": _cloud(
            "The month's last reads and writes are used up within a few calls.",
            'database.*: quota(n=20, of="reads")',
            'database.*: quota(n=10, of="writes")',
            'storage.upload: quota(n=1000000, of="bytes")',
        ),
        "deploy_at_night": _cloud(
            "Functions are down for a minute and a half, then every instance is a new one.",
            "function.*: outage between +0s +90s",
            "function.*: cold_start(seconds=1.2) between +90s +120s",
        ),
        "thundering_herd": _cloud(
            "Everybody comes back at once: slower by the second, and only so many get in.",
            "*: ramp(start=0.05, end=4.0, over=60)",
            '*: throttle(n=20, per=1, key="env")',
            '*: fail(code="rate_limited") p 0.15',
        ),
        "slow_database": _cloud(
            "An index is missing: queries take a second, and some run out of time.",
            "database.*: lognormal(median=0.9, sigma=0.7)",
            'database.*: fail(code="timeout") p 0.03',
        ),
    }
)


def arm(faults: Faults, name: str, device: str | None, now: float) -> list[Rule]:
    """Make the rules of a preset.

    Args:
        faults: whose rules they will be.
        name: the preset's.
        device: the openid of whose device it is about; every one if None.
        now: seconds since the cloud's first call.

    Raises:
        MisuseError: there is no such preset, or it is not about a device.
    """
    preset = PRESETS.get(name)
    if preset is None:
        raise MisuseError(f"no preset is called {name!r}{near(name, PRESETS)}")
    if device is not None and not preset.of_device:
        raise MisuseError(f"the trouble {name!r} is the cloud's own, not that of a device")
    who = (device or ANY_DEVICE) if preset.of_device else None
    return [faults.add(_sentence(rule, who, now)) for rule in preset.rules]


def _sentence(rule: str, who: str | None, now: float) -> str:
    pattern, _, what = rule.partition(": ")
    caller = "" if who is None else f" caller {spelt(who)}"
    return f"{pattern}{caller}: {_moved(what, now)} optional"


def _moved(what: str, now: float) -> str:
    """The moments that count from now as moments of the cloud."""
    return re.sub(r"\+(\d+)s", lambda moment: f"{plain(int(moment[1]) + now)}s", what)
