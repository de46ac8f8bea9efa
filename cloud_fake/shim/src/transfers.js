// `uploadFile` and `downloadFile`: what lies on the device is read and written here.

function upload(session, options) {
  const path = isObject(options) && options.filePath
  return transfer(session, 'uploadFile', options, function () {
    return path ? readLocal(path) : Promise.resolve(path)
  })
}

function download(session, options) {
  return transfer(session, 'downloadFile', options, Promise.resolve.bind(Promise), function (result) {
    const kept = result.tempFilePath
    return keepLocal(fromBase64(kept.content), kept.ending).then(function (path) {
      return Object.assign(result, { tempFilePath: path })
    })
  })
}

/** Move a file: `prepare` it for the way there, `finish` with what comes back. */
function transfer(session, name, options, prepare, finish) {
  session.requireInit()
  const running = new Transfer()
  const promise = prepare()
    .then(function (file) {
      const asked = file ? Object.assign({}, options, { filePath: file }) : options
      return session.ask([[name, options === undefined ? [] : [sent(asked)]]], running)
    })
    .then(finish)
  return answer(options, promise, running.task)
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
