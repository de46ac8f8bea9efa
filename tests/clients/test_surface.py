"""Nothing that an SDK has is left out of the table unsaid."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from wechatpy.client.api import WeChatCloud

from tests.clients.clients import ABSENT, CLIENTS
from tests.clients.driving import HERE, NODE, SECONDS
from tests.clients.surface import APIS_OF, ELSE, SDKS, names
from tests.clients.table import make_cloud

PARTS = tuple(APIS_OF)


@pytest.fixture(scope="module")
def surfaces(node_modules: Path) -> dict[str, dict[str, list[str]]]:
    return {script: names(script) for script in SDKS}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("script", SDKS)
def test_every_name_is_in_the_table_or_has_a_reason(
    script: str, part: str, surfaces: dict[str, dict[str, list[str]]]
) -> None:
    found = set(surfaces[script][part])
    assert found - APIS_OF[part].keys() - ELSE[part].keys() == set()
    (client,) = [client for client in CLIENTS if client.key == script]
    asked = {APIS_OF[part][name] for name in found & APIS_OF[part].keys()}
    assert {api for api in asked if client.reasons.get(api) is ABSENT} == set()


@pytest.mark.parametrize("part", PARTS)
def test_no_name_is_out_of_date(part: str, surfaces: dict[str, dict[str, list[str]]]) -> None:
    known = APIS_OF[part].keys() | ELSE[part].keys()
    assert known - {name for found in surfaces.values() for name in found[part]} == set()


#: What is asked of which SDK.
NOT_FAKED = {
    "wx-server-sdk": ["app.getVoIPSign({groupId: 'g', nonce: 'n', timestamp: 1})"],
    "node-sdk": [
        "app.auth().queryUserInfo({uid: 'o-alice'})",
        "app.analytics({report_type: 'mall', report_data: {action_type: 'x', action_time: 1}})",
        "app.wxCallContainerApi({apiName: 'a', requestData: Buffer.from('x')}).then(String)",
    ],
    "js-sdk": [
        "app.models.todos.list({})",
        "app.models.todos.get({ filter: { where: {} } })",
        "app.models.todos.create({ data: { text: 'milk' } })",
        "app.models.todos.update({ data: { text: 'tea' }, filter: { where: {} } })",
        "app.models.todos.upsert({ create: {}, update: {}, filter: { where: {} } })",
        "app.models.todos.delete({ filter: { where: {} } })",
        "app.models.$runSQL('SELECT 1')",
        "app.rdb().from('todos').select('*').then(({ error }) => { throw error })",
        "app.ai().createModel('hunyuan').generateText({ model: 'a', messages: [] })",
        "app.auth().getVerification({ email: 'ann@shop.example' })",
    ],
}
SCRIPT = """
process.on('unhandledRejection', () => {})
const { opened } = require('./drive/%s.js')
const print = (said) => process.stdout.write('SAID ' + JSON.stringify(said) + '\\n')
async function main() {
  const app = await opened({ env: 'dev-1a2b3c', server: process.env.SERVER })
  for (const ask of [%s]) {
    await ask().then(print, (error) => print(error.message || error))
  }
}
main().then(() => process.exit(0))
"""


@pytest.mark.parametrize("script", NOT_FAKED)
def test_what_is_not_faked_says_so(script: str, node_modules: Path) -> None:
    asked = NOT_FAKED[script]
    with make_cloud() as cloud, cloud.serve() as server:
        done = subprocess.run(
            [*NODE, "-e", SCRIPT % (script, ", ".join(f"() => {it}" for it in asked))],
            cwd=HERE,
            env={**os.environ, **server.env, "SERVER": server.url},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    said: list[Any] = [json.loads(line[5:]) for line in done.stdout.splitlines() if "SAID" in line]
    assert len(said) == len(asked)
    assert [it for it in said if "not supported by cloud_fake" not in str(it)] == []


def test_wechatpy_has_one_call_more() -> None:
    known = {name for name in vars(WeChatCloud) if not name.startswith("_")} - {"API_BASE_URL"}
    assert known - _source_of_wechat() == {"get_qcloud_token"}


def _source_of_wechat() -> set[str]:
    source = (HERE / "wechat_clients.py").read_text(encoding="utf-8")
    return {name for name in vars(WeChatCloud) if name in source}
