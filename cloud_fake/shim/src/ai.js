// `extend.AI`: models and bots. An answer in pieces comes whole and is handed out piece by piece.

function AI(session) {
  hide(this, { _session: session })
  this.bot = new Bot(session)
}

AI.prototype.createModel = function (model) {
  return new ChatModel(this._session, [['extend'], ['AI'], ['createModel', [model]]])
}

function ChatModel(session, steps) {
  hide(this, { _session: session, _steps: steps })
}

ChatModel.prototype.generateText = function (options) {
  return askAI(this, 'generateText', [options])
}

ChatModel.prototype.streamText = function (options) {
  return askForStream(this, 'streamText', options)
}

function Bot(session) {
  hide(this, { _session: session, _steps: [['extend'], ['AI'], ['bot']] })
}

words('get list').forEach(function (name) {
  Bot.prototype[name] = function () {
    return askAI(this, name, listed(arguments))
  }
})

Bot.prototype.sendMessage = function (options) {
  return askForStream(this, 'sendMessage', options)
}

words(`create delete getChatRecords getFeedBack getFeedback getRecommendQuestions sendFeedback
  update`).forEach(function (name) {
  Bot.prototype[name] = function () {
    throw notFaked('cloud.extend.AI.bot.' + name)
  }
})

function askAI(from, name, args) {
  from._session.requireInit()
  return from._session.ask(from._steps.concat([[name, args]]))
}

/** With callbacks they have heard everything before anybody reads it. */
function askForStream(from, name, options) {
  const hooks = options || {}
  const asked = Object.assign({}, options)
  words('onEvent onText onFinish').forEach(function (hook) {
    delete asked[hook]
  })
  return askAI(from, name, [asked]).then(function (answered) {
    const stream = new StreamResult(answered.steps)
    answered.steps.forEach(function (step) {
      if (step.text) callBack(hooks.onText, step.text)
      callBack(hooks.onEvent, step.event)
    })
    callBack(hooks.onFinish, answered.text)
    return stream
  })
}

/** Each of its streams reads it from the beginning. */
function StreamResult(steps) {
  let end = steps.length
  let seen = 0

  function stream(take) {
    const iterable = {}
    iterable[Symbol.asyncIterator] = function () {
      let place = 0
      return {
        next: function () {
          while (place < end) {
            const item = take(steps[place++])
            seen = Math.max(seen, place)
            if (item) return Promise.resolve({ done: false, value: item })
          }
          return Promise.resolve({ done: true, value: undefined })
        },
      }
    }
    return iterable
  }

  this.abort = function () {
    end = seen
  }
  Object.defineProperty(this, 'textStream', {
    get: stream.bind(null, function (step) {
      return step.text
    }),
  })
  Object.defineProperty(this, 'eventStream', {
    get: stream.bind(null, function (step) {
      return step.event
    }),
  })
}
