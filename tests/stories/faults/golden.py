"""What is reported of the apps with a bug: golden texts, and the command that writes them anew.

```
python -m tests.stories.faults.golden                      into tests/stories/faults/golden
python -m tests.stories.faults.golden --to folder -n 2     elsewhere, with pytest's own options
```

A text is what a user reads below the traceback: what was not so, the timeline, what the rules came
to, and the line that shows it again. One text serves both faces, unless they tell different ones.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

__all__ = ["CHAPTERS", "GOLDEN", "texts_in"]

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
CHAPTERS = sorted(map(str, HERE.glob("test_*_stories.py")))

#: `test_a_story[sync-TheApp]`, and what else a story is about.
_ITEM = re.compile(r"test_(?P<story>\w+)\[(?P<params>[\w-]+)\]")
_MODES = ("sync", "aio")
_SECTION = "cloud timeline"


class Reports:
    """A plugin that keeps what is reported of failing stories, by story and face."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep one; only an app with a bug fails, and only in its story."""
        if not report.failed:
            return
        name = report.nodeid.rpartition("::")[2]
        found = _ITEM.fullmatch(name)
        assert found is not None, report.longreprtext
        assert report.when == "call", report.longreprtext
        params = found["params"].split("-")
        (mode,) = set(params) & set(_MODES)
        *about, _app = [param for param in params if param != mode]
        self.told["-".join([found["story"], *about])][mode] = _text(report, name, mode)

    def write(self, folder: Path) -> None:
        """One file a story, if both faces tell it alike."""
        folder.mkdir(parents=True, exist_ok=True)
        for story, by_mode in self.told.items():
            alike = set(by_mode) == set(_MODES) and len(set(by_mode.values())) == 1
            files = {story: by_mode["sync"]} if alike else _apart(story, by_mode)
            for file, text in files.items():
                (folder / f"{file}.txt").write_text(text, encoding="utf-8")


def _apart(story: str, by_mode: dict[str, str]) -> dict[str, str]:
    return {f"{story}-{mode}": text for mode, text in by_mode.items()}


def _text(report: pytest.TestReport, name: str, mode: str) -> str:
    """The report below the traceback, as of the first face."""
    message = report.longrepr.reprcrash.message  # type: ignore[union-attr]  # of a failed assert
    (timeline,) = [text for title, text in report.sections if title == _SECTION]
    told = "\n".join([name, f"E  {message.splitlines()[0]}", f"--- {_SECTION} ---", timeline, ""])
    return told.replace(name, name.replace(mode, _MODES[0]))


def texts_in(folder: Path) -> dict[str, str]:
    """The texts in a folder, by story."""
    return {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.txt"))}


def main() -> None:
    """Run the stories, let the apps with a bug fail, and write down what is reported of them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--to", type=Path, default=GOLDEN, help="the folder; the golden texts' own")
    given, options = parser.parse_known_args()
    reports = Reports()
    where = [] if any(option.endswith(".py") for option in options) else CHAPTERS
    asked = ["-q", "-p", "no:cacheprovider", "--runxfail", *options, *where]
    status = pytest.main(asked, plugins=[reports])
    if status != pytest.ExitCode.TESTS_FAILED:
        sys.exit(f"the stories could not be told: {status!r}")
    reports.write(given.to)


if __name__ == "__main__":
    main()
