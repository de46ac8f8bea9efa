// Requests.

function post(url, text) {
  if (platform.wx) return postInWeChat(url, text)
  if (typeof fetch === 'function') return postByFetch(url, text)
  return postInNode(url, text)
}

function postByFetch(url, text) {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers: headers, body: text }).then(function (response) {
    return response.text()
  })
}

function postInWeChat(url, text) {
  return new Promise(function (resolve, reject) {
    platform.wx.request({
      url: url,
      method: 'POST',
      data: text,
      dataType: 'text',
      header: { 'content-type': 'application/json' },
      success: function (response) {
        resolve(response.data)
      },
      fail: function (error) {
        reject(new Error(error.errMsg))
      },
    })
  })
}

/** Where there is no `fetch`: jest's jsdom. */
function postInNode(url, text) {
  return new Promise(function (resolve, reject) {
    const headers = { 'content-type': 'application/json' }
    const options = { method: 'POST', headers: headers }
    const request = platform.node('http').request(url, options, function (response) {
      const pieces = []
      response.on('data', function (piece) {
        pieces.push(piece)
      })
      response.on('end', function () {
        resolve(Buffer.concat(pieces).toString('utf8'))
      })
    })
    request.on('error', reject)
    request.end(text)
  })
}
