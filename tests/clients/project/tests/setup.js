// What stands for WeChat in these tests: `wx` with the shim, `App`, and the device's files.
const fs = require('fs')

// `cloud-fake shim > taro-cloud.js`, wherever that was put
const cloud = require(process.env.TARO_CLOUD_JS)

global.wx = { cloud, getFileSystemManager: () => fs }
global.App = (app) => app.onLaunch()
