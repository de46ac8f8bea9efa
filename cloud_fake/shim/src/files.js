// Files of the device.

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
  if (ArrayBuffer.isView(path)) {
    // A small `Buffer` of Node is a piece of a pool that many share.
    return Promise.resolve(new Uint8Array(path.buffer, path.byteOffset, path.byteLength))
  }
  if (path instanceof ArrayBuffer) return Promise.resolve(asBytes(path))
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
