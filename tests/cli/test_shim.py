"""`cloud-fake shim` prints the files that the server gives out."""

from __future__ import annotations

import pytest

from cloud_fake.cli import main
from cloud_fake.shim import read_file


@pytest.mark.parametrize(
    ("arguments", "file"), [([], "taro-cloud.js"), (["--types"], "taro-cloud.d.ts")]
)
def test_the_files_are_printed(
    arguments: list[str],
    file: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["cloud-fake", "shim", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert capsys.readouterr().out == read_file(file)
