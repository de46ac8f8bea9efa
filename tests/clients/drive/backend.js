// What @cloudbase/node-sdk and tcb-admin-node have beside the database.
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
    createCollection: async (name) => void (await asked(db.createCollection(name))),
    transact: async (name, id, data) => {
      const transaction = failing(await db.startTransaction())
      const record = transaction.collection(name).doc(id)
      failing(await record.update(data))
      const found = failing(await record.get()).data
      await transaction.commit()
      // js-sdk's gateway hands on the list as it comes.
      const records = found.list || found
      return Array.isArray(records) ? records[0] : records
    },
    watch: (name, change) => watch(db.collection(name), () => db.collection(name).add(change)),
  }
}
