"""The peer that is no Python: mingo on V8, in a node process that times itself, round by round."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.bench.contenders import Contender
from tests.bench.data import orders

__all__ = ["mingos_in"]

_DRIVER = Path(__file__).with_name("mingo.mjs")
#: What it has; it has no store, so it neither adds, seeds nor calls.
_HANDS_OUT = (
    "get", "equal", "equal_again", "equal_rare", "range_top", "regex", "nested", "contains",
    "lookup",
)  # fmt: skip
_HAS = (*_HANDS_OUT, "count", "update", "group", "unwind")
#: How often a workload is run before it is timed: V8 compiles what it has seen often.
_WARM = 5


class Mingo(Contender):
    """mingo as it comes, which hands out the very objects that it holds."""

    name = "mingo, sharing"
    can = _HAS
    mode = "share"
    folder: Path

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._node = subprocess.Popen(
            ["node", str(_DRIVER), str(self.folder.resolve()), self.mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._warm: set[str] = set()
        self._ask({"rows": orders(size), "partners": self.partners, "extra": self.extra})

    @classmethod
    def has(cls, workload: str) -> bool:
        return workload in cls.can

    def answer(self, workload: str) -> Any:
        return self._ask({"ask": workload})["answer"]

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(request, default=str) + "\n")
        self._node.stdin.flush()
        answer: dict[str, Any] = json.loads(self._node.stdout.readline())
        return answer

    def time(self, workload: str, loops: int) -> float:
        if workload not in self._warm:
            self._warm.add(workload)
            self._ask({"run": workload, "loops": _WARM})
        micros: float = self._ask({"run": workload, "loops": loops})["micros"]
        return micros / 1e6

    def close(self) -> None:
        self._node.communicate()


class CloningMingo(Mingo):
    """mingo that copies what it hands out, as all the others do."""

    name = "mingo (V8)"
    can = _HANDS_OUT
    mode = "clone"


def mingos_in(folder: Path | None) -> list[type[Contender]] | str:
    """The contenders, or what to say where there are none.

    Args:
        folder: where `npm install mingo@7.2.7` was run.
    """
    if shutil.which("node") is None or folder is None:
        return "mingo is not run: npm install mingo@7.2.7 in a folder, then --mingo FOLDER"
    if not (folder / "node_modules" / "mingo").is_dir():
        return f"mingo is not in {folder}: npm install mingo@7.2.7 there"
    Mingo.folder = folder
    return [CloningMingo, Mingo]
