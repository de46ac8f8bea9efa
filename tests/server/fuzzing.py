"""Requests, messages and query texts of any kind: mostly nearly right ones."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from cloud_fake import FakeCloud
from cloud_fake.server import protobuf
from cloud_fake.server.families.actions import ACTIONS, RAW_ACTIONS
from cloud_fake.server.families.wechat_calls import CALLS
from cloud_fake.server.messages import Request

__all__ = ["COLLECTIONS", "ENV", "QUERIES", "REQUESTS", "TEXTS", "VALUES"]

ENV = "dev-1a2b3c"
#: What WeChat's open API is asked with: the seed's, so that it is good in every cloud of this seed.
TOKEN = FakeCloud(env=ENV, seed=7).intercept().open_api_token()

# --- query texts ---------------------------------------------------------------------------------

LITERALS = st.sampled_from(
    ["1", "-1.5", "'a'", '"b"', "`c`", "true", "null", "undefined", "[]", "{}", "/x/i", "x", "this",
     "new Date()", "new Date('x')", "db", "_", "$", "() => 1", "`${1}`", "db.serverDate()", "1n",
     "db.Geo.Point(1, 2)", "db.RegExp({regexp: 'a'})", "$.sum('$n')", "'\\u{110000}'", "...[1]"]
)  # fmt: skip
EXPRESSIONS = st.recursive(
    LITERALS,
    lambda inner: st.one_of(
        st.builds("_.{}({})".format, st.sampled_from(["gt", "in", "or", "inc", "x"]), inner),
        st.builds("{}.{}({})".format, inner, st.sampled_from(["and", "lt", "constructor"]), inner),
        st.builds("{{a: {}, 'b.c': {}}}".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%<"), inner),
        st.builds("!{}".format, inner),
    ),
    max_leaves=8,
)
STEPS = st.builds(
    ".{}({})".format,
    st.sampled_from(
        ["collection", "doc", "where", "field", "orderBy", "skip", "limit", "aggregate", "match",
         "group", "get", "count", "add", "update", "set", "remove", "end", "constructor", "_on"]
    ),
    st.just("") | EXPRESSIONS | st.builds("{{data: {}}}".format, EXPRESSIONS),
)  # fmt: skip
QUERIES = st.builds(
    "db{}{}{}".format,
    st.sampled_from([".collection('todos')", ".collection('todos').aggregate()", ""]),
    st.lists(STEPS, max_size=4).map("".join),
    st.sampled_from(["", ".get()", ".count()", ".end()", ".remove()", ";"]),
) | st.text(max_size=30)


# --- values --------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    ["_id", "n", "a.b", "$gt", "$set", "$inc", "$push", "$each", "$or", "$and", "$in", "$not",
     "$regex", "$options", "$date", "$numberInt", "$numberLong", "$numberDouble", "$oid", "offset",
     "$regularExpression", "pattern", "options", "$tcb_server_date", "$geometry", "$nearSphere",
     "type", "coordinates", "$sum", "$match", "$group", "$lookup", "from", "$project", "", "$"]
) | st.text(max_size=4)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["todos", "Point", "1", "-1", "NaN", "2024-01-01", "$n", "i", "DOC"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TEXTS = VALUES.map(json.dumps) | st.text(max_size=12)
ANY = VALUES | TEXTS | st.lists(TEXTS, max_size=2)
COLLECTIONS = st.sampled_from(["todos", "todos", "nope", ""]) | VALUES

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "envName": st.sampled_from([ENV, ENV, "", "other"]) | SCALARS,
    "collectionName": COLLECTIONS,
    "query": ANY,
    "queryType": st.sampled_from(["DOC", "WHERE"]),
    "data": ANY,
    "multi": st.booleans(),
    "upsert": st.booleans(),
    "order": ANY,
    "projection": ANY,
    "limit": SCALARS,
    "offset": SCALARS,
    "stages": st.lists(
        st.fixed_dictionaries({"stageKey": KEYS, "stageValue": TEXTS}) | VALUES, max_size=3
    ),
    "transactionId": SCALARS,
    "function_name": st.sampled_from(["echo", "nope"]) | SCALARS,
    "request_data": ANY,
    "path": TEXTS,
    "file_list": VALUES | st.lists(st.fixed_dictionaries({"fileid": SCALARS, "max_age": SCALARS})),
    "fileid_list": VALUES,
    "sessionToken": SCALARS,
    "access_token": SCALARS,
}
QUERY_TEXTS = QUERIES | st.text(max_size=20)
CALL_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "env": st.just(ENV) | SCALARS,
    "query": QUERY_TEXTS,
    "collection_name": COLLECTIONS,
    "create_indexes": VALUES,
    "drop_indexes": VALUES,
    "offset": SCALARS,
    "limit": SCALARS,
    "path": TEXTS,
    "file_path": TEXTS,
    "file_type": st.sampled_from([1, 2, 3]),
    "conflict_mode": st.sampled_from([1, 2, 3]),
    "file_list": VALUES,
    "fileid_list": VALUES,
    "job_id": SCALARS,
    "lifespan": SCALARS,
}


def bodies(fields: dict[str, st.SearchStrategy[Any]], **given: Any) -> st.SearchStrategy[bytes]:
    body = st.fixed_dictionaries(given, optional=fields)
    return body.map(lambda value: json.dumps(value).encode())


HEADERS = st.dictionaries(
    st.sampled_from(
        ["host", "origin", "authorization", "range", "content-type", "x-cos-security-token"]
    ),
    st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30)
    | st.sampled_from(["localhost", "http://localhost", "Bearer x.y.z", "bytes=0-", "[", "a:b:c"]),
    max_size=2,
).map(lambda given: {"host": "localhost", **given})
NAMES = st.sampled_from(["todos", "echo", "%2e%2e", "%00", "%ff"]) | st.text("ab%/.?#", max_size=6)
DOCUMENTS = "/v1/database/instances/x/databases/y/collections/{}/documents{}"


def requests_of(
    method: st.SearchStrategy[str], target: st.SearchStrategy[str], body: st.SearchStrategy[bytes]
) -> st.SearchStrategy[Request]:
    return st.builds(Request, method, target, HEADERS, body)


METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "X"])
GATEWAY = st.builds(
    lambda form, name, rest, query: form.format(name, rest) + query,
    st.sampled_from(
        ["/v1/functions/{}", "/v1/storages/get-objects-{}-info", "/v1/storages/delete-objects",
         "/v1/{}{}", DOCUMENTS, DOCUMENTS + "/remove", DOCUMENTS + "/aggregations"]
    ),
    NAMES,
    st.sampled_from(["", "/x", "/remove"]),
    st.builds("?{}={}".format, st.sampled_from(["query", "order", "limit", "count"]), TEXTS)
    | st.just(""),
)  # fmt: skip
#: A form with a protobuf, as `wx-server-sdk` asks for WeChat's own APIs; a part may hold parts.
PROTOBUFS = st.recursive(
    st.binary(max_size=9) | TEXTS.map(str.encode),
    lambda inner: st.lists(st.tuples(st.integers(1, 5), inner), max_size=3).map(protobuf.write),
    max_leaves=6,
)
BOUNDARY = "x-x"


def form(fields: dict[str, bytes]) -> bytes:
    parts = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    written = [parts.format(BOUNDARY, name).encode() + it + b"\r\n" for name, it in fields.items()]
    return b"".join(written) + f"--{BOUNDARY}--\r\n".encode()


FORMS = st.builds(
    Request,
    st.just("POST"),
    st.just("/admin"),
    st.just({"host": "localhost", "content-type": f"multipart/form-data; boundary={BOUNDARY}"}),
    st.fixed_dictionaries(
        {
            "action": st.sampled_from([*RAW_ACTIONS, "wx.api"]).map(str.encode),
            "apiName": st.sampled_from([b"echo", b"nope", b"ApiGetOpenDataByCloudId"]),
        },
        optional={
            "requestData": PROTOBUFS | st.binary(max_size=20),
            "apiOptions": PROTOBUFS,
            "envName": st.just(ENV.encode()) | st.binary(max_size=5),
        },
    ).map(form)
    | st.binary(max_size=60),
)
#: Nothing is wrong with these but what is to be written, so that it gets as far as the database.
WRITES = bodies(
    {name: FIELDS[name] for name in ("query", "queryType", "multi", "upsert")},
    action=st.sampled_from(
        ["database.insertDocument", "database.addDocument", "database.modifyDocument"]
    ),
    collectionName=st.just("todos"),
    data=ANY | st.lists(VALUES, max_size=2) | st.lists(VALUES.map(json.dumps), max_size=2),
)
REQUESTS = st.one_of(
    FORMS,
    requests_of(
        METHODS,
        st.builds("/v1/cloudrun/{}/{}".format, NAMES, NAMES),
        st.binary(max_size=30),
    ),
    requests_of(
        METHODS,
        st.builds("/cgi-bin/{}?{}".format, st.sampled_from(["token", "stable_token"]), TEXTS),
        bodies({"grant_type": TEXTS, "appid": TEXTS, "secret": TEXTS, "force_refresh": SCALARS}),
    ),
    requests_of(
        st.just("POST"),
        st.sampled_from(["/admin", "/web"]),
        bodies(FIELDS, action=st.sampled_from(sorted(ACTIONS)) | SCALARS),
    ),
    requests_of(st.just("POST"), st.sampled_from(["/admin", "/web"]), WRITES),
    requests_of(
        st.just("POST"),
        st.sampled_from(sorted(CALLS)).map(f"/tcb/{{}}?access_token={TOKEN}".format),
        bodies(CALL_FIELDS),
    ),
    requests_of(METHODS, GATEWAY, bodies({"pipeline": ANY, **FIELDS}) | TEXTS.map(str.encode)),
    requests_of(
        METHODS,
        st.sampled_from(["signin/anonymously", "signin/custom", "token", "user/me"]).map(
            "/auth/v1/{}".format
        ),
        bodies({"ticket": TEXTS, "refresh_token": TEXTS}),
    ),
    requests_of(
        METHODS,
        st.builds("/{}/{}/{}".format, st.sampled_from(["cos", "links"]), NAMES, NAMES),
        st.binary(max_size=30),
    ),
    requests_of(METHODS, st.text(max_size=20) | st.text("/?#[]@:%h", max_size=9), st.binary()),
)
