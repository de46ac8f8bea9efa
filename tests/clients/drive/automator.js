// What minium talks to: the automator of WeChat's developer tools, as far as minium needs it to begin.
// A WebSocket that evaluates functions in a place with a `wx`; it prints its port, and ends with its
// stdin. In a mini program there is neither Node's `process` nor a browser's `fetch`.
'use strict'

const crypto = require('crypto')
const fs = require('fs')
const http = require('http')
const os = require('os')
const path = require('path')
const vm = require('vm')

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const files = fs.mkdtempSync(path.join(os.tmpdir(), 'automator-'))
process.on('exit', () => fs.rmSync(files, { recursive: true }))

/** A call of `wx` that answers by callbacks. */
const calling = (work) => (options) =>
  void Promise.resolve()
    .then(() => work(options))
    .then(options.success, (error) => options.fail({ errMsg: String(error.message || error) }))

/** A `wx` that has the network and a disk, and nothing of the cloud. */
const wx = {
  env: { USER_DATA_PATH: files },
  request: calling(async ({ url, method, data, header }) => {
    const response = await fetch(url, { method, headers: header, body: data })
    return { data: await response.text(), statusCode: response.status }
  }),
  connectSocket({ url }) {
    const socket = new WebSocket(url)
    return {
      onOpen: (told) => (socket.onopen = () => told({})),
      onClose: (told) => (socket.onclose = ({ code }) => told({ code })),
      onError: (told) => (socket.onerror = () => told({ errMsg: 'connectSocket:fail' })),
      onMessage: (told) => (socket.onmessage = ({ data }) => told({ data })),
      send: ({ data }) => socket.send(data),
      close: () => socket.close(),
    }
  },
  getFileSystemManager: () => ({
    readFile: calling(({ filePath }) => {
      const bytes = fs.readFileSync(filePath)
      return { data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) }
    }),
    writeFile: calling(({ filePath, data }) => fs.writeFileSync(filePath, Buffer.from(data))),
    readFileSync: (filePath) => fs.readFileSync(filePath, 'utf8'),
    writeFileSync: (filePath, text) => fs.writeFileSync(filePath, text),
  }),
  arrayBufferToBase64: (buffer) => Buffer.from(buffer).toString('base64'),
  base64ToArrayBuffer: (text) => new Uint8Array(Buffer.from(text, 'base64')).buffer,
  getSystemInfoSync: () => ({ SDKVersion: '3.0.0', platform: 'devtools' }),
  getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0a1b2c3d4e5f6071' } }),
}
for (const name of ['onAppRoute', 'onAppRouteDone', 'onBeforeAppRoute', 'onError']) wx[name] = () => {}
const place = vm.createContext({
  wx,
  console: { log() {}, info() {}, warn() {}, error() {}, debug() {} },
  setTimeout,
  clearTimeout,
  __wxConfig: { pages: ['pages/index/index'], appLaunchInfo: { path: 'pages/index/index' } },
  getApp: () => ({}),
  getCurrentPages: () => [],
})
place.global = place

async function answer({ id, method, params }, say) {
  // minium misses an answer that is there before it waits for it, and then sits out its patience.
  await new Promise((resolve) => setTimeout(resolve, 50))
  try {
    say({ id, result: await perform(method, params || {}, say) })
  } catch (error) {
    say({ id, error: { message: String((error && error.message) || error) } })
  }
}

async function perform(method, params, say) {
  if (method === 'App.callFunction') {
    const declared = vm.runInContext(`(${params.functionDeclaration})`, place)
    return { result: await declared(...params.args) }
  }
  if (method === 'App.addBinding') {
    place[params.name] = (...args) =>
      say({ method: 'App.bindingCalled', params: { name: params.name, args } })
  }
  if (method === 'App.getPageStack') return { pageStack: [] }
  if (method === 'Tool.getInfo') return { SDKVersion: '3.0.0', version: '1.0.0' }
  return {}
}

// --- WebSocket, the server's half of RFC 6455 that texts need ---------------------------------------

function textFrame(text) {
  const payload = Buffer.from(text)
  const size = payload.length
  const head = Buffer.alloc(size < 126 ? 2 : size < 65536 ? 4 : 10)
  head[0] = 0x81
  head[1] = size < 126 ? size : size < 65536 ? 126 : 127
  if (head.length === 4) head.writeUInt16BE(size, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2)
  return Buffer.concat([head, payload])
}

/** Takes what comes and tells the texts in it. */
function reader(tell) {
  let bytes = Buffer.alloc(0)
  return (more) => {
    bytes = Buffer.concat([bytes, more])
    for (;;) {
      const short = bytes.length > 1 ? bytes[1] & 127 : 0
      const start = short === 126 ? 4 : short === 127 ? 10 : 2
      if (bytes.length < start + 4) return
      const size =
        start === 2 ? short : start === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
      if (bytes.length < start + 4 + size) return
      const mask = bytes.subarray(start, start + 4)
      const payload = bytes.subarray(start + 4, start + 4 + size).map((byte, i) => byte ^ mask[i % 4])
      const opcode = bytes[0] & 15
      bytes = bytes.subarray(start + 4 + size)
      if (opcode === 1) tell(Buffer.from(payload).toString())
    }
  }
}

const server = http.createServer()
server.on('upgrade', (request, line) => {
  const key = crypto.createHash('sha1').update(request.headers['sec-websocket-key'] + GUID)
  line.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`,
  )
  const say = (message) => line.write(textFrame(JSON.stringify(message)))
  line.on('data', reader((text) => answer(JSON.parse(text), say)))
  line.on('error', () => undefined)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
process.stdin.on('end', () => process.exit(0)).resume()
