"""The names of the three typings' database, as facts: interface by interface, in their order.

* Taro: `@tarojs/taro` 4.2.1, `types/api/cloud/index.d.ts`, namespace `DB`
* wx: `miniprogram-api-typings` 5.2.3, `types/wx/lib.wx.cloud.d.ts`, namespace `DB`
* server: `wx-server-sdk` 4.0.2, `index.d.ts`, namespace `DB`

Left out are interfaces without members and those that only name types.
"""

from __future__ import annotations

GEO_SHAPES = {
    "GeoPoint": "longitude latitude toJSON toString",
    "GeoMultiPoint": "points toJSON toString",
    "GeoLineString": "points toJSON toString",
    "GeoMultiLineString": "lines toJSON toString",
    "GeoPolygon": "lines toJSON toString",
    "GeoMultiPolygon": "polygons toJSON toString",
}
STAGES = (
    "addFields bucket bucketAuto count geoNear group limit lookup match project replaceRoot "
    "sample skip sort sortByCount unwind end"
)
QUERY_COMMANDS = "eq neq gt gte lt lte in nin geoNear geoWithin geoIntersects"
MORE_QUERY_COMMANDS = "exists mod all elemMatch size"
UPDATE_COMMANDS = "set remove inc mul push pop shift unshift"
MORE_UPDATE_COMMANDS = "min max rename bit addToSet pull pullAll"
EXPRESSION_OPERATORS = (
    "abs add addToSet allElementsTrue and anyElementTrue arrayElemAt arrayToObject avg ceil cmp "
    "concat concatArrays cond convert dateFromParts dateToParts dateFromString dateToString "
    "dayOfMonth dayOfWeek dayOfYear divide eq exp filter first floor gt gte hour ifNull in "
    "indexOfArray indexOfBytes indexOfCP isArray isoDayOfWeek isoWeek isoWeekYear last let "
    "literal ln log log10 lt lte ltrim map max mergeObjects meta min millisecond minute mod "
    "month multiply neq not objectToArray or pow push range reduce reverseArray rtrim second "
    "setDifference setEquals setIntersection setIsSubset setUnion size slice split sqrt "
    "stdDevPop stdDevSamp strcasecmp strLenBytes strLenCP substr substrBytes substrCP subtract "
    "sum switch toBool toDate toDecimal toDouble toInt toLong toObjectId toString toLower "
    "toUpper trim trunc type week year zip"
)

