'use strict'

const tcb = require('tcb-admin-node')
const database = require('./tcb.js')
const backend = require('./backend.js')

module.exports = async function open({ env, server }) {
  const app = tcb.init({
    env,
    secretId: 'fake-id',
    secretKey: 'fake-key',
    serviceUrl: server + '/admin',
  })
  app.env = env // without it `watch` of this SDK does not find its own environment
  const db = app.database()
  return { ...database(db), ...backend(app, db), addMany: undefined }
}
