"""cloud_fake: the WeChat/Taro cloud backend in memory.

```python
from cloud_fake import FakeCloud

cloud = FakeCloud(env="dev-1a2b3c", openid="o-alice", collections=["todos"])
cloud.database().collection("todos").add(data={"text": "milk"})
```

camelCase is the app's side (`cloud.callFunction`), snake_case the test's (`cloud.clock`).
"""

from cloud_fake.errors import CloudError, MisuseError, NotSupportedByFake
from cloud_fake.face.fake_cloud import FakeCloud, User
from cloud_fake.face.modes import Async, Sync

__all__ = ["Async", "CloudError", "FakeCloud", "MisuseError", "NotSupportedByFake", "Sync", "User"]
__version__ = "0.1.0"

for _name in __all__:
    # A traceback names what the user imports, not where it happens to stand.
    globals()[_name].__module__ = __name__
