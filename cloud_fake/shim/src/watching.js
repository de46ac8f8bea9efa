// Watches: a WebSocket for each, which is told what to watch and tells what happens.

Session.prototype.watch = function (steps, options) {
  const handlers = isObject(options) ? options : {}
  const wrong = ['onChange', 'onError'].filter(function (name) {
    return typeof handlers[name] !== 'function'
  })
  if (wrong.length) {
    throw refusal(
      -401003,
      wrong
        .map(function (name) {
          return wrongType('.' + name, 'function', handlers[name])
        })
        .join(''),
    )
  }
  return new Watcher(this, steps, handlers)
}

function Watcher(session, steps, handlers) {
  let isOpen = true
  const connection = session.connect('/taro/watch', {
    open: function () {
      connection.send(session.message(steps, {}))
    },
    message: function (text) {
      const news = JSON.parse(text)
      if (!isOpen) return
      if (news.error) return end(failure(news.error))
      callBack(handlers.onChange, decode(news.change))
    },
    close: function () {
      if (isOpen) end(hungUp())
    },
  })

  function end(error) {
    isOpen = false
    callBack(handlers.onError, error)
  }

  this.onChange = handlers.onChange
  this.onError = handlers.onError
  this.close = function () {
    isOpen = false
    connection.close()
    return Promise.resolve()
  }
}
