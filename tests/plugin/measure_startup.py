"""What having the plugin installed costs a project that does not use it.

Runs pytest on one empty test with and without the plugin, turn and turn about so that both see the
same machine, and prints the difference of the medians and of the best. Not a test, for a clock of
the real kind judges nothing: `python tests/plugin/measure_startup.py [rounds]`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
WAYS = {"without": (), "with": ("-p", "pytest_plugin")}


def run_once(place: str, options: tuple[str, ...]) -> float:
    """Milliseconds that one run takes."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    env = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(ROOT),
        # What is installed has been compiled.
        "PYTHONPYCACHEPREFIX": f"{place}/compiled",
        "PYTHONDONTWRITEBYTECODE": "",
    }
    began = time.perf_counter()
    subprocess.run(command, cwd=place, env=env, check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


def main(rounds: int) -> None:
    """Measure and print."""
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as place:
        Path(place, "test_nothing.py").write_text("def test_nothing(): pass\n", encoding="utf-8")
        for _ in range(rounds + 1):
            for way, options in WAYS.items():
                times[way].append(run_once(place, options))
    del times["with"][0], times["without"][0]  # the first run compiles
    for name, measure in (("median", statistics.median), ("best", min)):
        without, with_it = measure(times["without"]), measure(times["with"])
        sys.stdout.write(
            f"{name:<7} {without:7.1f} ms  {with_it:7.1f} ms  {with_it - without:+6.1f} ms\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
