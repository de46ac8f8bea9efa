// Runs the rows of the table on one client: `node driver.js CLIENT`, {config, rows} on stdin, one
// line `ROW <JSON>` for each on stdout.
'use strict'

const fs = require('fs')
const outcome = require('./rows.js')

// SDKs print, and some reject promises that nobody holds beside telling `onError`.
for (const name of ['log', 'info', 'warn', 'debug']) console[name] = console.error
process.on('unhandledRejection', () => {})

const { config, rows } = JSON.parse(fs.readFileSync(0, 'utf8'))
const open = require('./' + process.argv[2] + '.js')

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
