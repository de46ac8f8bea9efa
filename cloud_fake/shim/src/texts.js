// The platform's words: the few that are thrown before anything is sent.

const WORDS = { '-401002': 'api parameter error', '-401003': 'api parameter type error' }
const NOT_INITIALISED =
  "Cloud API isn't enabled, please call wx.cloud.init first\n" +
  '请先调用 wx.cloud.init() 完成初始化后再调用其他云 API。'

const SOCKET_NOT_OPEN = 'SocketTask.send:fail SocketTask.readyState is not OPEN'

function failure(fields) {
  const error = new Error(fields.message)
  if (fields.name) error.name = fields.name
  return Object.assign(error, fields)
}

function refusal(code, text) {
  const message = 'errCode: ' + code + ' ' + (WORDS[code] || '') + ' | errMsg: ' + text
  return failure({ errCode: code, errMsg: text, message: message, code: code })
}

function plainFailure(text) {
  return failure({ errCode: -1, errMsg: text, message: text, code: -1 })
}

function wrongType(key, wanted, value) {
  return 'parameter' + key + ' should be ' + wanted + ' instead of ' + typeName(value) + ';'
}

function hungUp() {
  return new Error('taro-cloud.js: the fake has hung up')
}

function notFaked(name) {
  return failure({ name: 'NotSupportedByFake', message: name })
}
