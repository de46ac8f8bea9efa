"""Security rules: who may do what, what a query must say, and what is no rule.

Sources: WeChat manual, "database security rules" (the subset rule, `{openid}`, the presets);
CloudBase manual, "security rules" (variables, operators, 1024 characters, arrays of numbers and
strings) and "system functions: get" (3 calls, 2 deep, 10 documents, bound variables).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cloud_fake.errors import MisuseError, NotSupportedByFake
from cloud_fake.query.filters import compile_filter
from cloud_fake.query.rules.openid import replace_openid
from cloud_fake.query.rules.permissions import (
    Auth,
    Rules,
    compile_rules,
)
from cloud_fake.query.rules.presets import ALL, NONE, OWN, PRESETS
from cloud_fake.query.rules.targets import DATABASE, STORAGE
from cloud_fake.values.dates import from_millis
from cloud_fake.values.regex import Regex

ALICE = Auth("o-alice")
BOB = Auth("o-bob", {"level": 3})
NOW = 1_767_225_600_000

SHOPS = {
    "s1": {"_id": "s1", "owner": ["o-alice", "o-carol"], "boss": "u1", "roles": {"o-alice": 2}},
    "s2": {"_id": "s2", "owner": ["o-bob"], "boss": "u2", "roles": {}},
    "7": {"_id": "7", "owner": ["o-alice"]},
    "a.b": {"_id": "a.b", "owner": ["o-alice"]},
}
USERS = {"u1": {"_id": "u1", "openid": "o-alice", "shop": "s2"}, "u2": {"_id": "u2"}}
STORED = {"shops": SHOPS, "users": USERS}


def fetch(collection: str, document_id: str) -> dict[str, Any] | None:
    return STORED.get(collection, {}).get(document_id)


def permits(rules: Rules, action: str, **given: Any) -> bool:
    return rules.permits(action, **{"auth": ALICE, "now": NOW, "fetch": fetch, **given})


def reads(rule: bool | str, query: dict[str, Any], auth: Auth | None = ALICE) -> bool:
    """Whether `auth` may read with this query; `{openid}` is replaced as the backend does."""
    query = replace_openid(query, auth.openid) if auth else query
    return permits(compile_rules({"read": rule}), "read", auth=auth, query=query)


def creates(rule: bool | str, doc: dict[str, Any], auth: Auth | None = ALICE, **given: Any) -> bool:
    return permits(compile_rules({"create": rule}), "create", auth=auth, doc=doc, **given)


# --- actions -------------------------------------------------------------------------------------

ACTIONS = [
    # rules, the actions they allow
    ({}, ""),
    ({"read": True}, "read"),
    ({"write": True}, "write create update delete"),
    ({"write": True, "create": False}, "write update delete"),
    ({"write": False, "update": True}, "update"),
    ({"read": "true", "delete": "true"}, "read delete"),
    ({"read": "false", "write": "1 == 2"}, ""),
]


@pytest.mark.parametrize(("rules", "allowed"), ACTIONS)
def test_actions_fall_back_to_write_and_then_to_false(rules: dict[str, Any], allowed: str) -> None:
    compiled = compile_rules(rules)
    found = [action for action in DATABASE.actions if permits(compiled, action, query={})]
    assert found == [action for action in DATABASE.actions if action in allowed.split()]


MINE, NOBODYS = {"_openid": "o-alice"}, {"text": "from the console"}

OWN_RECORD, OWN_FILE = "doc._openid == auth.openid", "resource.openid == auth.openid"
#: The rules that the manual calls the equals of the console's presets.
EQUALS: dict[str, dict[str, bool | str]] = {
    "READONLY": {"read": True, "write": OWN_RECORD},
    "PRIVATE": {"read": OWN_RECORD, "write": OWN_RECORD},
    "ADMINWRITE": {"read": True, "write": False},
    "ADMINONLY": {"read": False, "write": False},
}

PRESET_CASES = [
    # preset, allowed with one's own openid in the query, without it
    ("READONLY", "read write", "read"),
    ("PRIVATE", "read write", ""),
    ("ADMINWRITE", "read", "read"),
    ("ADMINONLY", "", ""),
]


def test_each_preset_has_its_equal() -> None:
    whose: dict[Any, Any] = {ALL: True, OWN: OWN_RECORD, NONE: False}
    for name, preset in PRESETS.items():
        said = {"read": whose[preset.read], "write": whose[preset.write]}
        assert said == EQUALS[name]
    assert EQUALS.keys() == PRESETS.keys()


@pytest.mark.parametrize(("preset", "own", "anything"), PRESET_CASES)
def test_the_rules_that_equal_presets(preset: str, own: str, anything: str) -> None:
    rules = compile_rules(EQUALS[preset])
    for query, allowed in [(MINE, own), ({}, anything), ({"_openid": "o-bob"}, anything)]:
        found = [name for name in ("read", "write") if permits(rules, name, query=query)]
        assert found == allowed.split(), query


@pytest.mark.parametrize(("preset", "own", "anything"), PRESET_CASES)
def test_the_rules_that_equal_presets_of_the_storage(preset: str, own: str, anything: str) -> None:
    said = {
        action: OWN_FILE if rule == OWN_RECORD else rule for action, rule in EQUALS[preset].items()
    }
    rules = compile_rules(said, STORAGE)
    files = [({"openid": "o-alice", "path": "a.png"}, own), ({"path": "b.png"}, anything)]
    for file, allowed in files:
        found = [name for name in ("read", "write") if permits(rules, name, doc=file)]
        assert found == allowed.split(), file


@pytest.mark.parametrize("preset", ["READONLY", "PRIVATE"])
def test_who_is_not_signed_in_owns_nothing(preset: str) -> None:
    rules = compile_rules(EQUALS[preset])
    assert not permits(rules, "create", auth=None, doc=NOBODYS)
    assert not permits(rules, "update", auth=None, query={"_openid": None})


# --- against a document: create, and the storage -------------------------------------------------

DOCUMENTS = [
    # rule, the new record, allowed
    ("doc._openid == auth.openid", {"_openid": "o-alice"}, True),
    ("doc._openid == auth.openid", {"_openid": "o-bob"}, False),
    ("doc._openid == auth.openid", {}, False),
    ("auth.openid == doc._openid", {"_openid": "o-alice"}, True),
    ("auth != null", {}, True),
    ("auth == null", {}, False),
    ("auth.uid == null", {}, True),  # a mini program's user has none
    ("auth.custom.level == 3", {}, False),
    # comparisons
    ("doc.age > 10", {"age": 11}, True),
    ("doc.age > 10", {"age": 10}, False),
    ("doc.age >= 10", {"age": 10.0}, True),
    ("doc.age < 10", {"age": 9.5}, True),
    ("doc.age <= 10", {"age": 11}, False),
    ("10 < doc.age", {"age": 11}, True),
    ("doc.age > 10", {"age": "11"}, False),
    ("!(doc.age > 10)", {"age": "11"}, False),  # no order between kinds: unknown, so denied
    ("doc.age > 10", {}, False),
    ("!(doc.age > 10)", {}, False),
    ("doc.age == 11", {"age": "11"}, False),
    ("doc.age != 11", {"age": "11"}, True),
    ("doc.on == 1", {"on": True}, False),
    ("doc.on == true", {"on": True}, True),
    ("doc.on", {"on": True}, True),
    ("doc.on", {"on": 0}, False),
    ("!doc.on", {"on": ""}, True),
    ("!doc.on", {}, True),
    ("doc.name >= 'b'", {"name": "bob"}, True),
    ('doc.name == "it\'s"', {"name": "it's"}, True),
    (r"doc.name == 'it\'s\n'", {"name": "it's\n"}, True),
    ("doc.x == null", {}, True),
    ("doc.x == null", {"x": None}, True),
    ("doc.x != null", {"x": 0}, True),
    ("doc.n == -1", {"n": -1}, True),
    ("doc.n == +1.5", {"n": 1.5}, True),
    # members
    ("doc.a.b == 1", {"a": {"b": 1}}, True),
    ("doc['a'].b == 1", {"a": {"b": 1}}, True),
    ("doc.a.b == null", {"a": 5}, True),  # a path, as in a query
    ("doc.a.b != 1", {}, True),
    ("doc.tags[1] == 'y'", {"tags": ["x", "y"]}, True),
    ("doc.tags[2] == null", {"tags": ["x", "y"]}, True),
    ("doc.in == 1", {"in": 1}, True),
    ("doc.likes[auth.openid] == true", {"likes": {"o-alice": True}}, True),
    ("doc.likes[auth.openid] == true", {"likes": {"o-bob": True}}, False),
    ("doc != null", {}, True),
    ("doc.a == doc.b", {"a": 1, "b": 1}, True),
    ("doc.a == doc.b", {"a": 1, "b": 2}, False),
    # in
    ("doc.kind in ['a', 'b']", {"kind": "b"}, True),
    ("doc.kind in ['a', 'b']", {"kind": "c"}, False),
    ("!(doc.kind in ['a', 'b'])", {"kind": "c"}, True),
    ("doc.kind in []", {"kind": "c"}, False),
    ("doc.n in [-1, 2.5]", {"n": -1}, True),
    ("auth.openid in doc.members", {"members": ["o-bob", "o-alice"]}, True),
    ("auth.openid in doc.members", {"members": ["o-bob"]}, False),
    ("!(auth.openid in doc.members)", {"members": ["o-bob"]}, True),
    ("auth.openid in doc.members", {"members": "o-alice"}, True),
    ("auth.openid in doc.members", {}, False),
    ("!(auth.openid in doc.members)", {}, False),
    ("'k' in doc.map", {"map": {"k": 1}}, False),
    # precedence and three values
    ("true || false && false", {}, True),
    ("(true || false) && false", {}, False),
    ("!true || true", {}, True),
    ("!(true || true)", {}, False),
    ("!!doc.on", {"on": 1}, True),
    ("!doc.on == true", {"on": 0}, True),
    ("auth.custom.level > 2 || doc._openid == auth.openid", {"_openid": "o-alice"}, True),
    ("auth.custom.level > 2 && doc._openid == auth.openid", {"_openid": "o-alice"}, False),
    ("auth.custom.level > 2 || doc._openid == auth.openid", {"_openid": "o-bob"}, False),
    ("!(auth.custom.level > 2 && false)", {}, True),
    # now
    ("doc.until > now", {"until": NOW + 1}, True),
    ("doc.until > now", {"until": NOW}, False),
    ("doc.until > now", {"until": from_millis(NOW + 1)}, False),  # now is a number, not a date
    ("now > 0", {}, True),
]


@pytest.mark.parametrize(("rule", "doc", "allowed"), DOCUMENTS)
def test_a_new_document_must_satisfy_the_rule(
    rule: str, doc: dict[str, Any], allowed: bool
) -> None:
    assert creates(rule, doc) is allowed


REQUESTS = [
    ("request.data.score <= 100", {"score": 100}, True),
    ("request.data.score <= 100", {"score": 101}, False),
    ("request.data.score == null", {}, True),
    ("request.data.a.b == null", {}, False),  # a member of null
    ("request.data.score == null", None, False),
    ("request.user == null", {}, True),
]


@pytest.mark.parametrize(("rule", "data", "allowed"), REQUESTS)
def test_request_data(rule: str, data: dict[str, Any] | None, allowed: bool) -> None:
    assert creates(rule, {}, request_data=data) is allowed


CALLERS = [
    ("auth.custom.level > 2", BOB, True),
    ("auth.custom.level > 2", ALICE, False),
    ("auth.openid == 'o-bob'", BOB, True),
    ("auth == null", None, True),
    ("auth != null", None, False),
    ("auth.openid == null", None, False),  # a member of null
    ("auth.openid != 'o-bob'", None, False),
    ("doc._openid == auth.openid", None, False),
]


@pytest.mark.parametrize(("rule", "auth", "allowed"), CALLERS)
def test_callers(rule: str, auth: Auth | None, allowed: bool) -> None:
    assert creates(rule, {}, auth) is allowed


@pytest.mark.parametrize(
    ("rule", "file", "allowed"),
    [
        ("resource.openid == auth.openid", {"openid": "o-alice", "path": "a"}, True),
        ("resource.openid == auth.openid", {"openid": None, "path": "a"}, False),
        ("resource.path == 'public/a.png'", {"openid": None, "path": "public/a.png"}, True),
        ("auth != null && resource.openid != auth.openid", {"openid": "o-bob"}, True),
    ],
)
def test_storage_rules_are_about_the_resource(
    rule: str, file: dict[str, Any], allowed: bool
) -> None:
    rules = compile_rules({"read": rule}, STORAGE)
    assert permits(rules, "read", doc=file) is allowed
    assert not permits(rules, "write", doc=file)


# --- against a query: read, update, delete -------------------------------------------------------

OWNER = "doc._openid == auth.openid"
ADULT = "doc.age > 10"
DAY = from_millis(NOW)

QUERIES = [
    # rule, where, allowed
    (OWNER, {"_openid": "{openid}"}, True),
    (OWNER, {"_openid": "o-alice"}, True),
    (OWNER, {"_openid": {"$eq": "{openid}"}}, True),
    (OWNER, {"_openid": {"$in": ["{openid}"]}}, True),
    (OWNER, {"_openid": "{openid}", "done": False}, True),
    (OWNER, {"$and": [{"done": False}, {"_openid": "{openid}"}]}, True),
    (OWNER, {}, False),
    (OWNER, {"_id": "d1"}, False),  # doc(id) under a rule about a field
    (OWNER, {"_openid": "o-bob"}, False),
    (OWNER, {"_openid": {"$in": ["{openid}", "o-bob"]}}, False),
    (OWNER, {"_openid": {"$ne": "o-bob"}}, False),
    (OWNER, {"_openid": {"$exists": True}}, False),
    (OWNER, {"_openid": Regex("alice")}, False),
    (OWNER, {"_openid": {"$regex": "alice"}}, False),
    (OWNER, {"$nor": [{"_openid": "{openid}"}]}, False),
    (OWNER, {"$or": [{"_openid": "{openid}"}, {"public": True}]}, False),
    (OWNER, {"$or": [{"_openid": "{openid}"}, {"_openid": "o-alice", "a": 1}]}, True),
    (OWNER + " || doc.public == true", {"$or": [{"_openid": "{openid}"}, {"public": True}]}, True),
    (OWNER + " || doc.public == true", {"public": True}, True),
    (OWNER + " || doc.public == true", {"public": False}, False),
    (OWNER + " && doc.public == true", {"public": True}, False),
    (OWNER + " && doc.public == true", {"public": True, "_openid": "{openid}"}, True),
    ("doc._id == 'd1'", {"_id": "d1"}, True),
    ("doc._id == 1", {"_id": "1"}, False),
    ("auth != null", {}, True),
    ("auth != null", {"anything": Regex("x")}, True),
    (True, {}, True),
    (False, {"_openid": "{openid}"}, False),
    # order
    (ADULT, {"age": {"$gt": 12}}, True),
    (ADULT, {"age": {"$gt": 10}}, True),
    (ADULT, {"age": {"$gt": 9}}, False),
    (ADULT, {"age": {"$gte": 10}}, False),
    (ADULT, {"age": {"$gte": 10.5}}, True),
    (ADULT, {"age": {"$gte": 10, "$ne": 10}}, True),
    (ADULT, {"age": 11}, True),
    (ADULT, {"age": 10}, False),
    (ADULT, {"age": "11"}, False),
    (ADULT, {"age": {"$gt": "a"}}, False),
    (ADULT, {"age": {"$gt": DAY}}, False),
    (ADULT, {"age": {"$in": [11, 12]}}, True),
    (ADULT, {"age": {"$in": [10, 12]}}, False),
    (ADULT, {"age": {"$lt": 100}}, False),
    (ADULT, {"age": None}, False),
    (ADULT, {"age": {"$not": {"$lte": 10}}}, False),  # also matches what has no age
    ("10 < doc.age", {"age": {"$gt": 10}}, True),
    ("doc.age >= 10", {"age": {"$gte": 10}}, True),
    ("doc.age >= 10", {"age": {"$gt": 10}}, True),
    ("doc.age < 10", {"age": {"$lt": 10}}, True),
    ("doc.age < 10", {"age": {"$lte": 10}}, False),
    ("doc.age <= 10", {"age": {"$lt": 10}}, True),
    ("doc.age <= 10", {"age": {"$lt": 11}}, False),
    ("doc.age > 1 && doc.age < 5", {"age": {"$gte": 2, "$lte": 4}}, True),
    ("doc.age == 5", {"age": {"$gte": 5, "$lte": 5}}, True),
    ("doc.age == 5", {"age": {"$gt": 7, "$lt": 3}}, False),  # arrays may meet both
    ("!(doc.age > 10)", {"age": {"$lte": 10}}, True),
    ("!(doc.age > 10)", {"age": {"$lte": 11}}, False),
    ("!(doc.age > 10)", {"age": {"$ne": 11}}, False),
    ("doc.name < 'm'", {"name": {"$lt": "b"}}, True),
    ("doc.age > 'a'", {"age": {"$gt": 1}}, False),
    ("doc.until > now", {"until": {"$gte": NOW + 1}}, True),
    ("doc.until > now", {"until": {"$gte": NOW}}, False),
    # equality and its denial
    ("doc.status != 'deleted'", {"status": "open"}, True),
    ("doc.status != 'deleted'", {"status": "deleted"}, False),
    ("doc.status != 'deleted'", {"status": {"$ne": "deleted"}}, True),
    ("doc.status != 'deleted'", {"status": {"$nin": ["deleted", "spam"]}}, True),
    ("doc.status != 'deleted'", {"status": {"$nin": ["spam"]}}, False),
    ("doc.status != 'deleted'", {"status": {"$not": {"$eq": "deleted"}}}, True),
    ("doc.status != 'deleted'", {"$nor": [{"status": "deleted"}, {"a": 1}]}, True),
    ("doc.status != 'deleted'", {"$nor": [{"status": "deleted", "a": 1}]}, False),
    ("doc.status != 'deleted'", {"status": {"$gt": 5}}, True),
    ("doc.status != 5", {"status": {"$gt": 5}}, True),
    ("doc.status != 5", {"status": {"$gte": 5}}, False),
    ("doc.status != 'deleted'", {}, False),
    ("!(doc.status == 'deleted')", {"status": "open"}, True),
    ("doc.a == 1", {"a": {"$not": {"$ne": 1}}}, True),
    ("doc.a == 1", {"a": {"$not": {"$nin": [1]}}}, True),
    ("doc.a == 1", {"$nor": [{"a": {"$ne": 1}}]}, True),
    ("doc.a == 1", {"$nor": [{"$or": [{"a": {"$ne": 1}}, {"b": 2}]}]}, True),
    ("doc.a == null", {"a": None}, True),
    ("doc.a == null", {"a": {"$exists": False}}, True),
    ("doc.a == null", {"a": {"$not": {"$exists": True}}}, True),
    ("doc.a != null", {"a": {"$exists": True}}, False),  # null exists
    ("doc.a != null", {"a": {"$gt": 0}}, True),
    ("doc.a.b == 1", {"a.b": 1}, True),
    ("doc['a.b'] == 1", {"a.b": 1}, True),
    ("doc.a.b == 1", {"a": 1}, False),
    ("doc.a == doc.b", {"a": 1, "b": 1}, True),
    ("doc.a < doc.b", {"a": {"$lt": 1}, "b": 1}, True),
    ("doc.b > doc.a", {"a": {"$lt": 1}, "b": 1}, True),
    ("doc.a == doc.b", {"a": 1}, False),
    ("doc.on", {"on": True}, True),
    ("doc.on", {"on": {"$ne": False}}, False),
    ("doc.likes[auth.openid] == true", {"likes.o-alice": True}, True),
    ("doc.a == 1", {"a": [1]}, False),
    ("doc.a == [1]", {"a": [1]}, False),  # also matches [[1]]
    ("doc.a == 1", {"a": {"$in": [[1]]}}, False),
    ("doc.a == 1", {"a": {"$elemMatch": {"$eq": 1}}}, False),
    ("doc.a == 1", {"a": {"$mod": [2, 1]}}, False),
    ("doc.a == 1", {"$expr": {"$eq": ["$a", 1]}}, False),
    ("doc.a == 1", {"a": 1, "$comment": "?"}, True),
    # in
    ("doc.kind in ['a', 'b']", {"kind": "a"}, True),
    ("doc.kind in ['a', 'b']", {"kind": {"$in": ["a", "b"]}}, True),
    ("doc.kind in ['a', 'b']", {"kind": {"$in": ["a", "c"]}}, False),
    ("doc.kind in ['a', 'b']", {"kind": {"$in": []}}, False),
    ("doc.kind in ['a', 'b']", {"kind": {"$gte": "a", "$lte": "b"}}, False),
    ("!(doc.kind in ['a', 'b'])", {"kind": {"$gt": "b"}}, True),
    ("!(doc.kind in ['a', 'b'])", {"kind": {"$nin": ["a", "b"]}}, True),
    ("doc.kind == 'a' || doc.kind == 'b'", {"kind": {"$in": ["a", "b"]}}, True),
    ("auth.openid in doc.members", {"members": "{openid}"}, True),
    ("auth.openid in doc.members", {"members": {"$all": ["{openid}", "o-bob"]}}, True),
    ("auth.openid in doc.members", {"members": {"$elemMatch": {"$eq": "{openid}"}}}, True),
    ("auth.openid in doc.members", {"members": {"$in": ["{openid}"]}}, True),
    ("auth.openid in doc.members", {"members": {"$in": ["{openid}", "o-bob"]}}, False),
    ("auth.openid in doc.members", {"members": {"$all": ["o-bob"]}}, False),
    ("auth.openid in doc.members", {"members": {"$not": {"$all": ["{openid}"]}}}, False),
    ("auth.openid in doc.members", {}, False),
    ("!(auth.openid in doc.members)", {"members": "o-bob"}, False),  # it may hold others too
    ("auth.uid in doc.members", {"members": None}, False),  # null in nothing
    ("auth.openid in doc.members || doc._id == 'd1'", {"_id": "d1"}, True),
]


@pytest.mark.parametrize(("rule", "where", "allowed"), QUERIES)
def test_a_query_must_imply_the_rule(
    rule: bool | str, where: dict[str, Any], allowed: bool
) -> None:
    assert reads(rule, where) is allowed


def test_without_document_and_query_nothing_is_known() -> None:
    rules = compile_rules({"read": "doc.a != 1"})
    assert not permits(rules, "read")


def test_a_query_with_too_many_alternatives_is_no_silent_denial() -> None:
    hundred = {"$in": list(range(100))}
    query = {"a": hundred, "b": hundred, "_openid": "o-alice"}
    with pytest.raises(NotSupportedByFake, match="alternatives"):
        reads(OWNER, query)
    assert reads("auth != null", query)


# --- get -----------------------------------------------------------------------------------------

OWN_SHOP = "auth.openid in get(`database.shops.${doc.shopId}`).owner"

GETS = [
    # rule, where, allowed
    (OWN_SHOP, {"shopId": "s1"}, True),
    (OWN_SHOP, {"shopId": "s2"}, False),
    (OWN_SHOP, {"shopId": "nowhere"}, False),
    (OWN_SHOP, {"shopId": {"$eq": "s1"}}, True),
    (OWN_SHOP, {"shopId": {"$in": ["s1"]}}, True),
    (OWN_SHOP, {"shopId": {"$in": ["s1", "s1"]}}, False),  # only one element, the manual says
    (OWN_SHOP, {"$or": [{"shopId": "s1"}, {"shopId": "7"}]}, True),
    (OWN_SHOP, {"$or": [{"shopId": "s1"}, {"shopId": "s2"}]}, False),
    (OWN_SHOP, {"shopId": {"$gte": "s1", "$lte": "s1"}}, False),
    (OWN_SHOP, {}, False),
    (OWN_SHOP, {"shopId": 7}, True),
    (OWN_SHOP, {"shopId": 7.0}, True),
    (OWN_SHOP, {"shopId": "a.b"}, True),
    (OWN_SHOP, {"shopId": None}, False),
    (OWN_SHOP, {"shopId": ""}, False),
    ("get('database.shops.s1').roles[auth.openid] in [1, 2, 3]", {}, True),
    ("get('database.shops.s2').roles[auth.openid] in [1, 2, 3]", {}, False),
    ("get('database.shops.s1').roles[auth.uid] == null", {}, False),  # null is no key
    ("get('database.shops.nowhere') == null", {}, True),
    ("get('database.nowhere.s1') == null", {}, True),
    ("get('database.shops.nowhere').boss != 'u9'", {}, False),  # a member of null
    ("get('database.shops.s1').owner[0] == auth.openid", {}, True),
    ("get(`database.users.${get(`database.shops.${doc.s}`).boss}`).openid == auth.openid",
     {"s": "s1"}, True),
    ("get(`database.users.${get(`database.shops.${doc.s}`).boss}`).openid == auth.openid",
     {"s": "s2"}, False),
    ("get(get('database.shops.s1').boss) == null", {}, False),  # "u1" is no path
    ("doc.shop == get(`database.users.${doc.user}`).shop", {"user": "u1", "shop": "s2"}, True),
    ("get(`database.${doc.a}.${doc.b}`).openid == auth.openid", {"a": "users", "b": "u1"}, True),
    ("get(`database.users.u${doc.n}`)._id == 'u2'", {"n": 2}, True),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "where", "allowed"), GETS)
def test_get(rule: str, where: dict[str, Any], allowed: bool) -> None:
    assert reads(rule, where) is allowed


def test_get_sees_a_new_document_too() -> None:
    assert creates(OWN_SHOP, {"shopId": "s1"})
    assert not creates(OWN_SHOP, {"shopId": "s2"})


@pytest.mark.parametrize(("count", "allowed"), [(10, True), (11, False)])
def test_an_expression_reads_ten_documents(count: int, allowed: bool) -> None:
    rules = compile_rules({"read": "get(`database.any.${doc.x}`).ok == true"})
    query = {"$or": [{"x": str(number)} for number in range(count)]}
    found = permits(rules, "read", query=query, fetch=lambda _name, _id: {"ok": True})
    assert found is allowed


def test_a_document_is_read_once_and_only_if_needed() -> None:
    asked: list[str] = []

    def watch(collection: str, document_id: str) -> dict[str, Any]:
        asked.append(f"{collection}.{document_id}")
        return {"ok": True}

    rule = "get('database.a.1').ok && get('database.a.1').ok || get('database.a.2').ok"
    rules = compile_rules({"read": rule})
    assert permits(rules, "read", query={}, fetch=watch)
    assert asked == ["a.1"]


# --- what is no rule -----------------------------------------------------------------------------

REFUSED = [
    # rule, column, message
    ("", 1, "expected a value, found the end"),
    ("   ", 4, "expected a value, found the end"),
    ("doc.age = 10", 9, 'expected "==" or "!=" (there is no assignment and no "==="), found ='),
    ("auth !== null", 8, "expected"),
    ("doc.a === 1", 9, "expected"),
    ("doc.a == ", 10, "expected a value, found the end"),
    ("doc.a == == 1", 10, "expected a value, found =="),
    ("doc.a & doc.b", 7, 'expected "&&", found &'),
    ("doc.a | doc.b", 7, 'expected "||", found |'),
    ("doc.a ? 1 : 2", 7, "expected a value or an operator, found ?"),
    ("doc.a == 1 2", 12, 'expected "&&", "||" or the end, found 2'),
    ("1 < doc.a < 3", 11, 'expected "&&", "||" or the end, found <'),
    ("(doc.a == 1", 12, 'expected ")", found the end'),
    ("doc.a == 1)", 11, 'expected "&&", "||" or the end, found )'),
    ("doc.", 5, "expected the name of a member, found the end"),
    ("doc.1", 5, "expected the name of a member, found 1"),
    ("doc[1", 6, 'expected "]", found the end'),
    ("dok._openid == 1", 1, "expected one of doc, auth, now, request, get(), found dok"),
    ("resource.openid == 1", 1, "expected one of doc"),
    ("doc.a.includes('x')", 15, 'expected "&&", "||" or the end, found ('),
    ("doc.a in [doc.b]", 11, "expected a number or a string (arrays hold nothing else), found doc"),
    ("doc.a in [true]", 11, "expected a number or a string"),
    ("doc.a in [1, ]", 14, "expected a number or a string"),
    ("doc.a in [1 2]", 13, 'expected "]", found 2'),
    ("doc.a == -doc.b", 11, "expected a number, found doc"),
    ("doc.a == 'x", 10, "expected a closing ', found '"),
    ('doc.a == "x', 10, 'expected a closing ", found "'),
    ("doc.a == /x/", 10, "expected a value or an operator, found /"),
    ("doc.a == 1 + 1", 12, 'expected "&&", "||" or the end, found +'),
    ("in doc.a", 1, "expected one of doc"),
    ("get()", 5, "expected a value, found )"),
    ("get('database.a.b'", 19, 'expected ")", found the end'),
    ("get('users.u1') != null", 5, "expected a path `database.<collection>.<id>`"),
    ("get(`users.${doc.a}`) != null", 5, "expected a path"),
    ("get(5) != null", 5, "expected a path"),
    ("get(`database.a.${doc.a`) != null", 24, 'expected "}", found `'),
    ("get(`database.a.b) != null", 27, "expected a closing `, found the end"),
    ("doc.a == }", 10, "expected a value, found }"),
    (
        "get('database.a.b').a && get('database.a.b').b && get('database.a.b').c"
        " && get('database.a.b').d",
        76,
        "expected at most 3 get() in one expression",
    ),
    (
        "get(`database.a.${get(`database.a.${get(`database.a.${doc.a}`).b}`).c}`).d == 1",
        37,
        "expected get() at most 2 deep",
    ),
    ("(" * 60 + "true" + ")" * 60, 41, "expected at most 40 levels of nesting"),
    ("!" * 1000 + "true", 41, "expected at most 40 levels of nesting"),
]


@pytest.mark.parametrize(
    ("rule", "column", "message"), REFUSED, ids=[case[0][:24] or "empty" for case in REFUSED]
)
def test_bad_rules_name_the_column_and_what_was_expected(
    rule: str, column: int, message: str
) -> None:
    with pytest.raises(MisuseError) as caught:
        compile_rules({"read": rule})
    assert f"rule 'read', column {column}: " in str(caught.value)
    assert message in str(caught.value)


def test_a_bad_rule_is_shown_with_a_caret() -> None:
    with pytest.raises(MisuseError) as caught:
        compile_rules({"write": "doc.a\n= 1"})
    rule, caret = str(caught.value).splitlines()[1:]
    assert rule == "    doc.a = 1"
    assert rule[caret.index("^")] == "="


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"raed": True}, "expected one of read, write, create, update, delete, found 'raed'; did"),
        ({"invoke": True}, "found 'invoke'"),
        ({1: True}, "found 1"),
        ({"read": None}, "rule 'read': expected a boolean or an expression, found None"),
        ({"read": 1}, "expected a boolean or an expression, found 1"),
        ({"read": "true " + " " * 1020}, "expected at most 1024 characters, found 1025"),
        ("READONLY", "expected a dict"),
    ],
)  # fmt: skip
def test_bad_keys_and_values(rules: Any, message: str) -> None:
    with pytest.raises(MisuseError, match=re.escape(message)):
        compile_rules(rules)


def test_a_rule_of_1024_characters_is_taken() -> None:
    rule = "doc.a == 1 || " * 73 + "1"
    assert creates(rule.ljust(1024), {})


def test_the_storage_has_no_create() -> None:
    with pytest.raises(MisuseError, match="expected one of read, write, found 'create'"):
        compile_rules({"create": True}, STORAGE)


# --- {openid} ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "replaced"),
    [
        ("{openid}", "o-alice"),
        ("x{openid}", "x{openid}"),
        ({"_openid": "{openid}", "a": 1}, {"_openid": "o-alice", "a": 1}),
        ({"$or": [{"a": "{openid}"}, {"b": ["{openid}"]}]},
         {"$or": [{"a": "o-alice"}, {"b": ["o-alice"]}]}),
        ({"{openid}": True}, {"{openid}": True}),
        (None, None),
        (5, 5),
    ],
)  # fmt: skip
def test_the_placeholder_is_a_whole_string(value: Any, replaced: Any) -> None:
    assert replace_openid(value, "o-alice") == replaced


def test_what_holds_no_placeholder_stays_the_same_object() -> None:
    untouched = {"a": [1, {"b": "x"}]}
    value = {"mine": "{openid}", "rest": untouched}
    assert replace_openid(untouched, "o-alice") is untouched
    assert replace_openid(value, "o-alice")["rest"] is untouched
    assert value["mine"] == "{openid}"


# --- soundness: what a query is permitted, every document that it matches is ---------------------
#
# Arrays stand only in `m`, the field that rules ask `in` of; `knowledge` says what others mean.

SCALARS = [None, False, True, 0, 1, 1.5, 2, "", "a", "o-alice", DAY]
SOURCES = {
    "None": "null",
    "False": "false",
    "True": "true",
    "'o-alice'": "auth.openid",
    repr(DAY): "get('database.days.today').date",
}
ORDERED = [value for value in SCALARS if type(value) in (int, float, str) or value is DAY]
OPERATORS = ["==", "!=", "<", "<=", ">", ">="]

TESTS: list[Any] = [
    *SCALARS,
    *({name: value} for name in ("$eq", "$ne") for value in SCALARS),
    *({name: value} for name in ("$gt", "$gte", "$lt", "$lte") for value in ORDERED),
    *({"$gte": low, "$lte": high} for low in (0, 1) for high in (0, 1, 2)),
    *({"$gt": low, "$ne": other} for low in (0, 1) for other in (1, 2, "a")),
    *({name: pair} for name in ("$in", "$nin") for pair in ([], [1], [1, "a"], [None, 2])),
    *({name: flag} for name in ("$exists",) for flag in (True, False)),
    *({"$not": {name: 1}} for name in ("$eq", "$ne", "$gt", "$gte", "$lt", "$lte")),
    *({"$not": {"$in": [1, "a"]}}, {"$not": {"$nin": [1, "a"]}}, {"$not": {"$exists": True}}),
    *({"$not": {"$gt": 0, "$ne": 2}}, {"$not": {"$not": {"$gt": 0}}}),
]


def in_source(value: Any) -> str:
    return SOURCES.get(repr(value), repr(value))


ATOMS = [
    *(f"doc.F {operator} {in_source(value)}" for operator in OPERATORS for value in SCALARS),
    *(f"doc.F in {items}" for items in ("[]", "[1]", "[1, 'a']", "[0, 1, 2]")),
    "doc.F",
]


def days(_collection: str, _document_id: str) -> dict[str, Any]:
    return {"date": DAY}


def assert_sound(rule: Rules, where: dict[str, Any], matching: list[dict[str, Any]]) -> bool:
    permitted = permits(rule, "read", query=where, fetch=days)
    if permitted:
        denied = [doc for doc in matching if not permits(rule, "read", doc=doc, fetch=days)]
        assert not denied, (rule, where)
    return permitted


@pytest.mark.parametrize("field", ["a", "n.x"])
@pytest.mark.parametrize("form", ["{}", "!({})"])
def test_every_single_condition_is_sound(field: str, form: str) -> None:
    flat = [{"a": value, "n": value} for value in SCALARS]
    records = [{}, {"n": {}}, *flat, *({"n": {"x": value}} for value in SCALARS)]
    rules = [compile_rules({"read": form.format(atom).replace("F", field)}) for atom in ATOMS]
    for test in TESTS:
        matching = list(compile_filter({field: test}).select(records))
        for rule in rules:
            assert_sound(rule, {field: test}, matching)


MEMBER_TESTS: list[Any] = [
    *TESTS,
    [],
    [1],
    *({"$all": items} for items in ([1], ["a", "o-alice"], [])),
    *({"$elemMatch": {name: 1}} for name in ("$eq", "$gt")),
    *({"$not": {name: operand}} for name, operand in [("$all", [1]), ("$elemMatch", {"$eq": 1})]),
]


@pytest.mark.parametrize("form", ["{}", "!({})"])
def test_every_condition_on_an_array_is_sound(form: str) -> None:
    arrays = [[], [1], [1, 2], ["a", 1], ["o-alice", "a"], [None], [DAY, 0, True]]
    records = [{}, *({"m": value} for value in [*SCALARS, *arrays])]
    rules = [
        compile_rules({"read": form.format(f"{in_source(value)} in doc.m")}) for value in SCALARS
    ]
    for test in MEMBER_TESTS:
        matching = list(compile_filter({"m": test}).select(records))
        for rule in rules:
            assert_sound(rule, {"m": test}, matching)


FEW = [None, 0, 1, 2, "a"]
PAIRS = [{"a": one, "b": other} for one in FEW for other in FEW]
RECORDS = [{}, *({name: value} for name in "ab" for value in FEW), *PAIRS]

FIELDS = st.sampled_from(["a", "b"])
LEAVES = st.one_of(
    st.builds(
        "doc.{} {} {}".format,
        FIELDS,
        st.sampled_from(OPERATORS),
        st.sampled_from(FEW).map(in_source),
    ),
    st.builds("doc.a {} doc.b".format, st.sampled_from(OPERATORS)),
    FIELDS.map("doc.{}".format),
)
RULES = st.recursive(
    LEAVES,
    lambda rule: st.one_of(
        rule.map("!({})".format),
        st.builds("({}) {} ({})".format, rule, st.sampled_from(["&&", "||"]), rule),
    ),
    max_leaves=8,
)
CONDITIONS = st.dictionaries(FIELDS, st.sampled_from(TESTS), min_size=1)
WHERES = st.recursive(
    CONDITIONS,
    lambda query: st.builds(
        lambda name, queries, more: {name: queries, **more},
        st.sampled_from(["$and", "$or", "$nor"]),
        st.lists(query, min_size=1, max_size=3),
        CONDITIONS,
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(RULES, st.lists(WHERES, min_size=10, max_size=10))
def test_implication_is_sound(rule: str, wheres: list[dict[str, Any]]) -> None:
    rules = compile_rules({"read": rule})
    for where in wheres:
        matching = list(compile_filter(where).select(RECORDS))
        permitted = assert_sound(rules, where, matching)
        event(f"permitted: {permitted}, matches: {bool(matching)}")
