"""What runs pytest within this process forgets afterwards the modules that were loaded in it.

Whoever had loaded one of them by then would hold another class of the same name than who loads it
the next time. So all of them are loaded before.
"""

from __future__ import annotations

import importlib
import pkgutil

import cloud_fake

for module in pkgutil.walk_packages(cloud_fake.__path__, "cloud_fake."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
