// Runs the rows of the table on one client: `node driver.js CLIENT`, {config, rows} on stdin, one
// line `ROW <JSON>` for each on stdout: {answer}, {failure}, or {absent} where it has no such call.
'use strict'

const fs = require('fs')

// SDKs print, and some reject promises that nobody holds beside telling `onError`.
for (const name of ['log', 'info', 'warn', 'debug']) console[name] = console.error
process.on('unhandledRejection', () => {})

const { config, rows } = JSON.parse(fs.readFileSync(0, 'utf8'))
const open = require('./' + process.argv[2] + '.js')

/** A row's values as the client has them: {_: [[name, ...args], ...]} is a command, and so on. */
function revive(value, sdk) {
  if (Array.isArray(value)) return value.map((item) => revive(item, sdk))
  if (value === null || typeof value !== 'object') return value
  const [[key, content] = []] = Object.entries(value)
  if (key === '_') return chain(sdk.db.command, content, sdk)
  if (key === '$') return chain(sdk.db.command.aggregate, content, sdk)
  if (key === 'date') return new Date(content)
  if (key === 'point') return new sdk.db.Geo.Point(...content)
  if (key === 'regexp') return sdk.db.RegExp(content)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item, sdk)]))
}

function chain(command, calls, sdk) {
  return calls.reduce((made, [name, ...args]) => made[name](...revive(args, sdk)), command)
}

/** An answer in the table's words. */
function shown(value) {
  if (value instanceof Date) return { date: value.getTime() }
  if (Array.isArray(value)) return value.map(shown)
  if (value === null || typeof value !== 'object') return value
  if ('longitude' in value) return { point: [value.longitude, value.latitude] }
  const fields = Object.entries(value).filter(([name]) => name !== '_openid' && name !== 'errMsg')
  return Object.fromEntries(fields.map(([name, item]) => [name, shown(item)]))
}

async function outcome(sdk, [verb, ...args]) {
  if (typeof sdk[verb] !== 'function') return { absent: true }
  try {
    return { answer: shown(await sdk[verb](...revive(args, sdk))) }
  } catch (error) {
    const { errCode, code, message } = error
    return { failure: { errCode, code, message } }
  }
}

async function main() {
  const sdk = await open(config)
  for (const row of rows) process.stdout.write('ROW ' + JSON.stringify(await outcome(sdk, row)) + '\n')
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(String(error.stack || error))
    process.exit(1)
  },
)
