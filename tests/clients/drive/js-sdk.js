'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const cloudbase = require('@cloudbase/js-sdk')
const database = require('./tcb.js')
const backend = require('./backend.js')
const failing = require('./failing.js')

async function open({ env, server }, endPointMode) {
  const app = cloudbase.init({ env, endPointMode })
  const where = server.replace(/^http:/, '')
  app.registerEndPointWithKey({ key: 'GATEWAY', url: where + '/v1', protocol: 'http' })
  app.registerEndPointWithKey({ key: 'CLOUD_API', url: where + '/web', protocol: 'http' })
  const signed = await app.auth({ persistence: 'none' }).signInAnonymously({})
  if (signed && signed.error) throw signed.error
  const db = app.database()
  const asked = async (promise) => failing(await worded(promise))
  const { createCollection, transact, watch } = backend(app, db)
  return {
    ...database(db),
    createCollection,
    transact,
    watch,
    call: async (name, data) => (await asked(app.callFunction({ name, data }))).result,
    upload: async (cloudPath, text) =>
      (await asked(app.uploadFile({ cloudPath, filePath: Buffer.from(text), method: 'post' }))).fileID,
    download: async (fileID) => {
      const tempFilePath = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'js-sdk-')), 'file.txt')
      await asked(app.downloadFile({ fileID, tempFilePath }))
      return fs.readFileSync(tempFilePath, 'utf8')
    },
    link: async (fileID) => {
      const [item] = (await asked(app.getTempFileURL({ fileList: [fileID] }))).fileList
      failing(item)
      return (await fetch(item.tempFileURL || item.download_url)).text()
    },
    deleteFile: async (fileID) => {
      const [item] = (await asked(app.deleteFile({ fileList: [fileID] }))).fileList
      return failing(item).fileID
    },
  }
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

module.exports = open
