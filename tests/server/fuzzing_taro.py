"""What a page could send in place of `taro-cloud.js`, and any client on a WebSocket."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from cloud_fake.server.messages import Request

from .fuzzing import ENV, TEXTS, VALUES

__all__ = ["CONNECTING", "CONVERSATIONS", "STREAMING", "TARO", "WATCHING"]

NAMES = st.sampled_from(
    ["database", "collection", "doc", "where", "orderBy", "skip", "limit", "field", "get", "count",
     "add", "set", "update", "remove", "watch", "aggregate", "match", "group", "end", "command",
     "gt", "and", "or", "in", "inc", "push", "remove", "Geo", "Point", "RegExp", "serverDate",
     "callFunction", "callContainer", "connectContainer", "uploadFile", "downloadFile",
     "getTempFileURL", "deleteFile", "CDN", "CloudID", "Cloud", "init", "extend", "AI",
     "createModel", "generateText", "streamText", "bot", "sendMessage", "list", "services",
     "Gateway", "aio", "__class__", "_session", "_world", "mro", "as_user", "clock", "faults"]
) | st.text(max_size=5)  # fmt: skip
#: What JSON has no words for.
MARKS = st.sampled_from(
    [
        "$undefined",
        "$function",
        "$circular",
        "$date",
        "$regexp",
        "$binary",
        "$file",
        "$object",
        "$geo",
    ]
)
OPTIONS: st.SearchStrategy[Any] = st.deferred(
    lambda: st.fixed_dictionaries(
        {},
        optional={
            "data": ARGUMENTS | VALUES,
            "name": st.sampled_from(["echo", "nope"]),
            "fileID": TEXTS,
            "fileList": st.lists(TEXTS, max_size=2) | VALUES,
            "cloudPath": TEXTS,
            "filePath": TEXTS | st.just({"$file": "aGVsbG8="}),
            "path": TEXTS,
            "service": TEXTS,
            "header": VALUES,
            "success": st.just({"$function": True}),
            "timeout": VALUES,
        },
    )
)
CALLS = st.sampled_from(
    ["callFunction", "callContainer", "uploadFile", "downloadFile", "getTempFileURL", "deleteFile",
     "CDN", "CloudID"]
)  # fmt: skip
ARGUMENTS: st.SearchStrategy[Any] = st.deferred(
    lambda: st.one_of(
        VALUES,
        st.dictionaries(MARKS, VALUES, min_size=1, max_size=1),
        st.builds(lambda steps: {"$made": steps}, STEPS),
        OPTIONS,
    )
)
RECORDS = st.dictionaries(st.sampled_from(["n", "_id", "a.b", "a"]), ARGUMENTS, max_size=2)
CONDITIONS = ARGUMENTS | RECORDS
CHOOSING = st.one_of(
    st.tuples(st.just("where"), st.tuples(CONDITIONS)),
    st.tuples(st.just("orderBy"), st.tuples(TEXTS, st.sampled_from(["asc", "desc", "x"]))),
    st.tuples(st.sampled_from(["limit", "skip"]), st.tuples(st.integers(-1, 2000) | VALUES)),
    st.tuples(st.just("field"), st.tuples(CONDITIONS)),
    st.tuples(st.just("doc"), st.tuples(st.sampled_from(["1", "nope"]) | VALUES)),
)
ENDING = st.tuples(
    st.sampled_from(["get", "count", "add", "set", "update", "remove"]),
    st.just([]) | st.builds(lambda data: [{"data": data}], RECORDS | CONDITIONS),
)
STAGES = st.tuples(
    st.sampled_from(
        ["match", "group", "project", "sort", "limit", "unwind", "addFields", "lookup"]
    ),
    st.tuples(CONDITIONS),
)
TODOS = [["database", []], ["collection", ["todos"]]]
RIGHT = st.one_of(
    st.builds(lambda chosen, end: [*TODOS, *chosen, end], st.lists(CHOOSING, max_size=3), ENDING),
    st.builds(
        lambda stages: [*TODOS, ["aggregate", []], *stages, ["end", []]],
        st.lists(STAGES, max_size=3),
    ),
    st.builds(lambda name, options: [[name, [options]]], CALLS, OPTIONS),
)
WRONG = st.lists(
    st.tuples(NAMES) | st.tuples(NAMES, st.lists(ARGUMENTS, max_size=2) | VALUES), max_size=4
)
STEPS: st.SearchStrategy[Any] = st.one_of(RIGHT, RIGHT, RIGHT, WRONG, VALUES)
INIT = st.just({"env": ENV})
ODDLY = st.fixed_dictionaries(
    {"steps": STEPS, "init": INIT | VALUES},
    optional={"openid": VALUES, "resource": VALUES, "transfer": VALUES, "aborted": VALUES},
)
ASKED = st.one_of(
    st.fixed_dictionaries(
        {"steps": STEPS, "init": INIT, "openid": st.sampled_from(["o-alice", "o-bob", None])},
        optional={"transfer": st.just(True)},
    ),
    *[st.fixed_dictionaries({"steps": RIGHT, "init": INIT})] * 3,
    ODDLY,
)
TARO = ASKED.map(
    lambda asked: Request("POST", "/taro", {"host": "localhost"}, json.dumps(asked).encode())
)


# --- WebSockets ----------------------------------------------------------------------------------

DEEP = st.sampled_from(["[" * 50_000, '{"a":' * 50_000, "[" * 400 + "]" * 400])
LISTENED = st.builds(
    lambda steps: [["database", []], ["collection", ["todos"]], *steps],
    st.lists(st.tuples(NAMES, st.lists(ARGUMENTS, max_size=2)), max_size=2),
)
WATCHING = st.lists(
    st.fixed_dictionaries({"steps": LISTENED | STEPS, "init": st.just({"env": ENV})}).map(
        json.dumps
    )
    | DEEP
    | TEXTS,
    max_size=2,
)
OPENING = {
    "steps": [["connectContainer", [{"service": "chat"}]]],
    "init": {"env": ENV},
}
CONNECTING = st.builds(
    lambda begin, rest: [*begin, *rest],
    st.just([json.dumps(OPENING)]) | st.just([]),
    st.lists(
        st.fixed_dictionaries(
            {"ask": st.sampled_from(["send", "close", "x"])},
            optional={"options": ARGUMENTS, "id": VALUES},
        ).map(json.dumps)
        | ASKED.map(json.dumps)
        | DEEP
        | TEXTS,
        max_size=3,
    ),
)
STREAMED = {
    "steps": [["extend"], ["AI"], ["createModel", ["echo"]], ["streamText", [{}]]],
    "init": {"env": ENV},
}
STREAMING = st.builds(
    lambda begin, rest: [*begin, *rest],
    st.just([json.dumps(STREAMED)]) | st.just([]),
    st.lists(st.just('{"read":true}') | ASKED.map(json.dumps) | DEEP | TEXTS, max_size=4),
)
#: After a client has logged in.
CONVERSATIONS = st.lists(
    st.fixed_dictionaries(
        {
            "msgType": st.sampled_from(
                ["LOGIN", "INIT_WATCH", "REBUILD_WATCH", "CHECK_LAST", "PING", "CLOSE_WATCH", "X"]
            ),
            "msgData": st.fixed_dictionaries(
                {
                    "envId": st.just(ENV),
                    "collName": st.sampled_from(["todos", "nope", ""]) | VALUES,
                },
                optional={
                    "query": TEXTS | VALUES,
                    "limit": VALUES,
                    "orderBy": VALUES,
                    "queryID": VALUES,
                    "eventID": VALUES,
                },
            )
            | VALUES,
        },
        optional={"exMsgData": VALUES, "watchId": VALUES, "requestId": VALUES},
    ).map(json.dumps)
    | DEEP
    | TEXTS,
    max_size=4,
)
