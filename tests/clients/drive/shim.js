'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const load = require('./load.js')
const taroCloud = require('./taro-cloud.js')

const device = {
  write: (text) => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'shim-')), 'file.txt')
    fs.writeFileSync(file, text)
    return file
  },
  read: (file) => fs.readFileSync(file, 'utf8'),
  fetch: async (url) => (await fetch(url)).text(),
}

module.exports = async function open({ env, server }) {
  const cloud = (await load(server)).useFake({ server })
  cloud.init({ env })
  return taroCloud(cloud, device)
}
