'use strict'

const tcb = require('@cloudbase/node-sdk')
const database = require('./tcb.js')
const backend = require('./backend.js')
const failing = require('./failing.js')

/** The SDK itself. */
const opened = async ({ env }) => tcb.init({ env })

module.exports = async function open(config) {
  const app = await opened(config)
  const db = app.database()
  return {
    ...database(db),
    ...backend(app, db),
    copyFile: backend.copyFile(app, async (promise) => failing(await promise)),
    fileInfo: backend.fileInfo(app),
    updateAndReturn: async (name, where, data) =>
      failing(await db.collection(name).where(where).updateAndReturn(data)).doc,
  }
}

module.exports.opened = opened
