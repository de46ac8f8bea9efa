// One SDK: who uses it, how it was initialised, and how it asks the fake.

/** What all clouds of one app share: where the fake is, and who uses the app. */
function Line(settings) {
  this.settings = settings
}

Line.prototype.server = function () {
  const found = given(
    this.settings.server,
    (host.CLOUD_FAKE || {}).server,
    platform.env('CLOUD_FAKE_URL'),
    origin,
  )
  if (!found) {
    throw new Error('taro-cloud.js: where is the fake? cloud.useFake({ server }), or CLOUD_FAKE_URL')
  }
  return found.replace(/\/$/, '')
}

Line.prototype.openid = function () {
  return given(
    this.settings.openid,
    (host.CLOUD_FAKE || {}).openid,
    platform.env('CLOUD_FAKE_OPENID'),
    openidOfPage(),
  )
}

/** One SDK: initialised or not, for the app's own environment or for a `resource`. */
function Session(line, resource) {
  this.line = line
  this.resource = resource
  this.init = null
}

Session.prototype.requireInit = function () {
  if (this.init === null) throw refusal(-1, NOT_INITIALISED)
}

Session.prototype.message = function (steps, more) {
  const body = { init: this.init, openid: this.line.openid(), resource: this.resource }
  return JSON.stringify(
    Object.assign({ steps: encodeSteps(steps, []) }, encodeFields(sent(body), []), more),
  )
}

/** Ask the fake; the answer, or the error that it words. Of a transfer there is more to say. */
Session.prototype.ask = function (steps, transfer) {
  const session = this
  return Promise.resolve()
    .then(function () {
      const more = transfer && { transfer: true, aborted: transfer.aborted }
      return post(session.line.server() + '/taro', session.message(steps, more))
    })
    .then(function (text) {
      const reply = JSON.parse(text)
      if (transfer) transfer.progress(reply.progress || [])
      if (reply.error) throw failure(reply.error)
      return decode(reply.ok)
    })
}

/** A WebSocket to the fake; see `connect`. */
Session.prototype.connect = function (path, told) {
  return connect(this.line.server().replace(/^http/, 'ws') + path, told)
}

Session.prototype.call = function (steps, name, args) {
  const options = args[0]
  const last = [name, args.length ? [sent(options)] : []]
  return answer(options, this.ask(steps.concat([last])))
}
