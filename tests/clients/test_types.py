"""taro-cloud.d.ts: an app is type-checked against Taro's own types, and the fake's beside them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cloud_fake.shim import read_file
from tests.clients.needs import node_modules_of

H5 = Path(__file__).parent / "h5"
APP = """
import Taro from '@tarojs/taro'
import cloud from './taro-cloud'

export async function app(): Promise<number> {
  Taro.cloud = cloud
  cloud.useFake({ server: 'http://127.0.0.1:1', openid: null }).init({ env: 'e' })
  await cloud.callFunction({ name: 'x', data: {} })
  const db = cloud.database()
  await db.collection('todos').where({ n: db.command.gt(1) }).get()
  const { socketTask } = await cloud.connectContainer({ service: 'chat' })
  socketTask.onMessage(({ data }) => data.length)
  await cloud.extend.AI.bot.list()
  const other: typeof cloud = cloud.asUser('o-bob')
  other.uploadFile({ cloudPath: 'a', filePath: 'b', success: (told) => told.fileID.length }).abort()
  const answer = await cloud.callContainer({ path: '/', config: { env: 'e' } })
  // @ts-expect-error a function has a name
  cloud.callFunction({})
  // @ts-expect-error there is no such call
  cloud.nonsense()
  // @ts-expect-error users have texts as names
  cloud.asUser(5)
  return answer.statusCode
}
"""
OPTIONS = ("--strict", "--noEmit", "--skipLibCheck", "--esModuleInterop", "--module", "esnext",
           "--moduleResolution", "node", "--target", "es2019")  # fmt: skip


def test_an_app_is_checked_by_taros_own_types(node: str, tmp_path: Path) -> None:
    modules = node_modules_of(H5)
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)
    (tmp_path / "taro-cloud.d.ts").write_text(read_file("taro-cloud.d.ts"), encoding="utf-8")
    (tmp_path / "app.ts").write_text(APP, encoding="utf-8")
    command = [node, str(modules / "typescript" / "bin" / "tsc"), *OPTIONS, "app.ts"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
