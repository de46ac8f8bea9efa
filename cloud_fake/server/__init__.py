"""The same world behind loopback HTTP and WebSocket, for the platform's own SDKs, unmodified.

```
messages      requests and replies, as plain values
application   which family answers; foreign hosts and pages are refused
families      the protocols, one module each, as tables of what may be asked
querytext     JavaScript query texts of WeChat's open API: parsed, never run
realtime      WebSockets: watches, and sockets to containers
taro          what taro-cloud.js asks
javascript    cloud functions in Node's processes
keys          tokens that clients show: `Server.access_token()` and its like
visitors      who a request is from: tokens and sessions
visits        one request at work: through the one gate
documents     how values travel
connection    HTTP/1.1 on one line
hosting       listening: `cloud.serve()`
intercepting  calls to the platform's hosts with no port at all: `cloud.intercept()`
```

What each client needs to come here, and what to know of it:

* `wx-server-sdk` 4, `@cloudbase/node-sdk` 3 (family A): the variables of `Server.env`, or
  `init({serviceUrl: server.url + "/admin"})`, or `init({proxy: server.url, protocol: "http"})`.
  They read `TENCENTCLOUD_SESSIONTOKEN` at each call, so a function's own process is told apart by
  `Server.enroll(session)`. `.watch()` wants a global WebSocket: Node 22, or on 20 the option
  `--experimental-websocket`.
* `tcb-admin-node` (B): `init({serviceUrl})`, or `TENCENTCLOUD_RUNENV=SCF` with
  `HTTP_PROXY=server.url`. It resolves failures as `{code, message}`; `.watch()` also wants
  `app.env` set.
* `@cloudbase/js-sdk` 3 (C, or B with `endPointMode: "CLOUD_API"`): after `init`,
  `app.registerEndPointWithKey({key: "GATEWAY", url: "//127.0.0.1:PORT/v1", protocol: "http"})` and
  the same with `key: "CLOUD_API"` and `/web`; always both. `auth().signInAnonymously()` makes a
  user for each device. What its Node build loses of failures says docs/clients.md. Requests by hand
  show `server.api_key()` or `server.access_token(openid)` as their `Bearer`.
* wechatpy and hand-written `requests` (D): `WeChatCloud.API_BASE_URL = server.url + "/"` and
  `access_token=server.open_api_token()`, or no change at all inside `with cloud.intercept()`.

A lost request or reply is a connection that closes without an answer.
"""

from cloud_fake.server.extra import require_extra

require_extra()

# After the question, so that it is this package's word that one reads and not an import's.
from cloud_fake.server.hosting import Server  # noqa: E402
from cloud_fake.server.intercepting import Interception  # noqa: E402

__all__ = ["Interception", "Server"]
