// As much of a browser's page as the browser build of @cloudbase/js-sdk asks for.
'use strict'

/** XMLHttpRequest over fetch. */
class Request {
  constructor() {
    this.upload = { addEventListener() {} }
    this.headers = {}
  }
  open(method, url) {
    Object.assign(this, { method, url })
  }
  setRequestHeader(name, value) {
    this.headers[name] = value
  }
  getAllResponseHeaders() {
    return this.told
  }
  abort() {}
  async send(body) {
    const { method, headers } = this
    const response = await fetch(this.url, { method: method.toUpperCase(), headers, body })
    this.status = response.status
    this.told = [...response.headers].map((pair) => pair.join(': ')).join('\r\n')
    if (this.responseType === 'blob') this.response = await response.blob()
    else this.responseText = await response.text()
    this.readyState = 4
    this.onreadystatechange()
  }
}

function storage() {
  const kept = new Map()
  return {
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => void kept.set(key, String(value)),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  }
}

/** What the page last gave to its user as a download. */
const downloads = {}
const { createObjectURL } = URL
URL.createObjectURL = (blob) => createObjectURL.call(URL, (downloads.last = blob))

const element = { style: {}, setAttribute() {}, click() {}, appendChild() {}, removeChild() {} }
const href = 'http://localhost/'

Object.assign(global, {
  window: global,
  self: global,
  XMLHttpRequest: Request,
  localStorage: storage(),
  sessionStorage: storage(),
  location: { href, origin: href.slice(0, -1), protocol: 'http:', host: 'localhost', search: '', hash: '' },
  document: { createElement: () => element, body: element, addEventListener() {}, cookie: '' },
})

module.exports = downloads
