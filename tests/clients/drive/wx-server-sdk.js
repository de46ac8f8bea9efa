'use strict'

const cloud = require('wx-server-sdk')
const mini = require('./mini.js')

/** The SDK itself. */
async function opened({ env }) {
  cloud.init({ env })
  return cloud
}

module.exports = async function open(config) {
  await opened(config)
  const db = cloud.database()
  const item = ([found]) => {
    if (found.status) throw Object.assign(new Error(found.errMsg), { errCode: found.status })
    return found
  }
  const api = (from, name) => name.split('.').reduce((found, part) => found[part], from)
  return {
    ...mini(db),
    addMany: async (name, data) => (await db.collection(name).add({ data }))._ids,
    call: async (name, data) => (await cloud.callFunction({ name, data })).result,
    upload: async (cloudPath, text) =>
      (await cloud.uploadFile({ cloudPath, fileContent: Buffer.from(text) })).fileID,
    download: async (fileID) => (await cloud.downloadFile({ fileID })).fileContent.toString(),
    link: async (fileID) => {
      const { tempFileURL } = item((await cloud.getTempFileURL({ fileList: [fileID] })).fileList)
      return (await fetch(tempFileURL)).text()
    },
    deleteFile: async (fileID) => item((await cloud.deleteFile({ fileList: [fileID] })).fileList).fileID,
    createCollection: async (name) => {
      await db.createCollection(name)
      return (await db.collection(name).get()).data
    },
    transact: (name, id, data) =>
      db.runTransaction(async (transaction) => {
        const record = transaction.collection(name).doc(id)
        await record.update({ data })
        return (await record.get()).data
      }),
    begin: async (name, id, data, end) => {
      const transaction = await db.startTransaction()
      await transaction.collection(name).doc(id).update({ data })
      await transaction[end]()
      return (await db.collection(name).doc(id).get()).data.n
    },
    openApi: async (name, data) => (await api(cloud.openapi, name)(data)).msgId,
    pay: async (name, data) => (await api(cloud.cloudPay, name)(data)).returnCode,
    callOpenApi: async (name, data) => (await cloud.callOpenAPI({ api: name, data })).result.msg_id,
    openData: async (list) => (await cloud.getOpenData({ list })).list[0].data.phone,
  }
}

module.exports.opened = opened
