"""`cloud-fake serve`: a cloud behind HTTP until Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from cloud_fake.cli.app import app

COUNT = {"action": "database.calculateDocument", "collectionName": "todos"}


@pytest.fixture
def heeded_ctrl_c() -> Iterator[None]:
    """What a background job of a shell ignores, its children would ignore, too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded_ctrl_c")
def test_it_serves_records_and_functions_until_ctrl_c(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"todos": [{"at": {"$date": "2024-01-01T00:00:00Z"}}, {}]}))
    function = tmp_path / "functions" / "hello"
    function.mkdir(parents=True)
    (function / "index.py").write_text("def main(event, context):\n    return 'hi'\n")
    options = ["--seed-file", str(seed), "--functions", str(function.parent), "--collection", "c"]
    serving = subprocess.Popen(
        [sys.executable, "-m", "cloud_fake", "serve", "--env", "dev-9z", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stdout is not None
        said = serving.stdout.readline()
        found = re.fullmatch(r"dev-9z at (http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)\n", said)
        assert found, said
        assert serving.stdout.readline().startswith("export TCB_CONTEXT_CNFG='{")
        url = found[1]
        assert httpx.post(f"{url}/admin", json=COUNT).json()["data"] == {"total": 2}
        assert httpx.post(f"{url}/v1/functions/hello").json() == "hi"
    finally:
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=10)
    assert serving.returncode == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"todos": [{"a": {"$date": "x"}}]}', None])
def test_a_bad_seed_file_is_told(tmp_path: Path, text: str | None) -> None:
    seed = tmp_path / "seed.json"
    if text is not None:
        seed.write_text(text)
    result = CliRunner().invoke(app, ["serve", "--seed-file", str(seed)])
    assert result.exit_code == 1
    assert "cloud-fake serve: " in result.output


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from cloud_fake import MisuseError
    from cloud_fake.server import extra

    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "h11" else object())
    with pytest.raises(MisuseError, match=r'needs h11: pip install "cloud-fake\[server\]"'):
        extra.require_extra()