TARO = {
    "Database": "config command Geo serverDate RegExp collection",
    "Database.ServerDate": "options",
    "Database.ServerDate.IOptions": "offset",
    "Database.IRegExp": "regexp options",
    "Database.IRegExp.IRegExpOptions": "regexp options",
    "Collection": (
        "collectionName database doc aggregate where limit orderBy skip field get count add watch"
    ),
    "Document": "get set update remove",
    "Document.IAddDocumentOptions": "data config complete fail success",
    "Document.IWatchDocumentOptions": "onChange onError",
    "Document.ISnapshot": "docChanges docs type id",
    "Document.ChangeEvent": "id queueType dataType docId doc updatedFields removedFields",
    "Document.QueueType": "init update enqueue dequeue",
    "Document.DataType": "init update replace add remove",
    "Document.IWatcher": "close",
    "Document.IUpdateDocumentOptions": "data config complete fail success",
    "Document.IUpdateSingleDocumentOptions": "data config complete fail success",
    "Document.ISetSingleDocumentOptions": "data config complete fail success",
    "Document.IRemoveDocumentOptions": "query config complete fail success",
    "Query": "where orderBy limit skip field get count",
    "Query.IQueryResult": "data errMsg",
    "Query.IQuerySingleResult": "data errMsg",
    "Query.IAddResult": "_id errMsg",
    "Query.IUpdateResult": "stats errMsg",
    "Query.ISetResult": "_id stats errMsg",
    "Query.IRemoveResult": "stats errMsg",
    "Query.ICountResult": "total errMsg",
    "Command": f"{QUERY_COMMANDS} and or {UPDATE_COMMANDS}",
    "Command.DatabaseLogicCommand": "fieldName operator operands _setFieldName and or",
    "Command.DatabaseQueryCommand": f"operator _setFieldName {QUERY_COMMANDS}",
    "Command.DatabaseUpdateCommand": "fieldName operator operands _setFieldName",
    "Command.LOGIC_COMMANDS_LITERAL": "and or not nor",
    "Command.QUERY_COMMANDS_LITERAL": QUERY_COMMANDS,
    "Command.UPDATE_COMMANDS_LITERAL": UPDATE_COMMANDS,
    "Aggregate": STAGES,
    "IGeo": "Point LineString Polygon MultiPoint MultiLineString MultiPolygon",
    **{f"IGeo.{name}": members for name, members in GEO_SHAPES.items()},
    **{f"IGeo.JSON{name[3:]}": "type coordinates" for name in GEO_SHAPES},
}
WX = {
    "Database": "config command Geo serverDate RegExp collection",
    "Aggregate": STAGES,
    "CollectionReference": "collectionName doc add aggregate",
    "DocumentReference": "field get set update remove watch",
    "RealtimeListener": "close",
    "Query": "where orderBy limit skip field get count watch",
    "DatabaseCommand": (
        f"{QUERY_COMMANDS} and or nor not {MORE_QUERY_COMMANDS} {UPDATE_COMMANDS} "
        f"{MORE_UPDATE_COMMANDS} project aggregate"
    ),
    "DatabaseCommand.project": "slice",
    "DatabaseCommand.aggregate": EXPRESSION_OPERATORS,
    "DatabaseLogicCommand": "and or nor not",
    "DatabaseQueryCommand": f"{QUERY_COMMANDS} {MORE_QUERY_COMMANDS}",
    "APIBaseContract": "getContext getCallbackReturn getFinalParam run",
    "IGeo": "Point MultiPoint LineString MultiLineString Polygon MultiPolygon",
    **{f"IGeoJSON{name[3:]}": "type coordinates" for name in GEO_SHAPES},
    **GEO_SHAPES,
    "IServerDateOptions": "offset",
    "ServerDate": "options",
    "IRegExpOptions": "regexp options",
    "RegExp": "regexp options",
    "IAddDocumentOptions": "data config success fail complete",
    "IUpdateDocumentOptions": "data config success fail complete",
    "IUpdateSingleDocumentOptions": "data config success fail complete",
    "ISetSingleDocumentOptions": "data config success fail complete",
    "IRemoveDocumentOptions": "query config success fail complete",
    "IWatchOptions": "onChange onError",
    "ISnapshot": "id docChanges docs type",
    "ISingleDBEvent": "id dataType queueType docId doc updatedFields removedFields",
    "IQueryResult": "data errMsg",
    "IQuerySingleResult": "data errMsg",
    "IAddResult": "_id errMsg",
    "IUpdateResult": "stats errMsg",
    "ISetResult": "_id stats errMsg",
    "IRemoveResult": "stats errMsg",
    "ICountResult": "total errMsg",
}
SERVER = {
    "Database": (
        "identifiers config command Geo serverDate RegExp debug collection createCollection "
        "runTransaction startTransaction"
    ),
    "CollectionReference": "collectionName doc add aggregate",
    "DocumentReference": "_id collection field get set update remove",
    "Query": "collectionName where orderBy limit skip field get update remove count",
    "PipelineBase": f"{STAGES} collStats facet graphLookup indexStats out redact",
    "Aggregate": "collection end",
    "DatabaseCommand": WX["DatabaseCommand"],
    "DatabaseCommand.project": "slice",
    "DatabaseCommand.aggregate": EXPRESSION_OPERATORS,
    "DatabaseLogicCommand": "and or nor not",
    "DatabaseQueryCommand": f"{QUERY_COMMANDS} {MORE_QUERY_COMMANDS}",
    "UPDATE_COMMAND_MODIFIERS_LITERAL": "each position slice sort",
    "IDatabaseConfig": "env",
    "IGeo": "Point MultiPoint LineString MultiLineString Polygon MultiPolygon",
    **{f"IGeoJSON{name[3:]}": "type coordinates" for name in GEO_SHAPES},
    **GEO_SHAPES,
    "IServerDateOptions": "offset",
    "ServerDate": "options",
    "IRegExpOptions": "regexp options",
    "RegExp": "regexp options",
    "IAddDocumentOptions": "data",
    "IGetDocumentOptions": "stringifyTest",
    "IUpdateDocumentOptions": "data stringifyTest",
    "IUpdateSingleDocumentOptions": "data stringifyTest",
    "ISetSingleDocumentOptions": "data stringifyTest",
    "IRemoveDocumentOptions": "query stringifyTest",
    "IQueryResult": "data errMsg",
    "IQuerySingleResult": "data errMsg",
    "IAddResult": "_id errMsg",
    "IUpdateResult": "stats errMsg",
    "ISetResult": "_id stats errMsg",
    "IRemoveResult": "stats errMsg",
    "ICountResult": "total errMsg",
    "IAggregateResult": "list errMsg",
}
TYPINGS = {"Taro 4.2.1": TARO, "wx 5.2.3": WX, "wx-server-sdk 4.0.2": SERVER}
