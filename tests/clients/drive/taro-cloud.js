// `Taro.cloud` of the shim, wherever it runs; the device keeps texts in files.
'use strict'

const mini = require('./mini.js')
const watch = require('./watch.js')

module.exports = function taroCloud(cloud, device) {
  const db = cloud.database()
  const { AI } = cloud.extend
  const model = (name) => AI.createModel(name)
  const asking = (content) => ({ data: { messages: [{ role: 'user', content }] } })
  const item = ([found]) => {
    if (found.status) throw Object.assign(new Error(found.errMsg), { errCode: found.status })
    return found
  }
  const header = (service) => ({ 'X-WX-SERVICE': service })
  return {
    ...mini(db),
    call: async (name, data) => (await cloud.callFunction({ name, data })).result,
    upload: async (cloudPath, text) =>
      (await cloud.uploadFile({ cloudPath, filePath: device.write(text) })).fileID,
    download: async (fileID) => device.read((await cloud.downloadFile({ fileID })).tempFilePath),
    link: async (fileID) =>
      device.fetch(item((await cloud.getTempFileURL({ fileList: [fileID] })).fileList).tempFileURL),
    deleteFile: async (fileID) => item((await cloud.deleteFile({ fileList: [fileID] })).fileList).fileID,
    watch: (name, data) => watch(db.collection(name), () => db.collection(name).add({ data })),
    watchOne: (name, id, data) =>
      watch(db.collection(name).doc(id), () =>
        db.collection(name).add({ data: { _id: id, ...data } }),
      ),
    container: async (service, path, data) => {
      const method = 'POST'
      return (await cloud.callContainer({ path, method, data, header: header(service) })).data
    },
    socket: async (service, text) => {
      const { socketTask } = await cloud.connectContainer({ service })
      const heard = []
      socketTask.onMessage(({ data }) => heard.push(data))
      await socketTask.send({ data: text })
      await socketTask.close({})
      return heard
    },
    generateText: async (name, text) =>
      (await model(name).generateText(asking(text))).choices[0].message.content,
    streamText: async (name, text) => pieces(await model(name).streamText(asking(text))),
    streamFirst: async (name, text) => {
      const { textStream } = await model(name).streamText(asking(text))
      for await (const piece of textStream) {
        return [piece, ...(await cloud.callFunction({ name: 'given' })).result]
      }
    },
    streamCut: async (name, text) => {
      const { textStream } = await model(name).streamText(asking(text))
      const found = []
      try {
        for await (const piece of textStream) found.push(piece)
      } catch ({ errCode }) {
        return [...found, errCode]
      }
    },
    botSend: async (botId, msg) => pieces(await AI.bot.sendMessage({ data: { botId, msg } })),
    botGet: async (botId) => (await AI.bot.get({ botId })).name,
    botList: async () => (await AI.bot.list({ pageNumber: 1, pageSize: 10 })).total,
  }
}

async function pieces({ textStream }) {
  const found = []
  for await (const piece of textStream) found.push(piece)
  return found
}
