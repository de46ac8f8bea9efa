"""minium's `App` on a stub automator: injects taro-cloud.js and uses `wx.cloud`; prints JSON.

A process of its own: minium starts threads that never end.
"""

import json
import os
import sys

from minium.miniprogram.base_driver.app import App
from minium.miniprogram.base_driver.connection import Connection

from cloud_fake.shim import read_file

automator, server, env = sys.argv[1:]

app = App(
    Connection.create(f"ws://127.0.0.1:{automator}"),
    platform="ide",
    enable_h5=False,
    disable_network_hook=True,
)


def evaluate(code: str, *args: object) -> object:
    """What a function answers in the mini program."""
    return app.evaluate(code, list(args), sync=True)["result"].get("result")


evaluate(f"function () {{ {read_file('taro-cloud.js')} }}")
evaluate(
    "function (server, env) { wx.cloud.useFake({ server, openid: 'o-minium' }).init({ env }) }",
    server,
    env,
)
called = evaluate(
    "function () { return wx.cloud.callFunction({ name: 'greet', data: { name: 'M' } }) }"
)
failed = evaluate(
    "function () { return wx.cloud.callFunction({ name: 'nobody' }).catch((e) => e.errCode) }"
)
added = evaluate(
    "function () { return wx.cloud.database().collection('todos').add({ data: { n: 1 } }) }"
)
sys.stdout.write("\n" + json.dumps([called, failed, added]) + "\n")
sys.stdout.flush()
os._exit(0)
