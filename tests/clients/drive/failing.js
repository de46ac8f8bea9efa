// Some clients resolve a failure as {code, message}: then it is thrown here.
'use strict'

module.exports = function failing(answer) {
  if (answer && typeof answer.code === 'string' && answer.code !== 'SUCCESS') {
    throw Object.assign(new Error(answer.message), { code: answer.code })
  }
  return answer
}
