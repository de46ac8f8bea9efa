"""A mini program as it lies in its project, from its pages to its functions, offline.

Its own tests (`node --test`) run unmodified against a cloud that loses two answers on the way.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cloud_fake import FakeCloud
from cloud_fake.shim import read_file

PROJECT = Path(__file__).parent / "project"
ENV = "shop-1a2b3c"


@pytest.mark.usefixtures("node_modules")
def test_the_shop(node: str, tmp_path: Path) -> None:
    shim = tmp_path / "taro-cloud.js"
    shim.write_text(read_file("taro-cloud.js"), encoding="utf-8")
    with FakeCloud(env=ENV, openid="o-alice", collections=["users"], seed=7) as cloud:
        cloud.create_collection("goods", permission="ADMINWRITE")
        cloud.create_collection("orders", permission="READONLY")
        cloud.seed(
            {
                "goods": [
                    {"_id": "tea", "name": "tea", "price": 3, "stock": 5},
                    {"_id": "cake", "name": "cake", "price": 8, "stock": 1},
                    {"_id": "jam", "name": "jam", "price": 4, "stock": 0},
                ]
            },
            openid=None,
        )
        names = cloud.load_functions(PROJECT / "cloudfunctions")
        cloud.faults.add("function.order: lost_reply once")
        cloud.faults.add("function.pay: lost_reply once")
        with cloud.serve() as server:
            done = subprocess.run(
                [node, "--test", "tests/"],
                cwd=PROJECT,
                env={**os.environ, "CLOUD_FAKE_URL": server.url, "TARO_CLOUD_JS": str(shim)},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        assert done.returncode == 0, f"{done.stdout}\n{cloud.calls}"
        admin = cloud.server.database()
        orders = admin.collection("orders").get().data

    assert names == ["login", "order", "pay", "receipt"]
    assert [(it["_id"], it["_openid"], it["state"]) for it in orders] == [
        ("order-1", "o-alice", "paid")
    ]
    assert admin.collection("goods").doc("tea").get().data["stock"] == 3
    assert admin.collection("users").doc("o-alice").get().data["visits"] == 2
    assert cloud.faults.unused() == []
    made = [call for call in cloud.calls if call.name == "function.order"]
    assert len([it for it in made if it.options["data"]["orderId"] == "order-1"]) == 2
    assert len([it for it in cloud.calls if it.name == "function.receipt"]) == 1
    assert "· log: order order-1 of o-alice" in str(cloud.calls)
