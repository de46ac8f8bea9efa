// The database of CloudBase's SDKs: records as they are, one record in an array.
'use strict'

const failing = require('./failing.js')

module.exports = function tcb(db) {
  const asked = async (promise) => failing(await promise)
  const query = (name, { where, order, skip, limit, field }) => {
    let found = db.collection(name)
    if (where) found = found.where(where)
    if (order) found = found.orderBy(...order)
    if (skip) found = found.skip(skip)
    if (limit) found = found.limit(limit)
    return field ? found.field(field) : found
  }
  const doc = (name, id) => db.collection(name).doc(id)
  return {
    db,
    add: async (name, data) => (await asked(db.collection(name).add(data))).id,
    addMany: async (name, data) => (await asked(db.collection(name).add(data))).ids,
    create: async (name, id, data) => (await asked(doc(name, id).create(data))).id,
    get: async (name, id) => (await asked(doc(name, id).get())).data[0],
    find: async (name, parts) => (await asked(query(name, parts).get())).data,
    count: async (name, where) => (await asked(db.collection(name).where(where).count())).total,
    set: async (name, id, data) => {
      const { updated, upsertedId } = await asked(doc(name, id).set(data))
      return { updated, created: upsertedId ? 1 : 0 }
    },
    updateOne: async (name, id, data) => (await asked(doc(name, id).update(data))).updated,
    update: async (name, where, data) =>
      (await asked(db.collection(name).where(where).update(data))).updated,
    removeOne: async (name, id) => (await asked(doc(name, id).remove())).deleted,
    remove: async (name, where) => (await asked(db.collection(name).where(where).remove())).deleted,
    aggregate: async (name, stages) =>
      failing(
        (
          await asked(
            stages
              .reduce((made, [stage, value]) => made[stage](value), db.collection(name).aggregate())
              .end(),
          )
        ).data,
      ),
  }
}
