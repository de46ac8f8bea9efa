"""`CDN(...)`: what is large is uploaded first, and a function gets a link.

Source: documentation of `Cloud.CDN`; base library 2.30.3 for the texts. The link's form is ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud, MisuseError


@pytest.fixture
def echo(world: FakeCloud, face: Any) -> Any:
    world.register_function("echo", lambda event, context: event)
    return lambda data: face(world).callFunction(name="echo", data=data).result


@pytest.mark.parametrize("kind", ["text", "bytes", "file"])
def test_each_kind_arrives_as_a_link(
    world: FakeCloud, echo: Any, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "big.txt").write_bytes("große Daten".encode())
    target: Any = {
        "text": "große Daten",
        "bytes": "große Daten".encode(),
        "file": {"type": "filePath", "filePath": str(tmp_path / "big.txt")},
    }[kind]
    link = echo({"big": world.CDN(target)})["big"]
    assert link.startswith("https://")
    answer = world.fetch(link)
    assert (answer.status_code, answer.text) == (200, "große Daten")


def test_half_of_a_surrogate_pair_is_what_javascript_makes_of_it(
    world: FakeCloud, echo: Any
) -> None:
    link = echo({"big": world.CDN("a\ud83d")})["big"]
    assert world.fetch(link).text == "a\N{REPLACEMENT CHARACTER}"


def test_it_may_stand_anywhere(world: FakeCloud, echo: Any) -> None:
    data: Any = {"a": [1, {"b": world.CDN("x")}], "c": world.CDN("y"), "d": {"e": "plain"}}
    event = echo(data)
    assert world.fetch(event["a"][1]["b"]).text == "x"
    assert world.fetch(event["c"]).text == "y"
    assert event["d"] == {"e": "plain"}
    assert data["a"][1]["b"] == world.CDN("x"), "the caller's own data is left alone"


def test_it_goes_past_the_limit_of_the_data(world: FakeCloud, echo: Any) -> None:
    text = "x" * (5 * 1024 * 1024 + 1)
    with pytest.raises(CloudError) as caught:
        echo({"big": text})
    assert caught.value.errMsg == "callFunction data size must be less than 5120 KB"
    assert len(world.fetch(echo({"big": world.CDN(text)})["big"]).content) == len(text)


def test_what_a_reset_has_taken_away_is_missing(world: FakeCloud, echo: Any) -> None:
    link = echo({"a": world.CDN("x")})["a"]
    world.reset()
    answer = world.fetch(link)
    assert (answer.status_code, "NoSuchKey" in answer.text) == (404, True)
    with pytest.raises(MisuseError, match="is no link of this cloud"):
        FakeCloud(env="another-1a2b3c").fetch(link)


def test_a_function_fetches_it(world: FakeCloud, face: Any) -> None:
    @world.function("count")
    def count(event: Any, context: Any) -> int:
        return len(world.fetch(event["text"]).text.split())

    data = {"text": world.CDN("as large as you like")}
    assert face(world).callFunction(name="count", data=data).result == 5


def test_a_file_that_cannot_be_read_fails_the_call(world: FakeCloud, echo: Any) -> None:
    with pytest.raises(CloudError) as caught:
        echo({"a": world.CDN({"type": "filePath", "filePath": "/nowhere/at/all"})})
    assert caught.value.errMsg == (
        "cloud.callFunction:fail undefined . uploadFile:fail file not found"
    )


def test_what_it_takes(face: Any) -> None:
    cloud = face(FakeCloud(env="dev"))
    for target, text in [
        ({"type": "filePath"}, "filePath must be provided"),
        (5, "parameter.target should be string instead of number;"),
        (None, "parameter.target should be string instead of null;"),
    ]:
        with pytest.raises(CloudError) as caught:
            cloud.CDN(target)
        assert caught.value.errMsg == text
    with pytest.raises(CloudError, match="Cloud API isn't enabled"):
        face(FakeCloud()).CDN("x")
