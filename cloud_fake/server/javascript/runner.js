// What stands around a JavaScript function: one process of it, which takes one call at a time.
//
// Lines of JSON. In: {event, context, env}. Out: {ready} or {failed} once the code is loaded, then
// for each call any number of {log}, and at last {answer} or {failed}.
'use strict'

const util = require('util')
const readline = require('readline')
const { pathToFileURL } = require('url')

const [folder, handler] = process.argv.slice(2)
const write = process.stdout.write.bind(process.stdout)

function tell(message) {
  write(JSON.stringify(message) + '\n')
}

// --- what the code prints is for the timeline, and no answer ---------------------------------------

for (const name of ['log', 'info', 'debug', 'warn', 'error', 'trace']) {
  console[name] = (...values) => tell({ log: util.format(...values) })
}
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (text, encoding, done) => {
    tell({ log: String(text).replace(/\n$/, '') })
    const called = typeof encoding === 'function' ? encoding : done
    if (called) called()
    return true
  }
}

// --- failures, as the platform tells them: the error and its stack ---------------------------------

function wordsOf(error) {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : util.inspect(error)
  const lines = String(error.stack || error).split('\n')
  return lines.filter((line) => !/^\s+at .*\(?node:|javascript.runner\.js/.test(line)).join('\n')
}

function isOver(error) {
  tell({ failed: wordsOf(error), over: true })
  process.exitCode = 1
  setImmediate(() => process.exit(1))
}
process.on('uncaughtException', isOver)
process.on('unhandledRejection', isOver)

// --- the environment of a call ----------------------------------------------------------------------

let ofTheLast = []

function setEnvironment(env) {
  for (const name of ofTheLast) delete process.env[name]
  Object.assign(process.env, env)
  ofTheLast = Object.keys(env)
}

function contextOf(context, env) {
  const began = Date.now()
  const environ = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  return {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    environ: environ.join(';'),
    environment: JSON.stringify(env),
    getRemainingTimeInMillis: () => Math.max(0, context.time_limit_in_ms - (Date.now() - began)),
  }
}

// --- loading and calling ----------------------------------------------------------------------------

async function load() {
  process.chdir(folder)
  const [file, name] = handler.split('.')
  const path = require.resolve(`${folder}/${file}`)
  let code
  try {
    code = require(path)
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM') throw error
    code = await import(pathToFileURL(path))
  }
  if (typeof code[name] !== 'function') {
    throw new TypeError(`${handler} is not a function: ${file}.js should export ${name}`)
  }
  return code[name]
}

/** Its answer: what it returns, a promise's too; or what it gives to a callback, if it takes one. */
function run(main, event, context) {
  if (main.length < 3) return main(event, context)
  return new Promise((resolve, reject) => {
    const returned = main(event, context, (error, result) => (error ? reject(error) : resolve(result)))
    if (returned && typeof returned.then === 'function') returned.then(resolve, reject)
  })
}

async function answer(main, { event, context, env }) {
  setEnvironment(env)
  try {
    const result = await run(main, event, contextOf(context, env))
    tell({ answer: JSON.stringify(result) })
  } catch (error) {
    tell({ failed: wordsOf(error) })
  }
}

load().then(
  (main) => {
    tell({ ready: true })
    const lines = readline.createInterface({ input: process.stdin })
    lines.on('line', (line) => answer(main, JSON.parse(line)))
    lines.on('close', () => process.exit(0))
  },
  (error) => {
    tell({ failed: wordsOf(error), over: true })
    process.exit(0)
  },
)
