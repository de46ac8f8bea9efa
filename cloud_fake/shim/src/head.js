/*!
 * taro-cloud.js: `Taro.cloud` and `wx.cloud` for code that runs outside of WeChat.
 *
 * It is the cloud of a running cloud_fake (`cloud-fake serve`, or `cloud.serve()` in a Python test),
 * without dependencies. It checks next to nothing itself: what the app writes is sent as it is
 * written, as a path of calls, and the fake does, checks and words everything.
 *
 *   Node, jest, vitest   Taro.cloud = require('./taro-cloud.js')
 *                        CLOUD_FAKE_URL=http://127.0.0.1:PORT   CLOUD_FAKE_OPENID=o-alice
 *   a page               <script src="http://127.0.0.1:PORT/shim/taro-cloud.js"></script>
 *                        then Taro.cloud = wx.cloud; who the user is: ?openid=o-alice of the page
 *   anywhere             cloud.useFake({ server: 'http://127.0.0.1:PORT', openid: 'o-alice' })
 *
 * One request is `POST /taro {steps, init, openid, resource}`, answered `{ok}` or `{error}`. Watches,
 * sockets and answers in pieces are WebSockets at `/taro/watch`, `/taro/socket` and `/taro/stream`
 * that are told the same first. What JSON has no words for is an object with one key:
 *
 *   {$undefined} {$function} {$circular} {$date: ms} {$regexp: [source, flags]} {$binary: base64}
 *   {$file: base64, null if it cannot be read}  {$geo: GeoJSON}  {$made: a path of calls}
 *   {$object: an object of the app's own whose keys begin with $}
 */
