"""The peer that is no Python: mingo on V8, driven by one node process, which times itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.bench.data import orders

__all__ = ["mingo"]

_DRIVER = Path(__file__).with_name("mingo.mjs")


def mingo(folder: Path | None, size: int, loops: int = 15) -> dict[str, float] | str:
    """Microseconds of each workload that it has, warm; or why there are none.

    Args:
        folder: where `npm install mingo@7.2.7` was run.
        size: how many documents.
        loops: of each workload; the median counts.
    """
    node = shutil.which("node")
    if node is None or folder is None or not (folder / "node_modules" / "mingo").is_dir():
        return "mingo's column is missing: npm install mingo@7.2.7 in a folder, then --mingo FOLDER"
    done = subprocess.run(
        [node, str(_DRIVER), str(folder.resolve()), str(loops)],
        input=json.dumps(orders(size), default=str),
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found
