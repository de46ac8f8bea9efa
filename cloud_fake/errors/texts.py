"""Every sentence the platform says when something is wrong, and the house's own in its form.

Constants are whole sentences, functions fill in what the platform fills in. Sources: the client's
base library 2.30.3, wx-server-sdk 4.0.2, @cloudbase/node-sdk 3.18.3, and logs of live systems.
"""

from __future__ import annotations

import json

__all__: list[str] = []

# --- the SDK before it asks anybody --------------------------------------------------------------

CLIENT_NOT_INITIALISED = (
    "Cloud API isn't enabled, please call wx.cloud.init first\n"
    "请先调用 wx.cloud.init() 完成初始化后再调用其他云 API。"
)
SERVER_NOT_INITIALISED = (
    "Cloud API isn't enabled, please call init first\n"
    "请先调用 init 完成初始化后再调用其他云 API。init 方法可传入一个对象用于设置默认配置，详见文档。"
)
DATA_EMPTY = "options.data must not be empty"
#: `Cloud({})`, on the client and on the server.
RESOURCE_ENV_MISSING = "resourceEnv must be provided"
SERVER_RESOURCE_ENV_MISSING = "missing resourceEnv"
#: `CDN({"type": "filePath"})`.
FILE_PATH_MISSING = "filePath must be provided"
#: `openapi()`.
OPTIONS_EXPECTED = "an options object is expected"
#: `getOpenData({})`.
LIST_MISSING = "list must be provided"
#: `logger().log("text")`.
LOG_NOT_AN_OBJECT = "log msg must be an object"
COLLECTION_NAME_MISSING = "collectionName must be provided"
DOC_ID_EMPTY = "docId must not be empty"
CONDITION_MISSING = "query condition must be provided"
CONDITION_EMPTY = "query condition must be provided and not be empty"
CIRCULAR = "Cannot convert circular structure to JSON"


def wrong_type(key: str, wanted: str, actual: str) -> str:
    """A parameter of the wrong type; several failing keys are concatenated, so no blank follows."""
    return f"parameter.{key} should be {wanted} instead of {actual};"


def wrong_structure(actual: str) -> str:
    """The argument object itself is wrong. The trailing blank is the platform's."""
    return f"parameter should be object instead of {actual}; "


def not_an_object(actual: str) -> str:
    """The same, thrown at once by the calls that look before anything else: no blank there."""
    return f"parameter should be object instead of {actual};"


def params_not_an_object(api: str, given: object) -> str:
    """The same from the server SDK, for nothing at all; `typeof null` is "object"."""
    actual = "object" if given is None else "undefined"
    return f"Params for {api} must be an object instead of {actual}"


def argument_missing(name: str, function: str) -> str:
    """A function was called without an argument it needs."""
    return f"parameter {name} of function {function} must be provided"


def too_big(what: str, kilobytes: int) -> str:
    """A local size check failed."""
    return f"{what} size must be less than {kilobytes} KB"


def too_deep(name: str, limit: int) -> str:
    """A value is nested deeper than MongoDB takes."""
    return f"parameter.{name} is nested deeper than {limit} levels;"


def list_too_long(key: str, limit: int) -> str:
    """More items than one request takes (50 files)."""
    return f"parameter.{key} exceed max length {limit}"


#: What `wx.request` fails with when no answer comes [uncertain: the wording inside cloud calls].
NETWORK_LOST = "request:fail timeout"
NETWORK_OFFLINE = "request:fail net::ERR_INTERNET_DISCONNECTED"
#: What a scripted outage says, and a scripted failure whose code the platform has no words for.
SERVICE_DOWN = "service unavailable"
INJECTED = "injected failure"
#: What stands on the timeline where a timer did not fire.
TIMER_MISSED = "the timer did not fire"


# --- database ------------------------------------------------------------------------------------

