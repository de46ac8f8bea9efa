'use strict'

const cloud = require('wx-server-sdk')
const mini = require('./mini.js')

module.exports = async function open({ env }) {
  cloud.init({ env })
  const db = cloud.database()
  return {
    ...mini(db),
    call: async (name, data) => (await cloud.callFunction({ name, data })).result,
    upload: async (cloudPath, text) =>
      (await cloud.uploadFile({ cloudPath, fileContent: Buffer.from(text) })).fileID,
    download: async (fileID) => (await cloud.downloadFile({ fileID })).fileContent.toString(),
    link: async (fileID) => {
      const [item] = (await cloud.getTempFileURL({ fileList: [fileID] })).fileList
      if (item.status) throw Object.assign(new Error(item.errMsg), { errCode: item.status })
      return (await fetch(item.tempFileURL)).text()
    },
    deleteFile: async (fileID) => {
      const [item] = (await cloud.deleteFile({ fileList: [fileID] })).fileList
      if (item.status) throw Object.assign(new Error(item.errMsg), { errCode: item.status })
      return item.fileID
    },
    createCollection: async (name) => void (await db.createCollection(name)),
    transact: (name, id, data) =>
      db.runTransaction(async (transaction) => {
        const record = transaction.collection(name).doc(id)
        await record.update({ data })
        return (await record.get()).data
      }),
  }
}
