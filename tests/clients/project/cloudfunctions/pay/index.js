const cloud = require('wx-server-sdk')

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async ({ orderId }) => {
  const order = db.collection('orders').doc(orderId)
  const { data } = await order.get()
  if (data.state === 'paid') return { fileID: data.receipt, again: true }
  const { result } = await cloud.callFunction({ name: 'receipt', data: { order: data } })
  const { fileID } = await cloud.uploadFile({
    cloudPath: `receipts/${orderId}.txt`,
    fileContent: Buffer.from(result.text),
  })
  await order.update({ data: { state: 'paid', receipt: fileID } })
  return { fileID, again: false }
}
