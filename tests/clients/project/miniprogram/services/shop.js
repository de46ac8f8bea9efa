// What the shop's pages do with the cloud.

/** Who the user is; made on the first visit. */
async function login() {
  const { result } = await wx.cloud.callFunction({ name: 'login' })
  return result
}

/** The goods that are there, cheapest first. */
async function goods() {
  const db = wx.cloud.database()
  const { data } = await db
    .collection('goods')
    .where({ stock: db.command.gt(0) })
    .orderBy('price', 'asc')
    .get()
  return data
}

/** Order and pay; an answer that is lost on the way does not make it two orders. */
async function buy(orderId, goodId, amount) {
  await patiently(() => wx.cloud.callFunction({ name: 'order', data: { orderId, goodId, amount } }))
  const { result } = await patiently(() =>
    wx.cloud.callFunction({ name: 'pay', data: { orderId } }),
  )
  return result
}

async function patiently(call, tries = 3) {
  try {
    return await call()
  } catch (error) {
    if (tries === 1) throw error
    return patiently(call, tries - 1)
  }
}

/** Be told of the state of an order; answers what ends it. */
function follow(orderId, told) {
  const order = wx.cloud.database().collection('orders').where({ _id: orderId })
  return order.watch({
    onChange: ({ docs }) => docs.forEach((doc) => told(doc.state)),
    onError: (error) => told(`error ${error.errCode}`),
  })
}

/** The receipt's text. */
async function receipt(fileID) {
  const { tempFilePath } = await wx.cloud.downloadFile({ fileID })
  return wx.getFileSystemManager().readFileSync(tempFilePath, 'utf8')
}

module.exports = { buy, follow, goods, login, receipt }
