// The database: builders that only write down what they are told.

function Builder(session, steps) {
  this._session = session
  this._steps = steps
}

function builder(base, steps, calls) {
  function Built(session, path) {
    Builder.call(this, session, path)
  }
  Built.prototype = Object.create(base.prototype)
  words(steps).forEach(function (name) {
    Built.prototype[name] = function () {
      return new (Built.next || Built)(
        this._session,
        this._steps.concat([[name, listed(arguments)]]),
      )
    }
  })
  words(calls).forEach(function (name) {
    Built.prototype[name] = function () {
      return this._session.call(this._steps, name, arguments)
    }
  })
  return Built
}

const Watchable = builder(Builder, '', '')
Watchable.prototype.watch = function (options) {
  return this._session.watch(this._steps, options)
}

const Query = builder(Watchable, 'where orderBy skip limit field', 'get count update remove')
const where = Query.prototype.where
Query.prototype.where = function (condition) {
  if (condition === undefined || condition === null) {
    throw refusal(-401002, 'parameter condition of function where must be provided')
  }
  return where.call(this, condition)
}

const Document = builder(Watchable, 'field', 'get set update remove')
const Aggregate = builder(Builder, STAGES, 'end')

const Collection = builder(Query, '', 'add')
Collection.prototype.doc = function (id) {
  if (id === undefined || id === null) {
    throw plainFailure('collection.doc:fail -1 . docId must not be empty')
  }
  return new Document(this._session, this._steps.concat([['doc', [id]]]))
}
Collection.prototype.aggregate = function () {
  return new Aggregate(this._session, this._steps.concat([['aggregate', []]]))
}

function DatabaseRegExp(options) {
  if (!(this instanceof DatabaseRegExp)) return new DatabaseRegExp(options)
  Made.call(this, [['database', []], ['RegExp', listed(arguments)]])
  Object.assign(this, { regexp: (options || {}).regexp, options: (options || {}).options || '' })
}
DatabaseRegExp.prototype = Object.create(Made.prototype)

function ServerDate() {
  const steps = [['database', []], ['serverDate', listed(arguments)]]
  return new Value(steps)
}

function Database(session, args) {
  this._session = session
  this._steps = [['database', args]]
  this.config = Object.assign({}, args[0])
  this.command = makeCommand()
  this.Geo = Geo
  this.RegExp = DatabaseRegExp
  this.serverDate = ServerDate
}

Database.prototype.collection = function (name) {
  if (!name) throw refusal(-401003, 'collectionName must be provided')
  if (typeof name !== 'string') {
    throw refusal(-401003, wrongType('.collectionName', 'string', name))
  }
  const collection = new Collection(this._session, this._steps.concat([['collection', [name]]]))
  collection.collectionName = name
  collection.database = this
  return collection
}
