"""`cloud-fake shim` prints the files that the server gives out."""

from __future__ import annotations

from pathlib import Path

import pytest

import cloud_fake.shim
from cloud_fake.cli import main
from cloud_fake.shim import PARTS, read_file


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


def test_the_script_is_all_of_its_parts() -> None:
    source = Path(cloud_fake.shim.__file__).parent / "src"
    assert {file.stem for file in source.iterdir()} == {"head", *PARTS}
    script = read_file("taro-cloud.js")
    places = [script.index((source / f"{part}.js").read_text("utf-8")) for part in PARTS]
    assert places == sorted(places)
