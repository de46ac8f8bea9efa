export interface Item {
  _id: string
  _openid: string
  text: string
  at: Date
  photo?: string
}

export interface Person {
  openid: string
  visits: number
}

export interface News {
  docs: Item[]
}
