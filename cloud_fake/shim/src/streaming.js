// An answer in pieces: a WebSocket for each, on which whoever reads pulls one after another.

/** Ask for one; answers what is read, once the fake has begun it. */
function openStream(session, steps) {
  return Promise.resolve().then(function () {
    return new Answering(session, session.message(steps, {})).begun
  })
}

/** What has come so far: its `steps`, each {text, event}, and whether it `isOver`. */
function Answering(session, asked) {
  const answering = this
  let isLost = false
  let waiting = null

  this.steps = []
  this.isOver = false
  this.begun = wait()

  /** Let one more step come, or the end; who asks meanwhile waits for the same one. */
  this.read = function () {
    if (isLost) return Promise.reject(hungUp())
    if (waiting) return waiting.promise
    line.send('{"read":true}')
    return wait()
  }

  /** Nothing more will come. */
  this.end = function () {
    answering.isOver = true
    line.close()
    if (waiting) settled().resolve(answering)
  }

  const line = session.connect('/taro/stream', {
    open: function () {
      line.send(asked)
    },
    message: function (text) {
      const news = JSON.parse(text)
      if (answering.isOver) return
      if (news.error) return settled().reject(failure(news.error))
      if (news.end) return answering.end()
      if (news.step) answering.steps.push(decode(news.step))
      settled().resolve(answering)
    },
    close: function () {
      isLost = true
      if (waiting) settled().reject(hungUp())
    },
  })
  // What has not begun is read by nobody.
  this.begun.catch(function () {
    line.close()
  })

  function wait() {
    waiting = {}
    waiting.promise = new Promise(function (resolve, reject) {
      Object.assign(waiting, { resolve: resolve, reject: reject })
    })
    return waiting.promise
  }

  function settled() {
    const done = waiting
    waiting = null
    return done
  }
}

/** Let everything come, and tell the callbacks. */
function hearAll(answering, hooks) {
  let place = 0

  function hear() {
    while (place < answering.steps.length) tell(answering.steps[place++])
    if (!answering.isOver) return answering.read().then(hear)
    callBack(hooks.onFinish, answering.steps.map(textOf).join(''))
  }

  function tell(step) {
    if (step.text) callBack(hooks.onText, step.text)
    callBack(hooks.onEvent, step.event)
  }

  return Promise.resolve().then(hear)
}

function textOf(step) {
  return step.text
}

function eventOf(step) {
  return step.event
}

/** Each of its streams reads the answer from the beginning. */
function StreamResult(answering) {
  this.abort = answering.end
  Object.defineProperty(this, 'textStream', { get: stream.bind(null, textOf) })
  Object.defineProperty(this, 'eventStream', { get: stream.bind(null, eventOf) })

  function stream(take) {
    const iterable = {}
    iterable[Symbol.asyncIterator] = function () {
      return new Reader(answering, take)
    }
    return iterable
  }
}

/** An iterator; a step may have nothing for it. */
function Reader(answering, take) {
  let place = 0

  this.next = function next() {
    while (place < answering.steps.length) {
      const item = take(answering.steps[place++])
      if (item) return Promise.resolve({ done: false, value: item })
    }
    if (answering.isOver) return Promise.resolve({ done: true, value: undefined })
    return answering.read().then(next)
  }
}
