// What @cloudbase/node-sdk, tcb-admin-node and, but for the storage, @cloudbase/js-sdk have beside the
// database.
'use strict'

const failing = require('./failing.js')
const watch = require('./watch.js')

module.exports = function backend(app, db) {
  const asked = async (promise) => failing(await promise)
  return {
    call: async (name, data) => (await asked(app.callFunction({ name, data }))).result,
    upload: async (cloudPath, text) =>
      (await asked(app.uploadFile({ cloudPath, fileContent: Buffer.from(text) }))).fileID,
    download: async (fileID) =>
      (await asked(app.downloadFile({ fileID }))).fileContent.toString(),
    link: async (fileID) => {
      const [item] = (await asked(app.getTempFileURL({ fileList: [fileID] }))).fileList
      failing(item)
      return (await fetch(item.tempFileURL)).text()
    },
    deleteFile: async (fileID) => {
      const [item] = (await asked(app.deleteFile({ fileList: [fileID] }))).fileList
      return failing(item).fileID
    },
    createCollection: async (name) => {
      await asked(db.createCollection(name))
      return (await asked(db.collection(name).get())).data
    },
    transact: (name, id, data) =>
      db.runTransaction(async (transaction) => {
        const record = transaction.collection(name).doc(id)
        failing(await record.update(data))
        return record_of(failing(await record.get()).data)
      }),
    begin: async (name, id, data, end) => {
      const transaction = failing(await db.startTransaction())
      failing(await transaction.collection(name).doc(id).update(data))
      await transaction[end]()
      return (await asked(db.collection(name).doc(id).get())).data[0].n
    },
    watch: (name, data) => watch(db.collection(name), () => db.collection(name).add(data)),
    watchOne: (name, id, data) =>
      watch(db.collection(name).doc(id), () => db.collection(name).add({ _id: id, ...data })),
    openApi: async (apiName, requestData) =>
      wechat((await asked(app.callWxOpenApi({ apiName, requestData }))).result).msg_id,
    pay: async (apiName, data) => {
      const requestData = Buffer.from(JSON.stringify(data))
      const said = failing(await app.callWxPayApi({ apiName, requestData }))
      return failing(JSON.parse(said)).return_code
    },
  }
}

/** js-sdk's gateway hands on the list as it comes. */
function record_of(found) {
  const records = found.list || found
  return Array.isArray(records) ? records[0] : records
}

/** These SDKs hand on what WeChat says, failures too. */
function wechat(said) {
  if (said.errcode) throw Object.assign(new Error(said.errmsg), { code: said.errcode })
  return said
}

/** Of one file of a list, its size and kind. */
module.exports.fileInfo = (app) => async (fileID) => {
  const [item] = failing(await app.getFileInfo({ fileList: [fileID] })).fileList
  failing(item)
  return [item.size, item.mime]
}

module.exports.copyFile = (app, asked) => async (srcPath, dstPath) => {
  const [item] = (await asked(app.copyFile({ fileList: [{ srcPath, dstPath }] }))).fileList
  failing(item)
  return item.fileId || item.fileID
}