NO_SUCH_COLLECTION = (
    "[ResourceNotFound] Db or Table not exist. Please check your request, "
    "but if the problem cannot be solved, contact us."
)
PERMISSION_DENIED = "Permission denied"
INVALID_ID = "_id should be a string or a number"
ID_IS_FIXED = "不能更新_id的值"
#: [uncertain: the backend's own words; these are the SDK's for the code]
QUERY_RESULT_TOO_LARGE = "database query result size exceed limit (1MB)"
#: [uncertain: what the backend says to a client's `limit("5")`, which its SDK does not check]
NO_WHOLE_NUMBER = "limit and skip should be whole numbers, not below 0"


def server_date_options(actual: str) -> str:
    """`serverDate(5)`."""
    return f"serverDate.options should be object instead of {actual};"


def regexp_missing(actual: str) -> str:
    """`RegExp({})`."""
    return f"RegExp options.regexp should be string instead of {actual};"


def regexp_options(options: str) -> str:
    """Letters that are no option of the server's regular expressions; it has no `g`."""
    return f"RegExp options.options should be letters of imsxu instead of {options};"


def invalid_key(name: str) -> str:
    """A key that a client may not write (`_openid`, or one that starts with `$`)."""
    return f"Invalid Key Name: {name}"


def document_not_found_client(document_id: object) -> str:
    """`doc(id).get()` of a record that is missing or may not be read."""
    return (
        f"cannot find document with _id {document_id}, please make sure that the document exists "
        "and you have the corresponding access permission"
    )


def document_not_found_server(document_id: object) -> str:
    """The same from a cloud function."""
    return f"document with _id {document_id} does not exist"


def document_not_removed(document_id: object) -> str:
    """`doc(id).remove()` removed nothing."""
    return (
        f"cannot remove document with _id {document_id}, please make sure that the document "
        "exists and you have the corresponding Write permission"
    )


def write_failed(reason: str) -> str:
    """MongoDB refused a write; the platform passes its words on in brackets."""
    return f"[FailedOperation] multiple write errors: [{{write errors: [{{{reason}}}]}}, {{<nil>}}]"


def query_failed(reason: str) -> str:
    """MongoDB refused a query or a pipeline."""
    return f"[FailedOperation] {reason}"


#: MongoDB's code 112, to be put in `write_failed`.
WRITE_CONFLICT = (
    "WriteConflict error: this operation conflicted with another operation. "
    "Please retry your operation or multi-document transaction."
)


def duplicate_key(collection: str, index: str, value: str) -> str:
    """MongoDB's E11000, to be put in `write_failed`."""
    return (
        f"E11000 duplicate key error collection: {collection} index: {index} dup key: {{ {value} }}"
    )


SERVER_COLLECTION_NAME_MISSING = "Collection name is required"
SERVER_DOC_ID_EMPTY = "docId不能为空"
SERVER_DOC_ID_TYPE = "docId必须为字符串或数字"
SERVER_ORDER_WRONG = "排序字符不合法"
#: `doc(id).set` with a command in its data.
OPERATOR_IN_SET = "update operator complicit"


# What @cloudbase/database says of conditions and of geo values; the client's SDK has the same.

CONDITION_NOT_AN_OBJECT = "查询参数必须为对象"
CONDITION_UNDEFINED = "查询参数对象值不能均为undefined"
NO_FIELD = "Cannot encode a comparison command with unset field name"
CENTER_SPHERE = "centersPhere结构不合法"
DEGREES_NOT_A_NUMBER = "Geo Point must be number type"
LINE_TOO_SHORT = '"points" must contain 2 points at least'
NO_POINTS = '"points" must contain 1 point at least'
#: Also of a MultiLineString: the platform's own slip.
NO_LINES = "Polygon must contain 1 linestring at least"
NO_POLYGONS = "MultiPolygon must contain 1 polygon at least"


def wrong_geometry(wanted: str, actual: str) -> str:
    """The geometry of a geo command is missing or of another kind."""
    return f'"geometry" must be of type {wanted}. Received type {actual}'


