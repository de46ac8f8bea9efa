// Calls: promise or callbacks.

const CALLBACKS = ['success', 'fail', 'complete']

/** The options that are sent: no callbacks, and nothing that is undefined. */
function sent(options) {
  if (!isObject(options) || Array.isArray(options)) return options
  const kept = Object.assign({}, options)
  Object.keys(kept).forEach(function (key) {
    if (kept[key] === undefined || CALLBACKS.indexOf(key) >= 0) delete kept[key]
  })
  return kept
}

/** Promise or callbacks, as the options say; `handle` is what the callback form answers. */
function answer(options, promise, handle) {
  const wanted = isObject(options)
    ? CALLBACKS.filter(function (name) {
        return options[name]
      })
    : []
  if (!wanted.length) return promise
  promise.then(tell('success'), tell('fail'))
  return handle

  function tell(name) {
    return function (value) {
      callBack(options[name], value)
      callBack(options.complete, value)
    }
  }
}

function callBack(callback, value) {
  if (typeof callback !== 'function') return
  try {
    callback(value)
  } catch (error) {
    // The platform swallows what callbacks throw.
  }
}
