// `extend.AI`: models and bots.

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
  from._session.requireInit()
  return openStream(from._session, from._steps.concat([[name, [asked]]])).then(function (answering) {
    const stream = new StreamResult(answering)
    if (!hooks.onEvent && !hooks.onText && !hooks.onFinish) return stream
    return hearAll(answering, hooks).then(function () {
      return stream
    })
  })
}
