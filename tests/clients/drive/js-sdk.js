// The Node build of @cloudbase/js-sdk; `openWith` is for the other one, too.
'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const database = require('./tcb.js')
const backend = require('./backend.js')
const failing = require('./failing.js')

/** The SDK itself, signed in. */
async function opened({ env, server }, endPointMode, cloudbase = require('@cloudbase/js-sdk')) {
  const app = cloudbase.init({ env, endPointMode })
  const where = server.replace(/^http:/, '')
  app.registerEndPointWithKey({ key: 'GATEWAY', url: where + '/v1', protocol: 'http' })
  app.registerEndPointWithKey({ key: 'CLOUD_API', url: where + '/web', protocol: 'http' })
  const auth = app.auth({ persistence: 'none' })
  const signed = await auth.signInAnonymously({})
  if (signed && signed.error) throw signed.error
  return app
}

async function openWith(cloudbase, config, { endPointMode, download = toFile }) {
  const app = await opened(config, endPointMode, cloudbase)
  const auth = app.auth()
  const db = app.database()
  const asked = async (promise) => failing(await worded(promise))
  const { openApi, pay, ...others } = backend(app, db)
  return {
    ...database(db),
    ...others,
    ...(app.callWxOpenApi && { openApi, pay }), // which only its Node build has
    call: async (name, data) => (await asked(app.callFunction({ name, data }))).result,
    upload: async (cloudPath, text) =>
      (await asked(app.uploadFile({ cloudPath, filePath: new Blob([text]), method: 'post' }))).fileID,
    download: async (fileID) => asked(download(app, fileID)),
    link: async (fileID) => {
      const [item] = (await asked(app.getTempFileURL({ fileList: [fileID] }))).fileList
      failing(item)
      return (await fetch(item.tempFileURL || item.download_url)).text()
    },
    deleteFile: async (fileID) => {
      const [item] = (await asked(app.deleteFile({ fileList: [fileID] }))).fileList
      return failing(item).fileID
    },
    copyFile: backend.copyFile(app, asked),
    fileInfo: backend.fileInfo(app),
    container: async (name, containerPath, data) =>
      failing(await app.callContainer({ name, method: 'POST', path: containerPath, data })),
    signIn: async (ticket) => {
      auth.setCustomSignFunc(async () => ticket)
      const answer = await auth.signInWithCustomTicket()
      if (answer && answer.error) throw answer.error
      return (await auth.getLoginState()).user.uid
    },
  }
}

async function toFile(app, fileID) {
  const tempFilePath = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'js-sdk-')), 'file.txt')
  await app.downloadFile({ fileID, tempFilePath })
  return fs.readFileSync(tempFilePath, 'utf8')
}

/** Its errors are JSON in a message: `{"code": "OPERATION_FAIL", "msg": "[CODE] text"}`. */
async function worded(promise) {
  try {
    return await promise
  } catch (error) {
    const found = /\[([A-Z_]+)\]/.exec(String(error.message))
    throw found ? Object.assign(new Error(error.message), { code: found[1] }) : error
  }
}

module.exports = (config, endPointMode) =>
  openWith(require('@cloudbase/js-sdk'), config, { endPointMode })
Object.assign(module.exports, { openWith, opened })
