// Small things that every part uses.

/** Names in a text, apart. */
function words(text) {
  return text.split(/\s+/).filter(Boolean)
}

function listed(args) {
  return Array.prototype.slice.call(args)
}

function typeName(value) {
  return Object.prototype.toString.call(value).slice(8, -1).toLowerCase()
}

function isObject(value) {
  return value !== null && typeof value === 'object'
}

/** The first of the arguments that is not undefined. */
function given() {
  for (let i = 0; i < arguments.length; i++) if (arguments[i] !== undefined) return arguments[i]
  return undefined
}

/** Give a thing fields that nobody sees who looks at it. */
function hide(thing, fields) {
  Object.keys(fields).forEach(function (name) {
    Object.defineProperty(thing, name, { value: fields[name], writable: true })
  })
}
