'use strict'

const open = require('./js-sdk.js')

module.exports = (config) => open(config, 'CLOUD_API')
