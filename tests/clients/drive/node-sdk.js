'use strict'

const tcb = require('@cloudbase/node-sdk')
const database = require('./tcb.js')
const backend = require('./backend.js')

module.exports = async function open({ env }) {
  const app = tcb.init({ env })
  const db = app.database()
  return { ...database(db), ...backend(app, db) }
}
