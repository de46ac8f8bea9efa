// What an app's tests ask of the cloud: values of every kind, a failure, a file, a watch.
'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')

module.exports = async function story(cloud, expect) {
  cloud.useFake({ server: process.env.CLOUD_FAKE_URL, openid: 'o-alice' }).init({ env: 'dev-1a2b3c' })
  const todos = cloud.database().collection('todos')

  const data = { n: 1, at: new Date(0), place: cloud.database().Geo.Point(113, 23) }
  const { _id } = await todos.add({ data })
  const read = (await todos.doc(_id).get()).data
  expect(read.n).toBe(1)
  expect(read.at instanceof Date && read.at.getTime()).toBe(0)
  expect(read.place.longitude).toBe(113)

  const { result } = await cloud.callFunction({ name: 'greet', data: { name: 'Ann' } })
  expect(result).toEqual({ hello: 'Ann', list: [1, null] })
  await expect(cloud.callFunction({ name: 'nobody' })).rejects.toMatchObject({ errCode: -1 })

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runners-'))
  const filePath = path.join(folder, 'a.txt')
  fs.writeFileSync(filePath, 'hello')
  const { fileID } = await cloud.uploadFile({ cloudPath: 'a.txt', filePath })
  const { tempFilePath } = await cloud.downloadFile({ fileID })
  expect(fs.readFileSync(tempFilePath, 'utf8')).toBe('hello')
  fs.rmSync(folder, { recursive: true })

  expect(await watched(todos)).toEqual([1, 2])
}

/** How many records the first two events tell. */
function watched(todos) {
  const told = []
  return new Promise((resolve, reject) => {
    const watcher = todos.watch({
      onChange: ({ docs }) => {
        told.push(docs.length)
        if (told.length === 1) todos.add({ data: { n: 2 } }).catch(reject)
        if (told.length === 2) Promise.resolve(watcher.close()).then(() => resolve(told), reject)
      },
      onError: reject,
    })
  })
}
