"""minium's `App` on a stub automator: injects taro-cloud.js and asks `wx.cloud` the table's rows.

Arguments: the automator's port; {config, rows} on stdin, a line `ROW <JSON>` for each on stdout. A
process of its own: minium starts threads that never end.
"""

import json
import os
import sys
from pathlib import Path

from minium.miniprogram.base_driver.app import App
from minium.miniprogram.base_driver.connection import Connection

from cloud_fake.shim import read_file

HERE = Path(__file__).parent
#: What is sent into the mini program, which has no `require`; each after those that it needs.
MODULES = ("watch.js", "mini.js", "rows.js", "taro-cloud.js")
OPEN = """
const files = wx.getFileSystemManager()
const device = {
  write: (text) => {
    const file = wx.env.USER_DATA_PATH + '/file.txt'
    files.writeFileSync(file, text)
    return file
  },
  read: (file) => files.readFileSync(file),
  fetch: (url) =>
    new Promise((success, fail) =>
      wx.request({ url, method: 'GET', success: ({ data }) => success(data), fail }),
    ),
}
const cloud = wx.cloud.useFake({ server, openid: 'o-minium' })
cloud.init({ env })
const sdk = found['./taro-cloud.js'](cloud, device)
global.askRow = (row) => found['./rows.js'](sdk, row)
"""


def bundle() -> str:
    """The modules, one after the other."""
    parts = [
        f"{{ const module = {{}}; (function () {{ {(HERE / name).read_text('utf-8')} }})();"
        f" found['./{name}'] = module.exports }}"
        for name in MODULES
    ]
    return "\n".join(["const found = {}, require = (name) => found[name];", *parts])


def main(automator: str) -> None:
    """Ask every row, in their order."""
    app = App(
        Connection.create(f"ws://127.0.0.1:{automator}"),
        platform="ide",
        enable_h5=False,
        disable_network_hook=True,
    )

    def evaluate(code: str, *args: object) -> object:
        """What a function answers in the mini program."""
        return app.evaluate(code, list(args), sync=True)["result"].get("result")

    asked = json.load(sys.stdin)
    config = asked["config"]
    evaluate(f"function () {{ {read_file('taro-cloud.js')} }}")
    evaluate(f"function (server, env) {{ {bundle()} {OPEN} }}", config["server"], config["env"])
    for row in asked["rows"]:
        outcome = evaluate("function (row) { return askRow(row) }", row)
        sys.stdout.write(f"\nROW {json.dumps(outcome)}\n")
    sys.stdout.flush()


main(*sys.argv[1:])
os._exit(0)
