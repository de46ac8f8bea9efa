// taro-cloud.js, as the server gives it out.
'use strict'

module.exports = async function load(server) {
  const source = await (await fetch(server + '/shim/taro-cloud.js')).text()
  const made = { exports: {}, require }
  new Function('module', source)(made)
  return made.exports
}
