import { Button, Input, Text, View } from '@tarojs/components'
import { useState } from 'react'

import { addItem, newId } from '../../services/list'

/** What is being written; it stays, with its id, until the cloud has said that it is there. */
export function Draft() {
  const [id, setId] = useState(newId)
  const [text, setText] = useState('')
  const [trouble, setTrouble] = useState('')

  async function send() {
    try {
      await addItem(id, text)
      setId(newId())
      setText('')
      setTrouble('')
    } catch (error) {
      setTrouble((error as Error).message)
    }
  }

  return (
    <View className="draft">
      <Input
        className="text"
        placeholder="What do we need?"
        value={text}
        onInput={(event) => setText(event.detail.value)}
      />
      <Button className="send" disabled={!text} onClick={send}>
        {trouble ? 'Send again' : 'Add'}
      </Button>
      {trouble && <Text className="unsent">Not sure that it was sent: {trouble}</Text>}
    </View>
  )
}
