/*!
 * taro-cloud.js: `Taro.cloud` and `wx.cloud` for code that runs outside of WeChat.
 *
 * It is the cloud of a running cloud_fake (`cloud-fake serve`, or `cloud.serve()` in a Python test),
 * without dependencies. It checks next to nothing itself: what the app writes is sent as it is
 * written, as a path of calls, and the fake does, checks and words everything.
 *
 *   Node, jest, vitest   Taro.cloud = require('./taro-cloud.js')
 *                        CLOUD_FAKE_URL=http://127.0.0.1:PORT   CLOUD_FAKE_OPENID=o-alice
 *   a page               <script src="http://127.0.0.1:PORT/shim/taro-cloud.js"></script>
 *                        then Taro.cloud = wx.cloud; who the user is: ?openid=o-alice of the page
 *   anywhere             cloud.useFake({ server: 'http://127.0.0.1:PORT', openid: 'o-alice' })
 *
 * One request is `POST /taro {steps, init, openid, resource}`, answered `{ok}` or `{error}`; a watch
 * is a WebSocket at `/taro/watch` that is told the same and tells `{change}` and `{error}`. What JSON
 * has no words for is an object with one key:
 *
 *   {$undefined} {$function} {$circular} {$date: ms} {$regexp: [source, flags]} {$binary: base64}
 *   {$file: base64, null if it cannot be read}  {$geo: GeoJSON}  {$made: a path of calls}
 *   {$object: an object of the app's own whose keys begin with $}
 */
