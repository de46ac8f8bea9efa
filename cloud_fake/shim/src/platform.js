// Where this runs.

const platform = {
  /** WeChat's own object, where there is one. */
  wx: typeof wx === 'object' && wx && typeof wx.request === 'function' ? wx : null,
  /** One of Node's modules; bundlers must not see a `require`. */
  node: function (name) {
    if (typeof process !== 'object' || !process) return null
    if (typeof process.getBuiltinModule === 'function') return process.getBuiltinModule(name)
    return typeof module === 'object' && typeof module.require === 'function'
      ? module.require(name)
      : null
  },
  env: function (name) {
    return typeof process === 'object' && process && process.env ? process.env[name] : undefined
  },
}

/** The server that this file came from, if a page loads it from there. */
const origin = (function () {
  const script = typeof document === 'object' && document ? document.currentScript : null
  const found = script && /^(https?:\/\/[^/]+)\/shim\//.exec(script.src)
  return found ? found[1] : undefined
})()

/** `?openid=` of the page, also behind the `#` of a Taro router. */
function openidOfPage() {
  const where = typeof location === 'object' && location ? location : null
  const found = where && /[?&]openid=([^&#]*)/.exec(where.search + where.hash)
  return found ? decodeURIComponent(found[1]) : undefined
}
