// A row of the table on a client: its values as the client has them, what comes of it in the table's
// words: {answer}, {failure}, or {absent} where the client has no such call.
'use strict'

/** {_: [[name, ...args], ...]} is a command, {$: ...} an expression, and so on. */
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
  if (Object.prototype.toString.call(value) === '[object Date]') return { date: value.getTime() }
  if (Array.isArray(value)) return value.map(shown)
  if (value === null || typeof value !== 'object') return value
  if ('longitude' in value) return { point: [value.longitude, value.latitude] }
  const fields = Object.entries(value).filter(([name]) => name !== '_openid' && name !== 'errMsg')
  return Object.fromEntries(fields.map(([name, item]) => [name, shown(item)]))
}

module.exports = async function outcome(sdk, [verb, ...args]) {
  if (typeof sdk[verb] !== 'function') return { absent: true }
  try {
    const answer = shown(await sdk[verb](...revive(args, sdk)))
    return { answer: answer === undefined ? null : answer }
  } catch (error) {
    const { errCode, code, message } = error
    return { failure: { errCode, code, message } }
  }
}
