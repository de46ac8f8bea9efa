// The browser build of @cloudbase/js-sdk, on as much of a page as it needs.
'use strict'

require('./page.js')
const path = require('path')

const node = require.resolve('@cloudbase/js-sdk')
const browser = require(path.join(path.dirname(node), 'index.cjs.js'))
module.exports = (config) => require('./js-sdk.js').with(browser.default || browser, config)
