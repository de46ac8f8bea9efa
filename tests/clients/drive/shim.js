'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const load = require('./load.js')
const mini = require('./mini.js')
const watch = require('./watch.js')

module.exports = async function open({ env, server }) {
  const cloud = (await load(server)).useFake({ server })
  cloud.init({ env })
  const db = cloud.database()
  return {
    ...mini(db),
    call: async (name, data) => (await cloud.callFunction({ name, data })).result,
    upload: async (cloudPath, text) => {
      const filePath = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'shim-')), 'file.txt')
      fs.writeFileSync(filePath, text)
      return (await cloud.uploadFile({ cloudPath, filePath })).fileID
    },
    download: async (fileID) =>
      fs.readFileSync((await cloud.downloadFile({ fileID })).tempFilePath, 'utf8'),
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
    watch: (name, data) => watch(db.collection(name), () => db.collection(name).add({ data })),
  }
}
