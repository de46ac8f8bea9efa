// Connections: WebSockets, by whoever has one here.

/** A WebSocket: `open`, `message`, `close` are told; answers `{send, close}`. */
function connect(url, told) {
  if (typeof WebSocket === 'function') return connectByWebSocket(url, told)
  return platform.wx ? connectInWeChat(url, told) : connectInNode(url, told)
}

function connectByWebSocket(url, told) {
  const socket = new WebSocket(url)
  socket.onopen = told.open
  socket.onclose = told.close
  socket.onmessage = function (event) {
    told.message(event.data)
  }
  return socket
}

function connectInWeChat(url, told) {
  const task = platform.wx.connectSocket({ url: url })
  task.onOpen(told.open)
  task.onClose(told.close)
  task.onError(told.close)
  task.onMessage(function (event) {
    told.message(event.data)
  })
  return {
    send: function (text) {
      task.send({ data: text })
    },
    close: function () {
      task.close({})
    },
  }
}
