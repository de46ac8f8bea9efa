// The browser build of @cloudbase/js-sdk, on as much of a page as it needs.
'use strict'

const downloads = require('./page.js')
const path = require('path')
const { openWith } = require('./js-sdk.js')

const node = require.resolve('@cloudbase/js-sdk')
const browser = require(path.join(path.dirname(node), 'index.cjs.js'))

async function download(app, fileID) {
  await app.downloadFile({ fileID })
  return downloads.last.text()
}

module.exports = (config) => openWith(browser.default || browser, config, { download })