def degrees_out_of_range(name: str, limit: int) -> str:
    """A longitude or latitude that is on no globe."""
    return f"{name} should be a number ranges from -{limit} to {limit}"


def no_array_of_shapes(argument: str, wanted: str, actual: str) -> str:
    """What a geo value is made of is no array at all; `actual` is JavaScript's `typeof`."""
    return f'"{argument}" must be of type {wanted}[]. Received type {actual}'


def wrong_shape(argument: str, wanted: str, actual: str) -> str:
    """An item of that array is of the wrong kind."""
    return f'"{argument}" must be of type {wanted}[]. Received type {actual}[]'


def ring_not_closed(points: str) -> str:
    """A polygon's ring does not end where it began."""
    return f"LineString {points} is not a closed cycle"


def server_not_integer(name: str) -> str:
    """`limit(1.5)`, `skip("5")`; the missing blank is the SDK's."""
    return f"{name}must be integer"


TRANSACTION_CONFLICT = "[ResourceUnavailable.TransactionConflict] Transaction is conflict."
NO_SUCH_TRANSACTION = (
    "[ResourceUnavailable.TransactionNotExist] Transaction does not exist on the server, "
    "the transaction has been committed, rolled back or has timed out."
)


def collection_exists(name: str) -> str:
    """`createCollection` of a name that is taken [uncertain wording]."""
    return f"[ResourceExists] Table {name} already exists."


#: [uncertain: the platform's own words are not known]
WATCH_TOO_LARGE = "the watched query matches more than 5000 records"
#: [uncertain: likewise]
RECONNECT_FAILED = "ws reconnect failed"

#: Why a WebSocket closes, by its code (@cloudbase/realtime).
_CLOSURES = {
    1000: "Normal Closure, code 1000, reason Normal closure; the connection successfully completed whatever purpose for which it was created.",
    1001: "Going Away, code 1001, reason The endpoint is going away, either because of a server failure or because the browser is navigating away from the page that opened the connection.",
    1006: "Abnormal Closure, code 1006, reason Used to indicate that a connection was closed abnormally (that is, with no close frame being sent) when a status code is expected.",
    1011: "Internal Error, code 1011, reason The server is terminating the connection because it encountered an unexpected condition that prevented it from fulfilling the request.",
    1012: "Service Restart, code 1012, reason The server is terminating the connection because it is restarting.",
    1013: "Try Again Later, code 1013, reason The server is terminating the connection due to a temporary condition, e.g. it is overloaded and is casting off some of its clients.",
}


def connection_closed(code: int) -> str:
    """The WebSocket of the watches has closed."""
    return _CLOSURES.get(code, f"code {code}")


def watch_failed(code: str, message: str, request_id: str) -> str:
    """A watch could not begin; the SDK wraps the error of the connection in words of its own."""
    reason = json.dumps(
        {"code": code, "message": message}, ensure_ascii=False, separators=(",", ":")
    )
    return (
        f"Error: Watch Error {reason} (requestid: {request_id}) "
        f"(initWatch requestId {request_id})\nhistory states: "
    )


def watch_ended(code: str, message: str) -> str:
    """The backend ends a watch that had begun."""
    return f"{code} - {message}"


# --- storage -------------------------------------------------------------------------------------

CLOUD_PATH_INVALID = "cloud path is invalid"
FILE_NONEXIST = "STORAGE_FILE_NONEXIST"
FILE_EXCEEDS_AUTHORITY = "STORAGE_EXCEED_AUTHORITY"
LOCAL_FILE_MISSING = "uploadFile:fail file not found"
ABORTED_BEFORE = "abort"
SIGNATURE_MISSING = "CDN_SIGNATURE_MISSING: the link carries no signature"
SIGNATURE_INVALID = "CDN_INVALID_SIGNATURE: the signature does not belong to this link"
SIGNATURE_EXPIRED = "CDN_SIGNATURE_EXPIRED: the link has expired"
NO_SUCH_KEY = "NoSuchKey: The specified key does not exist."
#: What the server SDK says of `fileContent`.
CONTENT_MISSING = "Type of fileContent must be fs.ReadStream instead of undefined"
CONTENT_WRONG = "[node-sdk] fileContent should be instance of fs.ReadStream or Buffer"
URL_ITEM_WRONG = "fileList 的元素如果是对象，必须是包含 fileID 和 maxAge 的对象"


