import Taro from '@tarojs/taro'
import type { PropsWithChildren } from 'react'

import './app.css'

declare const wx: { cloud: typeof Taro.cloud }

// An H5 build has no `Taro.cloud` of its own; in WeChat it is there already.
if (process.env.TARO_ENV === 'h5') Taro.cloud = wx.cloud
Taro.cloud.init({ env: 'home-1a2b3c' })

export default function App({ children }: PropsWithChildren) {
  return children
}
