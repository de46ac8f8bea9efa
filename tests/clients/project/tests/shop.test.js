const assert = require('node:assert/strict')
const test = require('node:test')

require('./setup.js')
require('../miniprogram/app.js')
const shop = require('../miniprogram/services/shop.js')

test('a user is known from the second visit on', async () => {
  assert.deepEqual(await shop.login(), { openid: 'o-alice', isNew: true })
  assert.deepEqual(await shop.login(), { openid: 'o-alice', isNew: false })
})

test('what is sold out is not shown', async () => {
  const shown = await shop.goods()
  assert.deepEqual(
    shown.map(({ name }) => name),
    ['tea', 'cake'],
  )
})

test('an order is paid once, also when its answers are lost', async () => {
  const states = []
  let paid
  const isPaid = new Promise((resolve) => (paid = resolve))
  const watcher = shop.follow('order-1', (state) => {
    states.push(state)
    if (state === 'paid') paid()
  })
  const { fileID, again } = await shop.buy('order-1', 'tea', 2)
  await isPaid
  await watcher.close()
  assert.deepEqual(states, ['ordered', 'paid'])
  assert.equal(again, true)
  assert.equal(await shop.receipt(fileID), '2 × tea = 6\n')
})

test('nobody buys more than there is', async () => {
  await assert.rejects(shop.buy('order-2', 'cake', 5), (error) => {
    assert.equal(error.errCode, -1)
    assert.match(error.errMsg, /errMsg: Error: only 1 of cake left\n +at /)
    return true
  })
})
