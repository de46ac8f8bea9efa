"""What a first add and get leave unloaded: most tests never need it, and pay for it otherwise."""

import subprocess
import sys

LATER = (
    "cloud_fake.cli",
    "cloud_fake.scenarios",
    "cloud_fake.server",
    "cloud_fake.query.expressions",
    "cloud_fake.query.operators.expressions",
    "cloud_fake.query.pipelines",
    "cloud_fake.query.stages",
    "asyncio",
    "sqlite3",
    "ssl",
    "yaml",
)
PROGRAM = """
import sys
from cloud_fake import FakeCloud

todos = FakeCloud(env="dev-1a2b3c", collections=["todos"]).database().collection("todos")
added = todos.add(data={"text": "milk"})["_id"]
assert todos.doc(added).get()["data"]["text"] == "milk"
print(*sorted(sys.modules))
"""


def test_a_first_add_and_get_load_no_more_than_they_need():
    loaded = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "cloud_fake.face.fake_cloud" in loaded
    assert [name for name in LATER if name in loaded] == []
