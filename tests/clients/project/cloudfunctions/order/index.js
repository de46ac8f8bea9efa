const cloud = require('wx-server-sdk')

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async ({ orderId, goodId, amount }) => {
  const { OPENID } = cloud.getWXContext()
  console.log('order', orderId, 'of', OPENID)
  return db.runTransaction(async (transaction) => {
    const { data: good } = await transaction.collection('goods').doc(goodId).get()
    const known = await db.collection('orders').where({ _id: orderId }).get()
    if (known.data.length > 0) return known.data[0]
    if (good.stock < amount) throw new Error(`only ${good.stock} of ${goodId} left`)
    await transaction
      .collection('goods')
      .doc(goodId)
      .update({ data: { stock: db.command.inc(-amount) } })
    const order = { _id: orderId, _openid: OPENID, goodId, amount, state: 'ordered' }
    await transaction.collection('orders').add({ data: { ...order, at: db.serverDate() } })
    return order
  })
}
