import { Button, Image, Progress, Text, View } from '@tarojs/components'
import { useEffect, useState } from 'react'

import { addPhoto, photoUrl } from '../../services/photos'
import type { Item } from '../../services/types'

interface Props {
  item: Item
  isMine: boolean
  onBuy: () => void
}

/** One thing to buy, with its photo; only its owner can put one there. */
export function Row({ item, isMine, onBuy }: Props) {
  const [url, setUrl] = useState('')
  const [percent, setPercent] = useState<number>()
  const [trouble, setTrouble] = useState('')
  const tell = (error: Error) => setTrouble(error.message)

  useEffect(() => {
    if (item.photo) photoUrl(item.photo).then(setUrl, tell)
  }, [item.photo])

  return (
    <View className="row">
      {url ? <Image className="photo" src={url} /> : <View className="photo none" />}
      <View className="what">
        <Text className="name">{item.text}</Text>
        <Text className="owner">{isMine ? 'mine' : `of ${item._openid}`}</Text>
        {percent !== undefined && <Progress percent={percent} showInfo />}
        {trouble && <Text className="unsent">{trouble}</Text>}
      </View>
      {isMine && !url && (
        <Button className="act" size="mini" onClick={() => addPhoto(item._id, setPercent).catch(tell)}>
          Photo
        </Button>
      )}
      <Button className="act" size="mini" onClick={onBuy}>
        Bought
      </Button>
    </View>
  )
}
