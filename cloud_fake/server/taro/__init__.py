"""`taro-cloud.js`, the mini program's SDK outside of WeChat: its protocol, which is our own.

```
values      what JSON has no words for, both ways
paths       what the app has written, as a path of calls: followed on the blocking face
asking      one request: who asks, initialised how, and what comes of it
family      POST /taro, and the file itself at /shim/
watching    the WebSocket at /taro/watch
connecting  the WebSocket at /taro/socket
streaming   the WebSocket at /taro/stream
```

The JavaScript checks next to nothing: the Python face does, so both say the same.
"""
