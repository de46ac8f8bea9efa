// The database of the mini program's SDKs: objects with `data`, one record as an object.
'use strict'

module.exports = function mini(db) {
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
    add: async (name, data) => (await db.collection(name).add({ data }))._id,
    get: async (name, id) => (await doc(name, id).get()).data,
    find: async (name, parts) => (await query(name, parts).get()).data,
    count: async (name, where) => (await db.collection(name).where(where).count()).total,
    set: async (name, id, data) => (await doc(name, id).set({ data })).stats,
    updateOne: async (name, id, data) => (await doc(name, id).update({ data })).stats.updated,
    update: async (name, where, data) =>
      (await db.collection(name).where(where).update({ data })).stats.updated,
    removeOne: async (name, id) => (await doc(name, id).remove()).stats.removed,
    remove: async (name, where) => (await db.collection(name).where(where).remove()).stats.removed,
    aggregate: async (name, stages) =>
      (
        await stages
          .reduce((made, [stage, value]) => made[stage](value), db.collection(name).aggregate())
          .end()
      ).list,
  }
}