def aborted_during(api: str) -> str:
    """A transfer was aborted after it had begun."""
    return f"{api}:fail abort"


# --- functions -----------------------------------------------------------------------------------

JSON_VALUE = "string, number, boolean, null, date, object or array"
#: V8's words for JSON.stringify of a value that holds itself.
CIRCULAR_JSON = "Converting circular structure to JSON"
#: V8's words for encodeURIComponent of half a surrogate pair.
URI_MALFORMED = "URI malformed"
NO_SUCH_FUNCTION = "FunctionName parameter could not be found."


#: WeChat's words for 40097 and 47001.
BAD_ARGUMENT = "invalid args"
DATA_FORMAT = "data format error"


#: The REST gateway's.
GATEWAY_DOCUMENT_NOT_FOUND = "Document not found"
GATEWAY_QUERY_EMPTY = "param.query can't be empty"

#: WeChat's words about access tokens and the calls that need one.
CREDENTIAL_INVALID = (
    "invalid credential, access_token is invalid or not latest, could get access_token by "
    "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)
CREDENTIAL_MISSING = "access_token missing"
CREDENTIAL_OVER = "access_token expired"
GRANT_TYPE_INVALID = "invalid grant_type"
APPID_MISSING = "appid missing"
APP_KEY_MISSING = "appsecret missing"
GET_EXPECTED = "require GET method"
POST_EXPECTED = "require POST method"
BODY_EMPTY = "empty post data"


def wechat_failed(code: int) -> str:
    """What the server SDK says where WeChat's servers answer with a number alone."""
    return f"system error: error code: {code}"


def no_such_env(request_id: str) -> str:
    """The environment that a call names does not exist."""
    return f"[100003] env not exists ({request_id})"


def calls_too_deep(names: list[str], limit: int) -> str:
    """Functions that call each other without end [ours]; `names` from the outermost inwards."""
    *before, last = names
    if last not in before:
        return f"functions call each other more than {limit} deep: {' -> '.join(names)}"
    begin = len(before) - 1 - before[::-1].index(last)
    circle = " -> ".join(names[begin:])
    return f"functions call each other in a circle, more than {limit} deep: {circle}"


def function_timed_out(seconds: float) -> str:
    """A handler ran longer than its time limit."""
    return f"Invoking task timed out after {seconds:g} seconds"


#: [uncertain: the platform's own words for a process that dies by itself]
PROCESS_EXITED = "Process exited unexpectedly before completing request"
OUT_OF_MEMORY = "Memory limit exceeded, process exited before completing request"


# --- containers ----------------------------------------------------------------------------------

ENV_ID_MISSING = "envId must be provided"
TOO_MANY_REDIRECTS = "reach the max redirect count"
#: A service that does not exist, or that a call does not name [uncertain wording].
INVALID_HOST = "INVALID_HOST"
PATH_REFUSED = "Path access permission error"
CONTAINER_TIMEOUT = "请求超时"
CONTAINER_METHOD_INVALID = "无效的 HTTP Method"
CONTAINER_REQUEST_TOO_LARGE = "请求包大小超过 100KB"
CONTAINER_RESPONSE_TOO_LARGE = "响应包大小超过 1MB"
SOCKET_NOT_OPEN = "SocketTask.send:fail SocketTask.readyState is not OPEN"


def container_timed_out(milliseconds: float) -> str:
    """The call's own `timeout` is over."""
    return f"timeout (options.timeout == {milliseconds:g})"


def socket_refused(status: int) -> str:
    """A container answered a websocket's handshake with a status."""
    return f"Unexpected server response: {status}"
