"""A Taro app as `taro build --type h5` makes it, in Chromium: two people share a shopping list.

Its one change for the fake is the first `<script>` of its `index.html`, as docs/clients.md has it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cloud_fake import FakeCloud
from tests.clients.browsing import FLAGS, site
from tests.clients.needs import node_modules_of, program

H5 = Path(__file__).parent / "h5"
#: Where the app's page believes the fake to be.
WRITTEN = "http://127.0.0.1:40123"
WIDTH, HEIGHT, SCALE = 375, 667, 2
PHONE: Any = {"viewport": {"width": WIDTH, "height": HEIGHT}, "device_scale_factor": SCALE}
PAPER, GREEN, SKY = (241, 243, 238), (31, 138, 91), (198, 221, 240)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def built(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app, type-checked and built by Taro's own command."""
    modules = node_modules_of(H5)
    folder = tmp_path_factory.mktemp("h5") / "dist"
    _run([node, str(modules / "typescript" / "bin" / "tsc")])
    _run([node, str(modules / "@tarojs" / "cli" / "bin" / "taro"), "build", "--type", "h5"], folder)
    return folder


def _run(command: list[str], output: Path = H5) -> None:
    env = {**os.environ, "H5_OUTPUT": str(output), "NODE_ENV": "production"}
    done = subprocess.run(command, cwd=H5, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Of the module, not the session: its event loop runs in this very thread."""
    chromium = program("chromium", "google-chrome", install="`apt install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud(env="home-1a2b3c", collections=["people"], seed=7) as cloud:
        cloud.create_collection("items", permission="READONLY")

        @cloud.function("login")
        def login(event: Any, context: Any) -> Any:
            db = context.cloud.database()
            openid = context.wx_context["OPENID"]
            person = db.collection("people").where({"_id": openid})
            if person.update(data={"visits": db.command.inc(1)}).stats.updated == 0:
                db.collection("people").add(data={"_id": openid, "visits": 1})
            return {"openid": openid, "visits": person.get().data[0]["visits"]}

        @cloud.function("buy")
        def buy(event: Any, context: Any) -> Any:
            items = context.cloud.database().collection("items")
            items.doc(event["id"]).update(data={"bought": True})

        yield cloud


@pytest.fixture
def open_page(cloud: FakeCloud, browser: Browser, built: Path) -> Iterator[Open]:
    """Open the app on somebody's phone; what a page itself calls an error fails the test."""
    errors: list[Any] = []

    def note(error: Any) -> None:
        errors.append(error)

    with ExitStack() as stack:
        server = stack.enter_context(cloud.serve(hosts=["friend.example"]))
        port = stack.enter_context(site(built, (WRITTEN, server.url)))

        def open_(openid: str, host: str = "127.0.0.1") -> Page:
            context = stack.enter_context(browser.new_context(**PHONE))
            page = context.new_page()
            page.on("pageerror", note)
            page.goto(f"http://{host}:{port}/?openid={openid}")
            return page

        yield open_
    assert errors == []


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A jug of milk, more or less."""
    picture = Image.new("RGB", (112, 112), SKY)
    ImageDraw.Draw(picture).rounded_rectangle((34, 20, 78, 96), 14, fill="white")
    picture.save(tmp_path / "milk.png")
    return tmp_path / "milk.png"


def names(page: Page) -> Any:
    return page.locator(".row .name")


def add(page: Page, text: str) -> None:
    page.locator(".draft input").fill(text)
    page.locator(".draft .send").click()


def test_two_people_share_a_list(
    cloud: FakeCloud, open_page: Open, photo: Path, tmp_path: Path
) -> None:
    alice, bob = open_page("o-alice"), open_page("o-bob")
    expect(alice.locator(".me")).to_have_text("o-alice, visit 1")
    expect(bob.locator(".me")).to_have_text("o-bob, visit 1")

    add(alice, "milk")
    expect(names(bob)).to_have_text(["milk"])
    expect(bob.locator(".row .owner")).to_have_text("of o-alice")
    expect(alice.locator(".row .owner")).to_have_text("mine")

    with alice.expect_file_chooser() as chooser:
        alice.locator(".row", has_text="milk").get_by_text("Photo").click()
    chooser.value.set_files(photo)
    expect(alice.locator(".row", has_text="milk")).to_contain_text("100%")
    for page in (alice, bob):
        expect(page.locator(".row", has_text="milk").locator("img")).to_have_js_property(
            "naturalWidth", 112
        )

    # Bob's tea arrives, and he is not told so; the page says it, and both see the tea.
    cloud.faults.lose_reply("database.items.add", times=1)
    add(bob, "tea")
    expect(bob.locator(".draft .unsent")).to_contain_text("Not sure that it was sent")
    expect(bob.locator(".draft .unsent")).to_contain_text("request:fail timeout")
    for page in (alice, bob):
        expect(names(page)).to_have_text(["milk", "tea"])
    for name, page in {"alice": alice, "bob": bob}.items():
        check_picture(page, tmp_path / f"{name}.png")

    bob.get_by_text("Send again").click()
    expect(bob.locator(".draft .unsent")).to_have_count(0)
    expect(names(alice)).to_have_text(["milk", "tea"])
    assert len(cloud.calls.to("database.items.add")) == 3

    bob.locator(".row", has_text="milk").get_by_text("Bought").click()
    for page in (alice, bob):
        expect(names(page)).to_have_text(["tea"])
    assert cloud.faults.unused() == []
    bought = cloud.server.database().collection("items").where({"bought": True}).get().data
    assert [(it["text"], it["_openid"]) for it in bought] == [("milk", "o-alice")]


def check_picture(page: Page, file: Path) -> None:
    """The page as a picture: of the phone's size, and with what the story has put there."""
    page.screenshot(path=file)
    with Image.open(file) as picture:
        assert (picture.format, picture.size) == ("PNG", (WIDTH * SCALE, HEIGHT * SCALE))
        colours = picture.convert("RGB").getcolors(WIDTH * HEIGHT * SCALE**2)
    found = {colour for _, colour in colours}
    assert len(found) > 50, "letters have soft edges; a blank page has none"
    assert found >= {PAPER, GREEN, SKY}, "the page, its button, its photo"


def test_a_visit_is_remembered(open_page: Open) -> None:
    open_page("o-alice").locator(".me", has_text="visit 1").wait_for()
    expect(open_page("o-alice").locator(".me")).to_have_text("o-alice, visit 2")


CALL = "wx.cloud.callFunction({ name: 'login' }).then(() => 'answered', () => 'refused')"
WATCH = """new Promise((done) => wx.cloud.database().collection('items').where({}).watch({
  onChange: () => done('answered'),
  onError: () => done('refused'),
}))"""


@pytest.mark.parametrize(
    ("host", "outcome"),
    [("localhost", "answered"), ("friend.example", "answered"), ("evil.example", "refused")],
)
def test_which_pages_may_call(host: str, outcome: str, open_page: Open) -> None:
    page = open_page("o-alice", host)
    assert [page.evaluate(CALL), page.evaluate(WATCH)] == [outcome] * 2
    expect(page.locator(".trouble")).to_have_count(int(outcome == "refused"))
