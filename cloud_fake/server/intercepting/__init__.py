"""Server without a port: `with cloud.intercept(): ...`, for Python apps that must not know of one.

Calls that `requests` and `httpx` make to the platform's hosts reach the cloud in this process,
through the same application as the server's; no other call is touched, nor any other library.

```
interception   which cloud a call is for; the context manager
hooks          the two places that are patched while a cloud intercepts
carriers       a library's request to ours, our reply to the library's
```
"""

from cloud_fake.server.intercepting.interception import Interception

__all__ = ["Interception"]
