const cloud = require('wx-server-sdk')

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  const users = cloud.database().collection('users')
  const { data } = await users.where({ _id: OPENID }).get()
  if (data.length === 0) await users.add({ data: { _id: OPENID, visits: 0 } })
  await users.doc(OPENID).update({ data: { visits: cloud.database().command.inc(1) } })
  return { openid: OPENID, isNew: data.length === 0 }
}
