// A WebSocket for Node before 22.

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
