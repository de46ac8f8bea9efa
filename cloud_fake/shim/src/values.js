// Values on the wire.

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
