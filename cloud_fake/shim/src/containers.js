// `connectContainer`: a WebSocket to the fake for each, which is told what the app asks of its socket
// and tells what the container says.

/** What `connectContainer` answers: `{socketTask, errMsg}`. */
function openSocket(session, options) {
  return new Promise(function (resolve, reject) {
    const task = new SocketTask()
    const line = session.connect('/taro/socket', {
      open: function () {
        line.send(session.message([['connectContainer', [sent(options)]]], {}))
      },
      message: function (text) {
        const news = JSON.parse(text)
        if (news.opened) resolve(Object.assign(decode(news.opened), { socketTask: task }))
        else if (news.refused) reject(failure(news.refused))
        else task._hear(news)
      },
      close: function () {
        reject(hungUp())
        task._hangUp()
      },
    })
    task._line = line
  })
}

/** A socket; what nobody listens to yet is kept for who comes to listen. */
function SocketTask() {
  this.readyState = this.CONNECTING
  hide(this, { _line: null, _listeners: {}, _unheard: {}, _asked: {}, _number: 0 })
}

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED']
STATES.forEach(function (name, number) {
  SocketTask.prototype[name] = number
})

words('open message close error').forEach(function (kind) {
  SocketTask.prototype['on' + kind.charAt(0).toUpperCase() + kind.slice(1)] = function (listener) {
    this._listeners[kind] = listener
    const kept = this._unheard[kind] || []
    delete this._unheard[kind]
    kept.forEach(callBack.bind(null, listener))
  }
})

words('send close').forEach(function (name) {
  SocketTask.prototype[name] = function (options) {
    return answer(options, this._ask(name, sent(options) || {}))
  }
})

SocketTask.prototype._ask = function (name, options) {
  const task = this
  if (task.readyState === task.CLOSED) return askedTooLate(name)
  if (name === 'close' && task.readyState === task.OPEN) task.readyState = task.CLOSING
  return new Promise(function (resolve, reject) {
    const id = ++task._number
    task._asked[id] = { resolve: resolve, reject: reject }
    task._line.send(JSON.stringify({ id: id, ask: name, options: encode(options, []) }))
  })
}

/** The line to the fake is gone by then, so this is what it would say. */
function askedTooLate(name) {
  return name === 'close'
    ? Promise.resolve({ errMsg: 'closeSocket:ok' })
    : Promise.reject(plainFailure(SOCKET_NOT_OPEN))
}

SocketTask.prototype._hear = function (news) {
  if (news.event) this._tell(news.event, decode(news.told))
  else this._settle(news.id, news)
  const isIdle = Object.keys(this._asked).length === 0
  if (this.readyState === this.CLOSED && isIdle) this._line.close()
}

SocketTask.prototype._settle = function (id, news) {
  const waiting = this._asked[id]
  delete this._asked[id]
  if (news.error) waiting.reject(failure(news.error))
  else waiting.resolve(decode(news.ok))
}

SocketTask.prototype._tell = function (kind, told) {
  if (kind === 'open') this.readyState = this.OPEN
  if (kind === 'close' || kind === 'error') this.readyState = this.CLOSED
  const listener = this._listeners[kind]
  if (listener) callBack(listener, told)
  else this._unheard[kind] = (this._unheard[kind] || []).concat([told])
}

/** The line to the fake is gone; a socket that is closed in good order has known before. */
SocketTask.prototype._hangUp = function () {
  const asked = this._asked
  this._asked = {}
  Object.keys(asked).forEach(function (id) {
    asked[id].reject(new Error('taro-cloud.js: the fake has hung up'))
  })
  if (this.readyState !== this.CLOSED) this._tell('close', { code: 1006, reason: '' })
}
