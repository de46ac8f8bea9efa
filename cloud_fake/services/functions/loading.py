"""Functions as they lie in a project: a folder each, with `index.py` and maybe `config.json`.

Source: the WeChat manual, "cloud functions: timer triggers" for `config.json`.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError, NotSupportedByFake
from cloud_fake.services.functions.deploying import deploy
from cloud_fake.services.functions.modules import FolderModules
from cloud_fake.services.functions.registry import CloudFunction
from cloud_fake.services.functions.timers import timer_trigger

if TYPE_CHECKING:
    import os

    from cloud_fake.kernel.world import World
    from cloud_fake.services.functions.registry import Handler
    from cloud_fake.services.functions.timers import TimerTrigger

__all__ = ["load_functions"]


def load_functions(world: World, env: int, path: str | os.PathLike[str]) -> list[str]:
    """Deploy every sub-folder that is a function, all or none; their names.

    What is wrong with a function's code shows when it is called, as on the platform.

    Raises:
        MisuseError: no such folder, nothing in it, or a `config.json` that the platform refuses.
        NotSupportedByFake: a function that is not Python.
    """
    root = Path(path)
    if not root.is_dir():
        raise MisuseError(f"there is no folder {root}")
    functions = [_function(folder) for folder in sorted(root.iterdir()) if _is_function(folder)]
    if not functions:
        raise MisuseError(f"no folder in {root} has an index.py")
    for function in functions:
        deploy(world, env, function)
    return [function.name for function in functions]


def _is_function(folder: Path) -> bool:
    if (folder / "index.py").is_file():
        return True
    if (folder / "index.js").is_file():
        raise NotSupportedByFake(f"{folder} is a JavaScript function; only index.py is run")
    return False


def _function(folder: Path) -> CloudFunction:
    config = folder / "config.json"
    boot = partial(_boot, folder)
    try:
        return CloudFunction(folder.name, boot, **_options(config))
    except (MisuseError, ValueError) as mistake:
        raise MisuseError(f"{config}: {mistake}") from None


def _boot(folder: Path) -> Handler:
    package = f"cloud_function_{folder.name.replace('.', '_')}"
    main: Handler = FolderModules(folder, package).load("index").main
    return main


# --- config.json ---------------------------------------------------------------------------------


def _options(config: Path) -> dict[str, Any]:
    if not config.is_file():
        return {}
    said = json.loads(config.read_text(encoding="utf-8"))
    if not isinstance(said, dict):
        raise MisuseError("it holds no object")
    options = {"timeout": said["timeout"]} if "timeout" in said else {}
    return {**options, "trigger": _trigger(said.get("triggers", []))}


def _trigger(triggers: Any) -> TimerTrigger | None:
    if not isinstance(triggers, list) or len(triggers) > 1:
        raise MisuseError("triggers is a list of at most one trigger")
    return _timer(triggers[0]) if triggers else None


def _timer(trigger: Any) -> TimerTrigger:
    if not isinstance(trigger, dict) or trigger.get("type") != "timer":
        raise MisuseError(f"a trigger is an object of the type 'timer', not {trigger!r}")
    return timer_trigger(trigger.get("name"), trigger.get("config"), trigger.get("message", ""))
