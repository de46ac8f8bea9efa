// Runs a script on the shim: `node story.js SCRIPT`, whose text is the body of an async function of
// `cloud`, `tell` and `failure`; what it tells is printed as JSON, a line each.
'use strict'

const fs = require('fs')
const load = require('./load.js')

const tell = (value) => process.stdout.write(JSON.stringify(value) + '\n')

/** How a call fails, thrown or rejected; null if it does not. */
async function failure(call) {
  try {
    await call()
  } catch (error) {
    const { errCode, errMsg, message, name } = error
    return { errCode, errMsg, message, name, isError: error instanceof Error }
  }
  return null
}

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
const script = fs.readFileSync(0, 'utf8')

async function main() {
  const cloud = await load(process.env.CLOUD_FAKE_URL)
  await new AsyncFunction('cloud', 'tell', 'failure', 'require', script)(cloud, tell, failure, require)
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(String(error.stack))
    process.exit(1)
  },
)
