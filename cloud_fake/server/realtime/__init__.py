"""Server: watches over WebSocket, one protocol for all the JavaScript SDKs.

```
channel        the line: wsproto frames in and out, a writer of its own
messages       the protocol: LOGIN, INIT_WATCH, REBUILD_WATCH, CHECK_LAST, PING, CLOSE_WATCH
subscription   one watch: what the cloud tells its listener, as the client's events
```
"""
