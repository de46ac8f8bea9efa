"""Whatever comes in, only the platform's answers come out, and the server stays up.

A thousand inputs in the ordinary run, the same ones each time; `pytest -m nightly` runs twenty
thousand new ones.
"""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import tracemalloc
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud_fake import FakeCloud, NotSupportedByFake
from cloud_fake.errors import codes
from cloud_fake.server.families.actions import ACTIONS
from cloud_fake.server.families.wechat_calls import CALLS
from cloud_fake.server.messages import Request
from cloud_fake.server.querytext import QueryTextError, Statement, read_statement

ENV = "dev-1a2b3c"
#: What WeChat's open API is asked with: the seed's, so that it is good in every cloud of this file.
TOKEN = FakeCloud(env=ENV, seed=7).intercept().open_api_token()


def run(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], inputs: int) -> None:
    """Check so many inputs; the briefer run always has the same ones."""

    @settings(
        max_examples=inputs,
        deadline=None,
        derandomize=inputs < 1000,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(value: Any) -> None:
        check(value)

    each()


def sizes(ordinary: int, nightly: int) -> Any:
    counts = [ordinary, pytest.param(nightly, marks=pytest.mark.nightly)]
    return pytest.mark.parametrize("inputs", counts)


# --- inputs --------------------------------------------------------------------------------------

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
QUERY_TEXTS = st.deferred(lambda: QUERIES) | st.text(max_size=20)
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
REQUESTS = st.one_of(
    requests_of(
        st.just("POST"),
        st.sampled_from(["/admin", "/web"]),
        bodies(FIELDS, action=st.sampled_from(sorted(ACTIONS)) | SCALARS),
    ),
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


# --- the HTTP surface ----------------------------------------------------------------------------


def stocked(timeline_limit: int) -> FakeCloud:
    cloud = FakeCloud(env=ENV, collections=["todos"], timeline_limit=timeline_limit, seed=7)
    cloud.seed({"todos": [{"_id": str(n), "n": n, "a": {"b": [n]}} for n in range(5)]})
    cloud.register_function("echo", lambda event, context: event)
    return cloud


@pytest.fixture(scope="module")
def cloud() -> FakeCloud:
    return stocked(timeline_limit=100)


#: What the platform calls its failures on the wire.
CODES = {code.name.strip() for code in codes.BY_NAME.values()}


#: What is said before any family is asked.
REFUSALS = {
    b"malformed URL or header",
    b"this is no proxy for other hosts",
    b"foreign Host",
    b"foreign Origin",
    b"not found",
}


def is_platform_s(path: str, status: int, content: bytes) -> bool:
    """Whether an answer is one that the platform could have given."""
    if content in REFUSALS:
        return 400 <= status < 500
    if status == 204:
        return not content
    family = path.split("/")[1]
    if family in ("cos", "links"):
        tags = {tag.tag for tag in ET.fromstring(content)} if content else set()
        return status in (200, 206, 416) or tags >= {"Code", "Message"}
    said = json.loads(content)
    if family in ("admin", "web"):
        return status == 200 and said.get("code", "SYS_ERR") in CODES
    if family in ("tcb", "cgi-bin"):
        return status == 200 and ("errcode" in said or "access_token" in said)
    return status in (200, 201, 400, 401, 403, 404, 409, 500)


def unforeseen(cloud: FakeCloud) -> list[str]:
    return [line for line in cloud.calls.lines() if "· server:" in line]


@sizes(500, 12_000)
def test_every_request_is_answered(cloud: FakeCloud, inputs: int) -> None:
    application = cloud.intercept().application

    def check(request: Request) -> None:
        reply = application.answer(request)
        assert is_platform_s(request.path, reply.status, reply.body), (request, reply)
        assert b"internal error" not in reply.body, (request, reply, unforeseen(cloud)[-1:])

    run(REQUESTS, check, inputs)


def test_memory_stays_flat() -> None:
    asked: list[Request] = []
    run(REQUESTS, asked.append, 300)
    application = stocked(timeline_limit=5).intercept().application

    def kilobytes_after(rounds: int) -> int:
        for request in asked * rounds:
            application.answer(request)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] // 1024

    tracemalloc.start()
    try:
        before, after = kilobytes_after(6), kilobytes_after(6)
    finally:
        tracemalloc.stop()
    assert after - before < 200, f"{before} KB, then {after} KB"


@sizes(100, 2_000)
def test_the_server_stays_up(cloud: FakeCloud, inputs: int) -> None:
    """Bytes of any kind on the line itself; afterwards it still answers."""
    pieces = st.lists(
        st.binary(max_size=40)
        | st.sampled_from(
            [b"GET / HTTP/1.1\r\n", b"POST /admin HTTP/1.1\r\n", b"Host: localhost\r\n", b"\r\n",
             b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n",
             b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"GET /ws HTTP/1.1\r\n",
             b"Sec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n", b"\x81\x05hello"]
        ),
        max_size=7,
    ).map(b"".join)  # fmt: skip
    with cloud.serve() as server:

        def check(sent: bytes) -> None:
            with socket.create_connection((server.host, server.port), timeout=5) as line:
                line.sendall(sent)
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(65536):
                        pass

        run(pieces, check, inputs)
        body = {"action": "database.calculateDocument", "collectionName": "todos"}
        assert "data" in httpx.post(f"{server.url}/admin", json=body).json()


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


@sizes(400, 6_000)
def test_every_query_text_is_a_query_or_none(cloud: FakeCloud, inputs: int) -> None:
    database = cloud.server.database()

    def check(text: str) -> None:
        with contextlib.suppress(QueryTextError, NotSupportedByFake):
            assert isinstance(read_statement(text, database, 0), Statement)

    run(QUERIES, check, inputs)
