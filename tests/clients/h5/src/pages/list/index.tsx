import { Text, View } from '@tarojs/components'
import { useEffect, useState } from 'react'

import { buy, login, watchItems } from '../../services/list'
import type { Item, Person } from '../../services/types'
import { Draft } from './draft'
import { Row } from './row'
import './index.css'

export default function List() {
  const [me, setMe] = useState<Person>()
  const [items, setItems] = useState<Item[]>([])
  const [trouble, setTrouble] = useState('')

  useEffect(() => {
    const tell = (error: Error) => setTrouble(error.message)
    login().then(setMe, tell)
    return watchItems(setItems, tell)
  }, [])

  return (
    <View className="list">
      <View className="head">
        <Text className="title">Shopping list</Text>
        <Text className="me">{me ? `${me.openid}, visit ${me.visits}` : '…'}</Text>
      </View>
      {trouble && <View className="trouble">{trouble}</View>}
      {items.map((item) => (
        <Row
          key={item._id}
          item={item}
          isMine={item._openid === me?.openid}
          onBuy={() => buy(item._id).catch((error: Error) => setTrouble(error.message))}
        />
      ))}
      <Draft />
    </View>
  )
}
