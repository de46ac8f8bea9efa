// What stands for WeChat in these tests: `wx` with the shim, `App`, and the device's files.
const fs = require('fs')

const cloud = require('../../../../cloud_fake/shim/taro-cloud.js')

global.wx = { cloud, getFileSystemManager: () => fs }
global.App = (app) => app.onLaunch()
