"""Functions as they lie in a project: a folder each, with `index.py` or `index.js`.

A `config.json` may stand beside it. Where there are both, the Python one counts: it may have been
written to stand in for the other.

Source: the WeChat manual, "cloud functions: timer triggers" for `config.json`.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import MisuseError
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
        MisuseError: no such folder, nothing in it, a `config.json` that the platform refuses, or a
            JavaScript function and no Node.js to run it.
    """
    root = Path(path)
    if not root.is_dir():
        raise MisuseError(f"there is no folder {root}")
    functions = [
        _function(world, env, folder) for folder in sorted(root.iterdir()) if _is_function(folder)
    ]
    if not functions:
        raise MisuseError(f"no folder in {root} has an index.py or an index.js")
    for function in functions:
        deploy(world, env, function)
    return [function.name for function in functions]


def _is_function(folder: Path) -> bool:
    return _is_python(folder) or (folder / "index.js").is_file()


def _is_python(folder: Path) -> bool:
    return (folder / "index.py").is_file()


def _function(world: World, env: int, folder: Path) -> CloudFunction:
    config = folder / "config.json"
    boot = partial(_boot, folder) if _is_python(folder) else world.scripts.boot(folder, env)
    try:
        return CloudFunction(folder.name, boot, **_options(config))
    except (MisuseError, ValueError) as mistake:
        raise MisuseError(f"{config}: {mistake}") from None


def _boot(folder: Path, _world: World) -> Handler:
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
