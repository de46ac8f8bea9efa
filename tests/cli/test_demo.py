"""`cloud-fake demo`: what the story finds out, and how the command behaves."""

from __future__ import annotations

import inspect
import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image
from rich.cells import cell_len
from typer.main import get_group
from typer.testing import CliRunner

import cloud_fake
from cloud_fake import CloudError
from cloud_fake.cli.app import app
from cloud_fake.cli.demo.album import MOST_PHOTOS, SHIPPED, AlbumError, read_album
from cloud_fake.cli.demo.chapters import CHAPTERS, Scene, Teller, play
from cloud_fake.cli.demo.findings import Links, Permissions, Retries, Thumbnails, Uploads
from cloud_fake.cli.demo.mosaic import mosaic
from cloud_fake.cli.demo.pictures import shrink
from cloud_fake.cli.extras import EXTRAS

ROOT = Path(cloud_fake.__file__).parents[1]


class Silence(Teller):
    """A teller who says nothing: what a teller is told has no body of its own."""


class Listener(Silence):
    """Notes the progress it is told of."""

    def __init__(self):
        self.events = []

    def progress(self, photo, event):
        self.events.append((photo.name, event["totalBytesSent"], event["progress"]))


def run(*arguments: str, width: int = 110):
    return CliRunner(env={"COLUMNS": str(width)}).invoke(app, ["demo", *arguments])


def picture(path: Path, size=(40, 30), mode="RGB") -> Path:
    Image.new(mode, size).save(path)
    return path


# --- the story -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return play(read_album(SHIPPED), Silence())


def finding(scenes, kind):
    (found,) = [scene.finding for scene in scenes if isinstance(scene.finding, kind)]
    return found


def test_every_photo_has_a_record_of_its_owner_and_of_its_moment(scenes):
    records = finding(scenes, Uploads).records
    names = {openid: [record["name"] for record in mine] for openid, mine in records.items()}
    assert names == {"o-alice": ["astronaut.jpg", "cat.jpg", "coffee.jpg"], "o-bob": ["rocket.png"]}
    assert [f"{record['at']:%H:%M:%S.%f}"[:-5] for record in records["o-alice"]] == [
        "09:00:00.8",
        "09:00:01.6",
        "09:00:02.4",
    ]


def test_the_progress_of_every_upload_ends_with_all_its_bytes():
    album = read_album(SHIPPED)
    listener = Listener()
    play(album, listener)
    last = {name: (sent, progress) for name, sent, progress in listener.events}
    assert last == {photo.name: (photo.size, 100) for photo in album.photos}


def test_the_function_makes_thumbnails_that_are_pictures(scenes):
    items = finding(scenes, Thumbnails).items
    assert [item.name for item in items] == [
        "astronaut.jpg",
        "cat.jpg",
        "coffee.jpg",
        "rocket.png",
    ]
    for item in items:
        with Image.open(io.BytesIO(item.content)) as image:
            assert (image.format, max(image.size)) == ("JPEG", 96)
        assert len(item.content) < item.before
        assert "?" not in item.url


def test_a_private_link_dies_and_a_new_one_works(scenes):
    links = finding(scenes, Links)
    assert [(f"{one.at:%H:%M}", one.status) for one in links.visits] == [
        ("09:00", 200),
        ("09:09", 200),
        ("09:11", 403),
    ]
    assert links.renewed.status == 200
    assert links.renewed.url != links.visits[0].url
    assert links.bob == "STORAGE_FILE_NONEXIST"


def test_only_the_naive_retry_doubles(scenes):
    assert finding(scenes, Retries).copies == {"add": 2, "set": 1}


NOT_THERE, DENIED = -1, -502003


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("PRIVATE", (3, 1, NOT_THERE, 0)),
        ("READONLY", (4, 4, "astronaut.jpg", 0)),
        ("ADMINWRITE", (4, 4, "astronaut.jpg", DENIED)),
        ("ADMINONLY", (DENIED, DENIED, DENIED, DENIED)),
    ],
)
def test_what_each_may_see_and_change(scenes, permission, expected):
    views = {view.permission: view for view in finding(scenes, Permissions).views}
    view = views[permission]
    answers = (view.alice_finds, view.bob_finds, view.bob_opens, view.bob_changes)
    assert tuple(a.code if isinstance(a, CloudError) else a for a in answers) == expected


def test_every_call_of_the_timeline_belongs_to_one_chapter(scenes):
    assert [scene.chapter for scene in scenes] == list(CHAPTERS)
    numbers = [call.number for scene in scenes for call in scene.calls]
    assert numbers == list(range(1, len(numbers) + 1))


