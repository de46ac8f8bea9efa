// Watches all records of a collection: what the first two events tell, of which one follows a change.
'use strict'

module.exports = function watch(records, change) {
  return new Promise((resolve, reject) => {
    const told = []
    const watcher = records.watch({
      onChange: (snapshot) => {
        told.push(snapshot.docChanges.map((it) => [it.dataType, it.doc.n]))
        if (told.length === 1) Promise.resolve(change()).catch(reject)
        if (told.length < 2) return
        watcher.close()
        resolve(told)
      },
      // CloudBase's SDKs hand on the message that they were sent.
      onError: (error) => reject(error.msgData || error),
    })
  })
}
