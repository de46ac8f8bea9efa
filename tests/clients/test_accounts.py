"""Accounts of @cloudbase/js-sdk: users of devices and of tickets; all else is refused by name."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clients.accounts import ANSWERED, ELSE, ONLY_IN_NODE, REFUSED
from tests.clients.driving import HERE, NODE, SECONDS
from tests.clients.surface import names
from tests.clients.table import make_cloud

BUILDS = {"js-sdk": ONLY_IN_NODE, "js-sdk-browser": frozenset[str]()}


@pytest.mark.parametrize("build", BUILDS)
def test_every_name_is_answered_refused_or_no_request(build: str, node_modules: Path) -> None:
    known = [*ANSWERED, *REFUSED, *ELSE, *BUILDS[build]]
    assert sorted(names(build)["auth"]) == sorted(known)


CLAIMS = base64.urlsafe_b64encode(b'{"uid":"o-carol"}').rstrip(b"=").decode()
#: The browser build, whose requests know every method; `said` is of who succeeds, or why not.
SCRIPT = """
process.on('unhandledRejection', () => {})
console.warn = console.error = console.info = () => {}
require('./drive/page.js')
const path = require('path')
const { opened } = require('./drive/js-sdk.js')
const node = require.resolve('@cloudbase/js-sdk')
const browser = require(path.join(path.dirname(node), 'index.cjs.js'))
const ASK = {%s}
async function main() {
  const config = { env: 'dev-1a2b3c', server: process.env.SERVER }
  const auth = (await opened(config, undefined, browser.default || browser)).auth()
  auth.setCustomSignFunc(async () => 'key/@@/x.%s.y')
  for (const name of Object.keys(ASK)) {
    const said = await ASK[name](auth).catch((error) => ({ error }))
    const { message, error_description: text = message } = (said && said.error) || {}
    const { user } = (await auth.getLoginState()) || {}
    const told = JSON.stringify([name, text || null, user ? user.uid : null])
    process.stdout.write('SAID ' + told + '\\n')
  }
}
main().then(() => process.exit(0))
"""


def ask(calls: Mapping[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """What each call's error says, if it has one, and who is signed in afterwards."""
    asked = ", ".join(f"{name}: async (auth) => auth.{name}({it})" for name, it in calls.items())
    with make_cloud() as cloud, cloud.serve() as server:
        done = subprocess.run(
            [*NODE, "-e", SCRIPT % (asked, CLAIMS)],
            cwd=HERE,
            env={**os.environ, "SERVER": server.url},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    lines: list[Any] = [json.loads(it[5:]) for it in done.stdout.splitlines() if "SAID " in it]
    return {name: (text, user) for name, text, user in lines}


def test_users_of_devices_and_tickets_are_there(node_modules: Path) -> None:
    said = ask(ANSWERED)
    assert {name: text for name, (text, _) in said.items() if text is not None} == {}
    users = [said[name][1] for name in ANSWERED]
    assert users[0] is not None
    assert users[0].startswith("anon-")
    assert users[:-2] == users[:1] * len(users[:-2])
    assert users[-2:] == ["o-carol", None]


def test_what_else_there_is_says_that_it_is_not_faked_and_which(node_modules: Path) -> None:
    said = ask(REFUSED)
    assert said.keys() == REFUSED.keys()
    assert {name: it for name, it in said.items() if not is_refusal(it[0])} == {}


def is_refusal(text: str | None) -> bool:
    return (text or "").startswith("not supported by cloud_fake: ") and "/auth/" not in str(text)