def test_real_time_only_costs_time(monkeypatch, scenes):
    naps = []
    monkeypatch.setattr("time.sleep", naps.append)
    slow = play(read_album(SHIPPED), Silence(), real_time=True)
    assert naps == [0.8] * 4
    assert [scene.finding.__class__ for scene in slow] == [s.finding.__class__ for s in scenes]
    assert slow[0].finding == scenes[0].finding


def test_one_photo_is_enough(tmp_path):
    picture(tmp_path / "only.png")
    scenes = play(read_album(tmp_path), Silence())
    assert {k: len(v) for k, v in finding(scenes, Uploads).records.items()} == {
        "o-alice": 1,
        "o-bob": 0,
    }


# --- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_any_mode_becomes_a_small_jpeg(mode):
    out = io.BytesIO()
    Image.new(mode, (300, 150)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    with Image.open(io.BytesIO(shrink(out.getvalue(), 96))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (96, 48))


def test_the_shipped_photos_are_small_and_their_origin_is_told():
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    photos = read_album(SHIPPED).photos
    assert len(photos) == 4
    for photo in photos:
        assert photo.size < 30_000
        assert f"`{photo.name}`" in readme


# --- albums --------------------------------------------------------------------------------------


def broken(path: Path) -> None:
    path.write_bytes(b"this is no picture")


def cut_off(path: Path) -> None:
    whole = (SHIPPED / "cat.jpg").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize("spoil", [broken, cut_off])
def test_a_broken_picture_is_left_out_and_named(tmp_path, spoil):
    picture(tmp_path / "good.png")
    spoil(tmp_path / "bad.jpg")
    album = read_album(tmp_path)
    assert [photo.name for photo in album.photos] == ["good.png"]
    assert album.remarks == ("bad.jpg cannot be read as a picture and is left out.",)


def test_hidden_files_and_other_kinds_are_no_photos(tmp_path):
    picture(tmp_path / "a.png")
    picture(tmp_path / ".b.png")
    (tmp_path / "c.txt").write_text("words")
    (tmp_path / "d.png").mkdir()
    album = read_album(tmp_path)
    assert [photo.name for photo in album.photos] == ["a.png"]
    assert album.remarks == ()


def test_an_album_has_room_for_so_many(tmp_path):
    for number in range(MOST_PHOTOS + 2):
        picture(tmp_path / f"{number}.png")
    album = read_album(tmp_path)
    assert [photo.name for photo in album.photos] == [f"{n}.png" for n in range(MOST_PHOTOS)]
    assert album.remarks == (f"2 more in {tmp_path} stay out: an album here has {MOST_PHOTOS}.",)


def missing(directory: Path) -> Path:
    return directory / "nowhere"


def empty(directory: Path) -> Path:
    return directory


def a_file(directory: Path) -> Path:
    return picture(directory / "x.png")


def all_broken(directory: Path) -> Path:
    broken(directory / "x.png")
    return directory


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (missing, "cannot read {}: No such file or directory"),
        (a_file, "cannot read {}: Not a directory"),
        (empty, "no pictures (.bmp, .gif, .jpeg, .jpg, .png, .webp) in {}"),
        (all_broken, "no picture in {} can be read: x.png"),
    ],
)
def test_no_album_is_one_line_and_exit_code_one(tmp_path, make, says):
    directory = make(tmp_path)
    with pytest.raises(AlbumError):
        read_album(directory)
    result = run("--photos", str(directory))
    assert result.exit_code == 1
    assert result.stderr == f"cloud-fake demo: {says.format(directory)}\n"
    assert result.stdout == ""


# --- the command ---------------------------------------------------------------------------------


def test_the_demo_tells_every_chapter_and_the_timeline():
    result = run("--plain")
    assert result.exit_code == 0
    for number, chapter in enumerate(CHAPTERS, 1):
        begin, again = re.findall(
            rf"^ +{number}  {re.escape(chapter.title)}(.*)$", result.stdout, re.MULTILINE
        )
        assert begin.strip("─ ") == again.strip() == ""
    assert "403  expired" in result.stdout
    assert "⚡ lost_reply ✗ request:fail timeout" in result.stdout
    assert "album/astronaut.jpg" in result.stdout


@pytest.mark.parametrize("width", [20, 80, 99, 100, 300])
def test_the_page_fits_every_screen(width):
    result = run(width=width)
    assert result.exit_code == 0
    assert max(map(cell_len, result.stdout.splitlines())) <= min(width, 110)


@pytest.mark.parametrize("width", [20, 80])
def test_a_narrow_screen_has_pictures_too(monkeypatch, width):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    result = run(width=width)
    assert result.exit_code == 0
    assert "▀" in result.stdout


