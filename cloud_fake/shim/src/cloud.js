// `Taro.cloud` itself.

function Cloud(session) {
  const self = this
  Object.defineProperty(this, '_session', { value: session })
  // The platform's are no methods: an app may take one out of its object, or put `new` before it.
  Object.keys(Cloud.prototype).forEach(function (name) {
    self[name] = function () {
      return Cloud.prototype[name].apply(self, arguments)
    }
  })
  this.Cloud = cloudClass(session.line)
  this.extend = { AI: new AI(session) }
  this.services = {
    Gateway: function () {
      throw notFaked('cloud.services.Gateway')
    },
  }
}

Cloud.prototype.init = function (config) {
  // Only the first one counts.
  if (this._session.init === null) this._session.init = config || {}
}

Cloud.prototype.database = function (config) {
  this._session.requireInit()
  return new Database(this._session, config === undefined ? [] : [config])
}

words('CloudID CDN').forEach(function (name) {
  Cloud.prototype[name] = function (given) {
    this._session.requireInit()
    return new Value([[name, [given]]])
  }
})

words('callFunction callContainer').forEach(function (name) {
  Cloud.prototype[name] = function (options) {
    this._session.requireInit()
    requireOptions(options)
    return this._session.call([], name, arguments)
  }
})

words('getTempFileURL deleteFile').forEach(function (name) {
  Cloud.prototype[name] = function () {
    this._session.requireInit()
    return this._session.call([], name, arguments)
  }
})

Cloud.prototype.connectContainer = function (options) {
  this._session.requireInit()
  requireOptions(options)
  return answer(options, openSocket(this._session, options))
}

Cloud.prototype.uploadFile = function (options) {
  return upload(this._session, options)
}

Cloud.prototype.downloadFile = function (options) {
  return download(this._session, options)
}

function requireOptions(options) {
  if (!isObject(options)) throw refusal(-401003, wrongType('', 'object', options))
}

/** The class of instances for other environments: `new cloud.Cloud({ resourceEnv })`. */
function cloudClass(line) {
  return function (resource) {
    const made = new Cloud(new Session(line, sent(resource || {})))
    made.init = function () {
      return made._session.ask([['init', []]]).then(function (result) {
        if (!result || !result.errCode) made._session.init = {}
        return result === null ? undefined : result
      })
    }
    return made
  }
}

// Beside the platform.

/** Say where the fake is and who uses the app: `{ server, openid }`. */
Cloud.prototype.useFake = function (settings) {
  Object.assign(this._session.line.settings, settings)
  return this
}

/** The same app on another user's device, initialised alike; null is not signed in. */
Cloud.prototype.asUser = function (openid) {
  const line = new Line(Object.assign({}, this._session.line.settings, { openid: openid }))
  const other = new Cloud(new Session(line))
  other._session.init = this._session.init
  return other
}

const cloud = new Cloud(new Session(new Line({})))

if (typeof module === 'object' && module && module.exports) {
  module.exports = cloud
  module.exports.default = cloud
} else {
  host.wx = host.wx || {}
  Object.defineProperty(host.wx, 'cloud', { value: cloud, writable: true, configurable: true })
  host.taroCloud = cloud
}
