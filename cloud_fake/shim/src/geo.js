// Geo values: also what records are read back as.

/** Of what a shape is made, and how its typings call that. */
const MEMBERS = {
  Point: null,
  LineString: ['Point', 'points'],
  Polygon: ['LineString', 'lines'],
  MultiPoint: ['Point', 'points'],
  MultiLineString: ['LineString', 'lines'],
  MultiPolygon: ['Polygon', 'polygons'],
}
const Geo = {}

function defineShape(name) {
  const members = MEMBERS[name]

  function Shape(given, latitude) {
    const shape = Object.create(Shape.prototype)
    const args = listed(arguments)
    const isJson = given !== null && typeof given === 'object' && 'coordinates' in given
    const steps = [['database', []], ['Geo'], [name, isJson ? [toJson(given)] : args]]
    Made.call(shape, steps)
    if (members) shape[members[1]] = isJson ? read(given.coordinates) : given
    else Object.assign(shape, isJson ? place(given.coordinates) : place(args))
    return shape
  }

  function read(coordinates) {
    return listed(coordinates).map(function (each) {
      return Geo[members[0]]({ type: members[0], coordinates: each })
    })
  }

  Shape.prototype = Object.create(Made.prototype, { constructor: { value: Shape } })
  Shape.prototype.toJSON = function () {
    return { type: name, coordinates: coordinatesOf(this) }
  }
  Shape.prototype.toString = function () {
    return JSON.stringify(coordinatesOf(this))
  }

  function coordinatesOf(shape) {
    if (!members) return [shape.longitude, shape.latitude]
    return shape[members[1]].map(function (member) {
      return member.toJSON().coordinates
    })
  }

  return Shape
}

function place(pair) {
  return { longitude: pair[0], latitude: pair[1] }
}

function toJson(shape) {
  return { type: shape.type, coordinates: shape.coordinates }
}

Object.keys(MEMBERS).forEach(function (name) {
  Geo[name] = defineShape(name)
})
