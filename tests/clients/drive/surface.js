// The names that a client has: `node surface.js CLIENT` prints {app, auth, database, collection,
// document}, a list of names each.
'use strict'

const path = require('path')

const env = 'dev-1a2b3c'
const keys = { env, secretId: 'any', secretKey: 'any' }
const BROWSER = 'js-sdk-browser'

const CLIENTS = {
  'wx-server-sdk': () => {
    const cloud = require('wx-server-sdk')
    cloud.init({ env })
    return cloud
  },
  'node-sdk': () => require('@cloudbase/node-sdk').init(keys),
  'tcb-admin-node': () => require('tcb-admin-node').init(keys),
  'js-sdk': () => require('@cloudbase/js-sdk').init({ env }),
  [BROWSER]: () => {
    require('./page.js')
    const node = require.resolve('@cloudbase/js-sdk')
    const browser = require(path.join(path.dirname(node), 'index.cjs.js'))
    return (browser.default || browser).init({ env })
  },
}

/** The functions of an object and of what it inherits, but for what begins with `_`. */
function names(object) {
  const found = new Set()
  for (let it = object; it && it !== Object.prototype && it !== Function.prototype; ) {
    for (const name of Object.getOwnPropertyNames(it)) found.add(name)
    it = Object.getPrototypeOf(it)
  }
  const own = (name) => name !== 'constructor' && !name.startsWith('_')
  return [...found].filter((name) => own(name) && calls(object, name)).sort()
}

function calls(object, name) {
  try {
    return typeof object[name] === 'function'
  } catch (error) {
    return true // it is there, and wants something first
  }
}

console.error = console.warn = console.info = () => {}
const app = CLIENTS[process.argv[2]]()
const db = app.database()
const collection = db.collection('todos')
process.stdout.write(
  JSON.stringify({
    app: names(app),
    auth: app.auth ? names(app.auth()) : [],
    database: names(db),
    collection: names(collection),
    document: names(collection.doc('milk')),
  }),
)
process.exit(0)
