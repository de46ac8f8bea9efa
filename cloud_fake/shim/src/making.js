// What the app makes: paths of calls that the fake follows.

const STEPS = '__cloudFakeSteps__'

/** Something made by calls, such as `_.gt(1)`: the fake makes it again. */
function Made(steps) {
  Object.defineProperty(this, STEPS, { value: steps })
}

/** A kind of thing with these methods, each of which makes a `result()`. */
function kind(methods, result) {
  function Kind(steps) {
    Made.call(this, steps)
  }
  Kind.prototype = Object.create(Made.prototype)
  words(methods).forEach(function (name) {
    Kind.prototype[name] = function () {
      return new (result || Kind)(this[STEPS].concat([[name, listed(arguments)]]))
    }
  })
  return Kind
}

const CONDITIONS =
  'eq neq gt gte lt lte in nin exists mod all elemMatch size geoNear geoWithin geoIntersects'
const CHANGES =
  'set remove rename min max inc mul bit push unshift pop shift pull pullAll addToSet'
const EXPRESSIONS = `
  abs add ceil divide exp floor ln log log10 mod multiply pow sqrt subtract trunc
  eq neq gt gte lt lte cmp and or not cond ifNull switch
  arrayElemAt arrayToObject concatArrays filter in indexOfArray isArray map range reduce
  reverseArray size slice zip allElementsTrue anyElementTrue
  setDifference setEquals setIntersection setIsSubset setUnion
  mergeObjects objectToArray let literal meta
  concat indexOfBytes indexOfCP split strLenBytes strLenCP strcasecmp substr substrBytes substrCP
  toLower toUpper trim ltrim rtrim
  dateFromParts dateFromString dateToParts dateToString dayOfMonth dayOfWeek dayOfYear hour
  isoDayOfWeek isoWeek isoWeekYear millisecond minute month second week year
  convert toBool toDate toDecimal toDouble toInt toLong toObjectId toString type
  addToSet avg first last max min push stdDevPop stdDevSamp sum`
const STAGES = `
  addFields bucket bucketAuto count geoNear group limit lookup match project replaceRoot sample
  skip sort sortByCount unwind`

const Condition = kind(CONDITIONS + ' and or nor not')
const Value = kind('')
const Pipeline = kind(STAGES)
Pipeline.prototype.done = function () {
  return new Value(this[STEPS].concat([['done', []]]))
}
const Expressions = kind(EXPRESSIONS, Value)
Expressions.prototype.pipeline = function () {
  return new Pipeline(this[STEPS].concat([['pipeline', []]]))
}
const Projections = kind('slice elemMatch', Value)
const Conditions = kind(CONDITIONS + ' and or nor not expr', Condition)
const Changes = kind(CHANGES, Value)

function makeCommand() {
  const path = [['database', []], ['command']]
  const command = new Conditions(path)
  const changes = new Changes(path)
  words(CHANGES).forEach(function (name) {
    command[name] = changes[name].bind(changes)
  })
  command.aggregate = new Expressions(path.concat([['aggregate']]))
  command.project = new Projections(path.concat([['project']]))
  return command
}
