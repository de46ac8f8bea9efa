"""How the tests run pytest: with this plugin, and with no other that happens to be installed."""

from __future__ import annotations

from importlib.metadata import entry_points

FOUND = [point.name for point in entry_points(group="pytest11")]
#: Whether pytest finds the plugin by itself; else every run has to name it.
INSTALLED = "cloud_fake" in FOUND


def plugins(*wanted: str) -> list[str]:
    """Options that let in this plugin and the wanted ones only."""
    unwanted = [name for name in FOUND if name.split(".")[0] not in {"cloud_fake", *wanted}]
    own = [] if INSTALLED else ["-ppytest_plugin"]
    return [*own, "-pno:cacheprovider", *(f"-pno:{name}" for name in unwanted)]