;(function (host) {
  'use strict'

  // --- the platform's words: the few that are thrown before anything is sent -----------------------

  const WORDS = { '-401002': 'api parameter error', '-401003': 'api parameter type error' }
  const NOT_INITIALISED =
    "Cloud API isn't enabled, please call wx.cloud.init first\n" +
    '请先调用 wx.cloud.init() 完成初始化后再调用其他云 API。'

  function failure(fields) {
    const error = new Error(fields.message)
    if (fields.name) error.name = fields.name
    return Object.assign(error, fields)
  }

  function refusal(code, text) {
    const message = 'errCode: ' + code + ' ' + (WORDS[code] || '') + ' | errMsg: ' + text
    return failure({ errCode: code, errMsg: text, message: message, code: code })
  }

  function wrongType(key, wanted, value) {
    return 'parameter' + key + ' should be ' + wanted + ' instead of ' + typeName(value) + ';'
  }

  function typeName(value) {
    return Object.prototype.toString.call(value).slice(8, -1).toLowerCase()
  }

  // --- what the app makes: paths of calls that the fake follows ------------------------------------

  const STEPS = '__cloudFakeSteps__'

  /** Something made by calls, such as `_.gt(1)`: the fake makes it again. */
  function Made(steps) {
    Object.defineProperty(this, STEPS, { value: steps })
  }

  /** A kind of thing with these methods, each of which makes a `result()`. */
  function kind(methods, result) {
    function Kind(steps) {
      Made.call(this, steps)
    }
    Kind.prototype = Object.create(Made.prototype)
    words(methods).forEach(function (name) {
      Kind.prototype[name] = function () {
        return new (result || Kind)(this[STEPS].concat([[name, listed(arguments)]]))
      }
    })
    return Kind
  }

  function words(text) {
    return text.split(/\s+/).filter(Boolean)
  }

  function listed(args) {
    return Array.prototype.slice.call(args)
  }

  const CONDITIONS =
    'eq neq gt gte lt lte in nin exists mod all elemMatch size geoNear geoWithin geoIntersects'
  const CHANGES =
    'set remove rename min max inc mul bit push unshift pop shift pull pullAll addToSet'
  const EXPRESSIONS = `
    abs add ceil divide exp floor ln log log10 mod multiply pow sqrt subtract trunc
    eq neq gt gte lt lte cmp and or not cond ifNull switch
    arrayElemAt arrayToObject concatArrays filter in indexOfArray isArray map range reduce
    reverseArray size slice zip allElementsTrue anyElementTrue
    setDifference setEquals setIntersection setIsSubset setUnion
    mergeObjects objectToArray let literal meta
    concat indexOfBytes indexOfCP split strLenBytes strLenCP strcasecmp substr substrBytes substrCP
    toLower toUpper trim ltrim rtrim
    dateFromParts dateFromString dateToParts dateToString dayOfMonth dayOfWeek dayOfYear hour
    isoDayOfWeek isoWeek isoWeekYear millisecond minute month second week year
    convert toBool toDate toDecimal toDouble toInt toLong toObjectId toString type
    addToSet avg first last max min push stdDevPop stdDevSamp sum`
  const STAGES = `
    addFields bucket bucketAuto count geoNear group limit lookup match project replaceRoot sample
    skip sort sortByCount unwind`

  const Condition = kind(CONDITIONS + ' and or nor not')
  const Value = kind('')
  const Pipeline = kind(STAGES)
  Pipeline.prototype.done = function () {
    return new Value(this[STEPS].concat([['done', []]]))
  }
  const Expressions = kind(EXPRESSIONS, Value)
  Expressions.prototype.pipeline = function () {
    return new Pipeline(this[STEPS].concat([['pipeline', []]]))
  }
  const Projections = kind('slice elemMatch', Value)
  const Conditions = kind(CONDITIONS + ' and or nor not expr', Condition)
  const Changes = kind(CHANGES, Value)

  function makeCommand() {
    const path = [['database', []], ['command']]
    const command = new Conditions(path)
    const changes = new Changes(path)
    words(CHANGES).forEach(function (name) {
      command[name] = changes[name].bind(changes)
    })
    command.aggregate = new Expressions(path.concat([['aggregate']]))
    command.project = new Projections(path.concat([['project']]))
    return command
  }

  // --- geo values: also what records are read back as ----------------------------------------------

  /** Of what a shape is made, and how its typings call that. */
  const MEMBERS = {
    Point: null,
    LineString: ['Point', 'points'],
    Polygon: ['LineString', 'lines'],
    MultiPoint: ['Point', 'points'],
    MultiLineString: ['LineString', 'lines'],
    MultiPolygon: ['Polygon', 'polygons'],
  }
  const Geo = {}

  function defineShape(name) {
    const members = MEMBERS[name]

    function Shape(given, latitude) {
      const shape = Object.create(Shape.prototype)
      const args = listed(arguments)
      const isJson = given !== null && typeof given === 'object' && 'coordinates' in given
      const steps = [['database', []], ['Geo'], [name, isJson ? [toJson(given)] : args]]
      Made.call(shape, steps)
      if (members) shape[members[1]] = isJson ? read(given.coordinates) : given
      else Object.assign(shape, isJson ? place(given.coordinates) : place(args))
      return shape
    }

    function read(coordinates) {
      return listed(coordinates).map(function (each) {
        return Geo[members[0]]({ type: members[0], coordinates: each })
      })
    }

    Shape.prototype = Object.create(Made.prototype, { constructor: { value: Shape } })
    Shape.prototype.toJSON = function () {
      return { type: name, coordinates: coordinatesOf(this) }
    }
    Shape.prototype.toString = function () {
      return JSON.stringify(coordinatesOf(this))
    }

    function coordinatesOf(shape) {
      if (!members) return [shape.longitude, shape.latitude]
      return shape[members[1]].map(function (member) {
        return member.toJSON().coordinates
      })
    }

    return Shape
  }

  function place(pair) {
    return { longitude: pair[0], latitude: pair[1] }
  }

  function toJson(shape) {
    return { type: shape.type, coordinates: shape.coordinates }
  }

  Object.keys(MEMBERS).forEach(function (name) {
    Geo[name] = defineShape(name)
  })

  // --- values on the wire --------------------------------------------------------------------------

  function encode(value, above) {
    if (value === undefined) return { $undefined: true }
    if (value === null) return null
    if (typeof value === 'function' || typeof value === 'symbol') return { $function: true }
    if (typeof value !== 'object') return value
    if (above.indexOf(value) >= 0) return { $circular: true }
    return encodeObject(value, above.concat([value]))
  }

  function encodeObject(value, above) {
    if (value[STEPS]) return { $made: encodeSteps(value[STEPS], above) }
    if (Array.isArray(value)) {
      return value.map(function (item) {
        return encode(item, above)
      })
    }
    switch (typeName(value)) {
      case 'date':
        return isNaN(value) ? null : { $date: value.getTime() }
      case 'regexp':
        return { $regexp: [value.source, value.flags] }
      case 'arraybuffer':
        return { $binary: toBase64(new Uint8Array(value)) }
    }
    if (ArrayBuffer.isView(value)) {
      return { $binary: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) }
    }
    if (value instanceof LocalFile) return { $file: value.content && toBase64(value.content) }
    if (typeof value.toJSON === 'function') return encode(value.toJSON(), above)
    return encodeFields(value, above)
  }

  function encodeFields(object, above) {
    const fields = {}
    const keys = Object.keys(object)
    keys.forEach(function (key) {
      fields[key] = encode(object[key], above)
    })
    return keys.some(isMark) ? { $object: fields } : fields
  }

  function encodeSteps(steps, above) {
    return steps.map(function (step) {
      return step.length === 1 ? step : [step[0], encode(step[1], above)]
    })
  }

  function isMark(key) {
    return key.charAt(0) === '$'
  }

  const READERS = {
    $undefined: function () {
      return undefined
    },
    $date: function (millis) {
      return new Date(millis)
    },
    $regexp: function (parts) {
      return new DatabaseRegExp({ regexp: parts[0], options: parts[1] })
    },
    $binary: function (text) {
      return fromBase64(text).buffer
    },
    $geo: function (json) {
      return Geo[json.type](json)
    },
    $object: decodeFields,
  }

  function decode(value) {
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map(decode)
    const key = Object.keys(value)[0]
    return key && READERS[key] ? READERS[key](value[key]) : decodeFields(value)
  }

  function decodeFields(object) {
    const fields = {}
    Object.keys(object).forEach(function (key) {
      fields[key] = decode(object[key])
    })
    return fields
  }

  function toBase64(bytes) {
    if (typeof Buffer === 'function') return Buffer.from(bytes).toString('base64')
    if (platform.wx && platform.wx.arrayBufferToBase64) {
      return platform.wx.arrayBufferToBase64(bytes.slice().buffer)
    }
    let text = ''
    for (let i = 0; i < bytes.length; i += 8192) {
      text += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192))
    }
    return btoa(text)
  }

  function fromBase64(text) {
    // A copy, for small buffers of Node's share their memory.
    if (typeof Buffer === 'function') return new Uint8Array(Buffer.from(text, 'base64'))
    if (platform.wx && platform.wx.base64ToArrayBuffer) {
      return new Uint8Array(platform.wx.base64ToArrayBuffer(text))
    }
    return Uint8Array.from(atob(text), function (letter) {
      return letter.charCodeAt(0)
    })
  }

  // --- where this runs -----------------------------------------------------------------------------

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

  function given() {
    for (let i = 0; i < arguments.length; i++) if (arguments[i] !== undefined) return arguments[i]
    return undefined
  }

  // --- requests ------------------------------------------------------------------------------------

  function post(url, text) {
    if (platform.wx) return postInWeChat(url, text)
    if (typeof fetch === 'function') return postByFetch(url, text)
    return postInNode(url, text)
  }

  function postByFetch(url, text) {
    const headers = { 'content-type': 'application/json' }
    return fetch(url, { method: 'POST', headers: headers, body: text }).then(function (response) {
      return response.text()
    })
  }

  function postInWeChat(url, text) {
    return new Promise(function (resolve, reject) {
      platform.wx.request({
        url: url,
        method: 'POST',
        data: text,
        dataType: 'text',
        header: { 'content-type': 'application/json' },
        success: function (response) {
          resolve(response.data)
        },
        fail: function (error) {
          reject(new Error(error.errMsg))
        },
      })
    })
  }

  /** Where there is no `fetch`: jest's jsdom. */
  function postInNode(url, text) {
    return new Promise(function (resolve, reject) {
      const headers = { 'content-type': 'application/json' }
      const options = { method: 'POST', headers: headers }
      const request = platform.node('http').request(url, options, function (response) {
        const pieces = []
        response.on('data', function (piece) {
          pieces.push(piece)
        })
        response.on('end', function () {
          resolve(Buffer.concat(pieces).toString('utf8'))
        })
      })
      request.on('error', reject)
      request.end(text)
    })
  }

  // --- connections ---------------------------------------------------------------------------------

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

  /** Node before 22 has no WebSocket; of RFC 6455 this is what short texts need. */
  function connectInNode(url, told) {
    const crypto = platform.node('crypto')
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'),
    }
    const request = platform.node('http').get(url.replace(/^ws/, 'http'), { headers: headers })
    let line = null
    let isOver = false
    request.on('error', end)
    request.on('response', end)
    request.on('upgrade', function (_response, socket, head) {
      line = socket
      line.on('close', end)
      line.on('error', end)
      const take = frames(told.message, reply)
      line.on('data', take)
      told.open()
      take(head)
      if (isOver) hangUp()
    })

    function end() {
      if (!isOver) told.close()
      isOver = true
    }

    function reply(opcode, payload) {
      line.write(frame(opcode, payload, crypto.randomBytes(4)))
    }

    function hangUp() {
      reply(8, Buffer.alloc(0))
      line.end()
    }

    return {
      send: function (text) {
        reply(1, Buffer.from(text))
      },
      close: function () {
        isOver = true
        if (line) hangUp()
      },
    }
  }

  function frame(opcode, payload, mask) {
    const size = payload.length
    const head = size < 126 ? Buffer.alloc(2) : size < 65536 ? Buffer.alloc(4) : Buffer.alloc(10)
    head[0] = 0x80 | opcode
    head[1] = 0x80 | (size < 126 ? size : size < 65536 ? 126 : 127)
    if (head.length === 4) head.writeUInt16BE(size, 2)
    if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2)
    const masked = Buffer.from(payload)
    for (let i = 0; i < size; i++) masked[i] ^= mask[i % 4]
    return Buffer.concat([head, mask, masked])
  }

  /** Takes bytes and tells the texts in them; a ping is answered. */
  function frames(tell, reply) {
    let bytes = Buffer.alloc(0)
    let pieces = []

    function next() {
      if (bytes.length < 2) return false
      const short = bytes[1] & 127
      const start = short === 126 ? 4 : short === 127 ? 10 : 2
      if (bytes.length < start) return false
      const size =
        start === 4 ? bytes.readUInt16BE(2) : start === 10 ? Number(bytes.readBigUInt64BE(2)) : short
      if (bytes.length < start + size) return false
      const first = bytes[0]
      const payload = bytes.subarray(start, start + size)
      bytes = bytes.subarray(start + size)
      take(first & 15, payload, (first & 0x80) !== 0)
      return true
    }

    function take(opcode, payload, isLast) {
      if (opcode === 9) reply(10, payload)
      if (opcode > 2) return
      pieces.push(payload)
      if (!isLast) return
      const text = Buffer.concat(pieces).toString('utf8')
      pieces = []
      tell(text)
    }

    return function (more) {
      bytes = Buffer.concat([bytes, more])
      while (next());
    }
  }

  // --- files of the device -------------------------------------------------------------------------

  /** A local file on its way to the fake; `content` is null if there is none. */
  function LocalFile(content) {
    this.content = content
  }

  function readLocal(path) {
    return bytesOf(path).then(
      function (content) {
        return new LocalFile(content)
      },
      function () {
        return new LocalFile(null)
      },
    )
  }

  function bytesOf(path) {
    if (path instanceof ArrayBuffer || ArrayBuffer.isView(path)) {
      return Promise.resolve(new Uint8Array(path.buffer || path))
    }
    if (path && typeof path.arrayBuffer === 'function') return path.arrayBuffer().then(asBytes)
    if (platform.wx && platform.wx.getFileSystemManager) return readInWeChat(path).then(asBytes)
    if (/^(blob|data|https?):/.test(path)) {
      return fetch(path)
        .then(function (response) {
          return response.arrayBuffer()
        })
        .then(asBytes)
    }
    const fs = platform.node('fs')
    return fs ? fs.promises.readFile(path) : Promise.reject(new Error('no such file'))
  }

  function asBytes(buffer) {
    return new Uint8Array(buffer)
  }

  function readInWeChat(path) {
    return new Promise(function (resolve, reject) {
      platform.wx.getFileSystemManager().readFile({
        filePath: path,
        success: function (answer) {
          resolve(answer.data)
        },
        fail: reject,
      })
    })
  }

  let downloads = 0

  /** Put a download where the app can read it; its path, or in a page its URL. */
  function keepLocal(bytes, ending) {
    const name = 'cloud-fake-' + Date.now().toString(36) + '-' + ++downloads + ending
    if (platform.wx && platform.wx.getFileSystemManager) return writeInWeChat(bytes, name)
    const fs = platform.node('fs')
    if (!fs) return Promise.resolve(URL.createObjectURL(new Blob([bytes])))
    const path = platform.node('path').join(platform.node('os').tmpdir(), name)
    return fs.promises.writeFile(path, bytes).then(function () {
      return path
    })
  }

  function writeInWeChat(bytes, name) {
    const path = platform.wx.env.USER_DATA_PATH + '/' + name
    return new Promise(function (resolve, reject) {
      platform.wx.getFileSystemManager().writeFile({
        filePath: path,
        data: bytes.buffer,
        success: function () {
          resolve(path)
        },
        fail: reject,
      })
    })
  }

  // --- calls ---------------------------------------------------------------------------------------

  const CALLBACKS = ['success', 'fail', 'complete']

  function isObject(value) {
    return value !== null && typeof value === 'object'
  }

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

  /** A transfer that runs; in the callback form the app is given its `task`. */
  function Transfer() {
    const transfer = this
    let handler = null
    transfer.aborted = false
    transfer.progress = function (events) {
      events.forEach(function (event) {
        callBack(handler, event)
      })
    }
    transfer.task = {
      onProgressUpdate: function (callback) {
        handler = callback
      },
      abort: function () {
        transfer.aborted = true
      },
    }
  }

  // --- the SDK -------------------------------------------------------------------------------------

  /** What all clouds of one app share: where the fake is, and who uses the app. */
  function Line(settings) {
    this.settings = settings
  }

  Line.prototype.server = function () {
    const found = given(
      this.settings.server,
      (host.CLOUD_FAKE || {}).server,
      platform.env('CLOUD_FAKE_URL'),
      origin,
    )
    if (!found) {
      throw new Error('taro-cloud.js: where is the fake? cloud.useFake({ server }), or CLOUD_FAKE_URL')
    }
    return found.replace(/\/$/, '')
  }

  Line.prototype.openid = function () {
    return given(
      this.settings.openid,
      (host.CLOUD_FAKE || {}).openid,
      platform.env('CLOUD_FAKE_OPENID'),
      openidOfPage(),
    )
  }

  /** One SDK: initialised or not, for the app's own environment or for a `resource`. */
  function Session(line, resource) {
    this.line = line
    this.resource = resource
    this.init = null
  }

  Session.prototype.requireInit = function () {
    if (this.init === null) throw refusal(-1, NOT_INITIALISED)
  }

  Session.prototype.message = function (steps, more) {
    const body = { init: this.init, openid: this.line.openid(), resource: this.resource }
    return JSON.stringify(
      Object.assign({ steps: encodeSteps(steps, []) }, encodeFields(sent(body), []), more),
    )
  }

  /** Ask the fake; the answer, or the error that it words. Of a transfer there is more to say. */
  Session.prototype.ask = function (steps, transfer) {
    const session = this
    return Promise.resolve()
      .then(function () {
        const more = transfer && { transfer: true, aborted: transfer.aborted }
        return post(session.line.server() + '/taro', session.message(steps, more))
      })
      .then(function (text) {
        const reply = JSON.parse(text)
        if (transfer) transfer.progress(reply.progress || [])
        if (reply.error) throw failure(reply.error)
        return decode(reply.ok)
      })
  }

  Session.prototype.call = function (steps, name, args) {
    const options = args[0]
    const last = [name, args.length ? [sent(options)] : []]
    return answer(options, this.ask(steps.concat([last])))
  }

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
    const url = session.line.server().replace(/^http/, 'ws') + '/taro/watch'
    const connection = connect(url, {
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
        if (isOpen) end(new Error('taro-cloud.js: the fake has hung up'))
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

  // --- the database --------------------------------------------------------------------------------

  function Builder(session, steps) {
    this._session = session
    this._steps = steps
  }

  function builder(base, steps, calls) {
    function Built(session, path) {
      Builder.call(this, session, path)
    }
    Built.prototype = Object.create(base.prototype)
    words(steps).forEach(function (name) {
      Built.prototype[name] = function () {
        return new (Built.next || Built)(
          this._session,
          this._steps.concat([[name, listed(arguments)]]),
        )
      }
    })
    words(calls).forEach(function (name) {
      Built.prototype[name] = function () {
        return this._session.call(this._steps, name, arguments)
      }
    })
    return Built
  }

  const Watchable = builder(Builder, '', '')
  Watchable.prototype.watch = function (options) {
    return this._session.watch(this._steps, options)
  }

  const Query = builder(Watchable, 'where orderBy skip limit field', 'get count update remove')
  const where = Query.prototype.where
  Query.prototype.where = function (condition) {
    if (condition === undefined || condition === null) {
      throw refusal(-401002, 'parameter condition of function where must be provided')
    }
    return where.call(this, condition)
  }

  const Document = builder(Watchable, 'field', 'get set update remove')
  const Aggregate = builder(Builder, STAGES, 'end')

  const Collection = builder(Query, '', 'add')
  Collection.prototype.doc = function (id) {
    if (id === undefined || id === null) {
      const text = 'collection.doc:fail -1 . docId must not be empty'
      throw failure({ errCode: -1, errMsg: text, message: text, code: -1 })
    }
    return new Document(this._session, this._steps.concat([['doc', [id]]]))
  }
  Collection.prototype.aggregate = function () {
    return new Aggregate(this._session, this._steps.concat([['aggregate', []]]))
  }

  function DatabaseRegExp(options) {
    if (!(this instanceof DatabaseRegExp)) return new DatabaseRegExp(options)
    Made.call(this, [['database', []], ['RegExp', listed(arguments)]])
    Object.assign(this, { regexp: (options || {}).regexp, options: (options || {}).options || '' })
  }
  DatabaseRegExp.prototype = Object.create(Made.prototype)

  function ServerDate() {
    const steps = [['database', []], ['serverDate', listed(arguments)]]
    return new Value(steps)
  }

  function Database(session, args) {
    this._session = session
    this._steps = [['database', args]]
    this.config = Object.assign({}, args[0])
    this.command = makeCommand()
    this.Geo = Geo
    this.RegExp = DatabaseRegExp
    this.serverDate = ServerDate
  }

  Database.prototype.collection = function (name) {
    if (!name) throw refusal(-401003, 'collectionName must be provided')
    if (typeof name !== 'string') {
      throw refusal(-401003, wrongType('.collectionName', 'string', name))
    }
    const collection = new Collection(this._session, this._steps.concat([['collection', [name]]]))
    collection.collectionName = name
    collection.database = this
    return collection
  }

  // --- `Taro.cloud` --------------------------------------------------------------------------------

  function Cloud(session) {
    Object.defineProperty(this, '_session', { value: session })
    this.Cloud = cloudClass(session.line)
  }

  Cloud.prototype.init = function (config) {
    // Only the first one counts.
    if (this._session.init === null) this._session.init = config || {}
  }

  Cloud.prototype.database = function (config) {
    this._session.requireInit()
    return new Database(this._session, config === undefined ? [] : [config])
  }

  Cloud.prototype.CloudID = function (id) {
    return this._mark('CloudID', id)
  }

  Cloud.prototype.CDN = function (target) {
    return this._mark('CDN', target)
  }

  Cloud.prototype._mark = function (name, given) {
    const self = this instanceof Cloud ? this : cloud
    self._session.requireInit()
    return new Value([[name, [given]]])
  }

  words('callFunction callContainer').forEach(function (name) {
    Cloud.prototype[name] = function (options) {
      this._session.requireInit()
      if (!isObject(options)) throw refusal(-401003, wrongType('', 'object', options))
      return this._session.call([], name, arguments)
    }
  })

  words('getTempFileURL deleteFile').forEach(function (name) {
    Cloud.prototype[name] = function () {
      this._session.requireInit()
      return this._session.call([], name, arguments)
    }
  })

  Cloud.prototype.uploadFile = function (options) {
    const file = isObject(options) && options.filePath
    const prepared = file ? readLocal(file) : Promise.resolve(file)
    return this._transfer('uploadFile', options, prepared, function (result) {
      return result
    })
  }

  Cloud.prototype.downloadFile = function (options) {
    return this._transfer('downloadFile', options, Promise.resolve(), function (result) {
      const kept = result.tempFilePath
      return keepLocal(fromBase64(kept.content), kept.ending).then(function (path) {
        return Object.assign(result, { tempFilePath: path })
      })
    })
  }

  Cloud.prototype._transfer = function (name, options, prepared, finish) {
    const session = this._session
    session.requireInit()
    const transfer = new Transfer()
    const promise = prepared
      .then(function (file) {
        const asked = file ? Object.assign({}, options, { filePath: file }) : options
        return session.ask([[name, options === undefined ? [] : [sent(asked)]]], transfer)
      })
      .then(finish)
    return answer(options, promise, transfer.task)
  }

  words('connectContainer').forEach(function (name) {
    Cloud.prototype[name] = function () {
      throw new Error('taro-cloud.js has no ' + name)
    }
  })

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

  // --- beside the platform -------------------------------------------------------------------------

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
})(typeof globalThis === 'object' ? globalThis : this)
