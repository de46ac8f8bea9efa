"""Every code of the platform and the words its SDKs print after it.

First digit: 4 the SDK itself, 5 Tencent Cloud, 6 WeChat's servers. Next two: 01 general,
02 database, 03 storage, 04 functions, 05 containers. Sources: the client's base library 2.30.3
and wx-server-sdk 4.0.2 for the tables; codes that neither table has (-501000, -504003) were seen
in the wild and print two blanks where the words would stand.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["BY_NAME", "DESCRIPTIONS", "Code", "describe"]


class Code(NamedTuple):
    """One way the backend fails: its name on the wire and its number in each SDK."""

    name: str
    client: int
    #: wx-server-sdk maps names it does not know to -501001.
    server: int = -501001

    @classmethod
    def numbered(cls, number: int) -> Code:
        """The code of that number, also for numbers that nobody documented."""
        return _BY_NUMBER.get(number) or cls(f"CODE_{abs(number)}", number, number)


SYS_ERR = Code("SYS_ERR", -501001, -501001)
SERVER_TIMEOUT = Code("SERVER_TIMEOUT", -501002, -501002)
EXCEED_REQUEST_LIMIT = Code("EXCEED_REQUEST_LIMIT", -501003, -501003)
EXCEED_CONCURRENT_REQUEST_LIMIT = Code("EXCEED_CONCURRENT_REQUEST_LIMIT", -501004, -501004)
INVALID_ENV = Code("INVALIID_ENV", -501005, -501005)
INVALID_COMMON_PARAM = Code("INVALID_COMMON_PARAM", -501006, -501006)
INVALID_PARAM = Code("INVALID_PARAM", -501007, -501007)
INVALID_REQUEST_SOURCE = Code("INVALID_REQUEST_SOURCE", -501008, -501008)
RESOURCE_NOT_INITIAL = Code("RESOURCE_NOT_INITIAL", -501009, -501009)
DATABASE_REQUEST_FAILED = Code("DATABASE_REQUEST_FAILED", -502001, -502001)
DATABASE_INVALID_OPERATOR = Code("DATABASE_INVALID_OPERRATOR", -502002, -502002)
DATABASE_PERMISSION_DENIED = Code("DATABASE_PERMISSION_DENIED", -502003, -502003)
DATABASE_COLLECTION_EXCEED_LIMIT = Code("DATABASE_COLLECTION_EXCEED_LIMIT", -502004, -502004)
DATABASE_COLLECTION_NOT_EXIST = Code("DATABASE_COLLECTION_NOT_EXIST", -502005, -502005)
DATABASE_TRANSACTION_CONFLICT = Code("DATABASE_TRANSACTION_CONFLICT", -501001)
DATABASE_TRANSACTION_FAIL = Code("DATABASE_TRANSACTION_FAIL", -501001)
STORAGE_REQUEST_FAIL = Code("STORAGE_REQUEST_FAIL", -503001, -503001)
STORAGE_EXCEED_AUTHORITY = Code("STORAGE_EXCEED_AUTHORITY", -503002, -503002)
STORAGE_FILE_NONEXIST = Code("STORAGE_FILE_NONEXIST", -503003, -503003)
#: A download's item fails with the number 1, which no table of the client explains.
STORAGE_DOWNLOAD_NONEXIST = Code("STORAGE_FILE_NONEXIST ", 1, -503003)
STORAGE_SIGN_PARAM_INVALID = Code("STORAGE_SIGN_PARAM_INVALID", -503004, -503004)
FUNCTIONS_REQUEST_FAIL = Code("FUNCTIONS_REQUEST_FAIL", -504001, -504001)
FUNCTIONS_EXECUTE_FAIL = Code("FUNCTIONS_EXECUTE_FAIL", -504002, -504002)
FUNCTION_NOT_FOUND = Code("FUNCTION_NOT_FOUND", -501000)
ENV_NOT_FOUND = Code("ENV_NOT_FOUND", -501000)
FUNCTIONS_TIME_LIMIT_EXCEEDED = Code("FUNCTIONS_TIME_LIMIT_EXCEEDED", -504003)
PERMISSION_DENIED = Code("PERMISSION_DENIED", -501023, -501023)
READ_QUOTA_EXCEEDED = Code("READ_QUOTA_EXCEEDED", -501015, -501015)
WRITE_QUOTA_EXCEEDED = Code("WRITE_QUOTA_EXCEEDED", -501016, -501016)
RESULT_TOO_LARGE = Code("EXCEED_MAX_RESPONSE_SIZE", -604001)
QUERY_RESULT_TOO_LARGE = Code("QUERY_RESULT_TOO_LARGE", -602001, -602001)
REQUEST_TOO_LARGE = Code("EXCEED_MAX_PAYLOAD_SIZE", -501013)
CONTAINER_NOT_FOUND = Code("INVALID_HOST", -501000)
CONTAINER_REQUEST_TOO_LARGE = Code("CONTAINER_REQUEST_TOO_LARGE", -606001, -606001)
CONTAINER_RESPONSE_TOO_LARGE = Code("CONTAINER_RESPONSE_TOO_LARGE", -606002, -606002)
#: Codes of the containers' gateway, which are positive.
CONTAINER_TIMEOUT = Code("CONTAINER_TIMEOUT", 102002, 102002)
CONTAINER_METHOD_INVALID = Code("CONTAINER_METHOD_INVALID", 102005, 102005)
OPEN_API_NOT_FOUND = Code("OPEN_API_NOT_FOUND", -604100, -604100)

#: From here down the codes are WeChat's own servers'.
WECHAT = -600000

BY_NAME: dict[str, Code] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Code)
}
_BY_NUMBER: dict[int, Code] = {}
for _code in BY_NAME.values():
    _BY_NUMBER.setdefault(_code.client, _code)

#: What both SDKs print after the number. A number that is missing here prints nothing.
DESCRIPTIONS: dict[int, str] = {
    -401001: "api permission denied",
    -401002: "api parameter error",
    -401003: "api parameter type error",
    -402001: "circular reference detected",
    -402002: "realtime listener init watch fail",
    -402003: "realtime listener reconnect ws fail",
    -402004: "realtime listener rebuild watch fail",
    -402005: "realtime listener close watch fail",
    -402006: "realtime listener receive server error msg",
    -402007: "realtime listener receive invalid server data",
    -402008: "realtime listener websocket connection error",
    -402009: "realtime listener websocket connection closed",
    -402010: "realtime listener check last fail",
    -402011: "realtime listener unexpected fatal error",
    -402012: "realtime listener init ws fail",
    -403001: "max upload file size exceeded",
    -403002: "internal server error: empty upload url",
    -403003: "internal server error: empty download url",
    -404001: "empty call result",
    -404002: "empty event id",
    -404003: "empty poll url",
    -404004: "empty poll result json",
    -404005: "exceed max poll retry",
    -404006: "empty poll result base resp",
    -404007: "poll result base resp ret abnormal",
    -404008: "poll result status code error",
    -404009: "poll error",
    -404010: "result expired",
    -404011: "cloud function execution error",
    -404012: "polling exceed max timeout retry",
    -404013: "polling exceed max system error retry",
    -405001: "empty call result",
    -405002: "empty event id",
    -405003: "empty poll url",
    -405004: "empty poll result json",
    -405005: "exceed max poll retry",
    -405006: "empty poll result base resp",
    -405007: "poll result base resp ret abnormal",
    -405008: "poll result status code error",
    -405009: "poll error",
    -405010: "result expired",
    -405012: "polling exceed max timeout retry",
    -405013: "polling exceed max system error retry",
    -405014: "cannot download result (cdn)",
    -501001: "resource system error",
    -501002: "resource server timeout",
    -501003: "exceed request limit",
    -501004: "exceed concurrent request limit",
    -501005: "invalid env",
    -501006: "invalid common parameters",
    -501007: "invalid parameters",
    -501008: "invalid request source",
    -501009: "resource not initialized",
    -501010: "tencentcloud key signature verification fail",
    -501011: "invalid env status",
    -501012: "invalid api name",
    -501013: "request data size exceeds limit (5M)",
    -501014: "upload file size exceeds limit (5M)",
    -501023: "permission denied",
    -502001: "database request fail",
    -502002: "database invalid command",
    -502003: "database permission denied",
    -502004: "database exceed collection limit",
    -502005: "database collection not exists",
    -503001: "storage request fail",
    -503002: "storage permission denied",
    -503003: "storage file not exists",
    -503004: "storage invalid sign parameter",
    -504001: "functions request fail",
    -504002: "functions execute fail",
    -601001: "system error",
    -601002: "system args error",
    -601003: "system network error",
    -601004: "api permission denied",
    -601005: "invalid cloudID",
    -601006: "cloudID expired",
    -601007: "cloudID and calling user does not match",
    -601008: "server-side request timedout",
    -601009: "missing mobile phone",
    -601010: "no write permission",
    -601011: "no privilege permission",
    -601012: "unauthorized env",
    -601013: "no multiend permission",
    -601015: "access denied (cloudfunction cloudbase_auth returns empty errCode)",
    -601016: "missing env auth info",
    -601017: "access denied (cloudbase_auth returns non-zero errCode)",
    -601018: "unauthorized API",
    -602001: "database query result size exceed limit (1MB)",
    -604001: "cloudfunction result size exceed limit (1MB)",
    -604100: "API not found",
    -604101: "function has no permission to call this API",
    -604102: "call open API timeout",
    -604103: "call open API system error",
    -604104: "illegal source of invocation",
}


def describe(code: int) -> str:
    """The words that stand behind a code, empty for a code that the SDKs' table does not have."""
    return DESCRIPTIONS.get(code, "")