def test_a_mosaic_has_two_pixels_a_character():
    image = Image.new("RGB", (2, 2), "white")
    image.putpixel((0, 1), (200, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    shown = mosaic(out.getvalue(), 2)
    assert shown.plain == "▀▀"
    colours = [(span.style.color.name, span.style.bgcolor.name) for span in shown.spans]
    assert colours == [("#ffffff", "#c80000"), ("#ffffff", "#ffffff")]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.title)
def test_the_code_that_is_shown_fits_a_narrow_screen(chapter):
    lines = [line for shown in chapter.shown for line in inspect.getsource(shown).splitlines()]
    assert max(map(len, lines)) <= 78


def test_the_same_seed_tells_the_same_and_another_seed_other_ids():
    same = [run("--plain", "--seed", "3").stdout for _ in range(2)]
    other = run("--plain", "--seed", "4").stdout
    assert same[0] == same[1]
    assert other != same[0]
    assert len(other.splitlines()) == len(same[0].splitlines())


def test_plain_has_no_escape_codes_and_colour_has_pictures(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain, coloured = run("--plain").stdout, run().stdout
    assert "\x1b" not in plain
    assert "▀" not in plain
    assert "\x1b[38;2;" in coloured
    assert coloured.count("▀") > 400


def test_slow_waits_for_readers(monkeypatch):
    naps = []
    monkeypatch.setattr("time.sleep", naps.append)
    assert run("--plain", "--slow").exit_code == 0
    assert 10 < sum(naps) < 60


def test_names_of_files_are_text_and_not_markup(tmp_path):
    picture(tmp_path / "[red]a[b].png")
    result = run("--plain", "--photos", str(tmp_path))
    assert result.exit_code == 0
    # Bar, record, caption, the links' table, Bob's view, and the timeline.
    assert result.stdout.count("[red]a[b].png") > 5


def test_left_out_pictures_are_told(tmp_path):
    picture(tmp_path / "good.png")
    broken(tmp_path / "bad.png")
    result = run("--plain", "--photos", str(tmp_path))
    assert result.exit_code == 0
    assert "! bad.png cannot be read as a picture and is left out." in result.stdout


def test_version():
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"cloud-fake {cloud_fake.__version__}\n")


# --- as a process --------------------------------------------------------------------------------


def process(*arguments: str, code: str | None = None, **environment: str):
    command = ["-m", "cloud_fake"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *command, *arguments],
        cwd=ROOT,
        env={"PYTHONIOENCODING": "utf-8", "PATH": "", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_module_runs_the_demo():
    done = process("demo", "--plain")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"✓ \d+ calls in 11 min 3 s of the cloud's time", done.stdout)


def test_the_processes_tell_the_same():
    told = {process("demo", "--plain", PYTHONHASHSEED=seed).stdout for seed in ("1", "2")}
    assert len(told) == 1


def test_a_stream_that_cannot_hold_the_characters_is_no_trouble():
    done = process("demo", "--plain", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")


WITHOUT = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
from cloud_fake.cli import main
main()
"""


@pytest.mark.parametrize(
    ("module", "package"), [("typer", "typer"), ("rich", "rich"), ("PIL", "Pillow")]
)
def test_a_missing_part_of_the_extra_is_named(module, package):
    done = process("demo", code=WITHOUT.format(module=module))
    assert done.returncode == 1
    assert done.stderr == f'cloud-fake needs {package} for this: pip install "cloud-fake[demo]"\n'
    assert done.stdout == ""


NEEDED = [
    (["demo"], "demo"),
    (["run", "a.cloud.yaml"], "scenarios"),
    (["schema"], "scenarios"),
    (["presets"], "scenarios"),
    (["serve", "--port", "0"], "server"),
    (["shim"], "server"),
    (["--version"], "demo"),
    ([], "demo"),
]


@pytest.mark.parametrize(("arguments", "extra"), NEEDED, ids=str)
def test_the_extra_of_the_command_is_named(arguments, extra):
    done = process(*arguments, code=WITHOUT.format(module="typer"))
    assert done.returncode == 1
    assert done.stderr == f'cloud-fake needs typer for this: pip install "cloud-fake[{extra}]"\n'


def test_every_command_has_an_extra_and_each_has_typer():
    assert sorted(EXTRAS) == sorted(get_group(app).commands)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for extra in EXTRAS.values():
        needed = declared["optional-dependencies"][extra]
        assert [line for line in needed if line.startswith("typer")], extra


def test_another_missing_module_is_not_hidden():
    done = process("demo", code=WITHOUT.format(module="pydantic"))
    assert "ModuleNotFoundError" in done.stderr
