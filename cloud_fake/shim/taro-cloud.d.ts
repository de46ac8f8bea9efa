// The types are Taro's own (@tarojs/taro 4): `Taro.cloud`.
import type Taro from '@tarojs/taro'

/** What `taro-cloud.js` has beside the platform's surface. */
interface FakeSettings {
  /** Where `cloud-fake serve` or `cloud.serve()` listens: `http://127.0.0.1:40123`. */
  server?: string
  /** Who uses the app; null is nobody who is signed in. */
  openid?: string | null
}

type TaroCloud = (typeof Taro)['cloud'] & {
  /** Say where the fake is and who uses the app. */
  useFake(settings: FakeSettings): TaroCloud
  /** The same app on another user's device, initialised alike. */
  asUser(openid: string | null): TaroCloud
}

declare const cloud: TaroCloud
export default cloud
