import Taro from '@tarojs/taro'

import type { Item, News, Person } from './types'

const items = () => Taro.cloud.database().collection('items')

/** Who the cloud says that we are. */
export async function login(): Promise<Person> {
  const { result } = await Taro.cloud.callFunction({ name: 'login' })
  return result as Person
}

/** What is still to be bought, now and whenever it changes; ends by what it answers. */
export function watchItems(onItems: (items: Item[]) => void, onError: (error: Error) => void) {
  const watcher = items()
    .where({ bought: false })
    .watch({
      onChange: (news) => onItems([...(news as unknown as News).docs].sort(byTime)),
      onError: (error) => onError(error as unknown as Error),
    })
  return () => void watcher.close()
}

function byTime(one: Item, other: Item) {
  return one.at.getTime() - other.at.getTime()
}

/** An id that the app draws itself, so that sending twice is not adding twice. */
export function newId() {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`
}

/** Put something on the list; to send it again with the same id does no harm. */
export async function addItem(id: string, text: string) {
  const data = { _id: id, text, bought: false, at: Taro.cloud.database().serverDate() }
  try {
    await items().add({ data })
  } catch (error) {
    if (!String((error as Error).message).includes('duplicate key')) throw error
  }
}

/** Take something off the list. Everybody may, so a function does it: a record is its owner's. */
export async function buy(id: string) {
  await Taro.cloud.callFunction({ name: 'buy', data: { id } })
}
