// The types are Taro's own (@tarojs/taro 4): `Taro.cloud`.
import type Taro from '@tarojs/taro'

/** What `taro-cloud.js` has beside the platform's surface. */
interface FakeSettings {
  /** Where `cloud-fake serve` or `cloud.serve()` listens: `http://127.0.0.1:40123`. */
  server?: string
  /** Who uses the app; null is nobody who is signed in. */
  openid?: string | null
}

/** What WeChat has and Taro's types leave out. */
interface Untyped {
  connectContainer(options: {
    service?: string
    path?: string
    header?: Record<string, string>
    protocols?: string[]
    config?: { env?: string }
  }): Promise<{ socketTask: Taro.SocketTask; errMsg: string }>
  extend: { AI: any }
}

type TaroCloud = (typeof Taro)['cloud'] & Untyped & {
  /** Say where the fake is and who uses the app. */
  useFake(settings: FakeSettings): TaroCloud
  /** The same app on another user's device, initialised alike. */
  asUser(openid: string | null): TaroCloud
}

declare const cloud: TaroCloud
export default cloud
