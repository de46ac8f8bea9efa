"""Who may do what with records. Cloud functions and the console may do everything.

A preset does not refuse a reader who may see some records: it adds `_openid == me` to the query,
silently, as the platform does. Custom rules do the opposite: nothing is added, and a query that
does not imply the rule is refused. Source: developers.weixin.qq.com, database/security-rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Failure, codes, texts
from cloud_fake.query.rules.presets import ALL, NONE, OWN, PRESETS
from cloud_fake.services.database.collections import records_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cloud_fake.kernel.work import Work
    from cloud_fake.query.rules.permissions import Rules
    from cloud_fake.query.rules.presets import Whose
    from cloud_fake.query.rules.targets import Action
    from cloud_fake.services.database.collections import Collection
    from cloud_fake.values.kinds import Document, Value

__all__ = ["authorise", "only_own", "owner_of", "replace_own_openid"]


def authorise(
    work: Work,
    collection: Collection,
    action: Action,
    *,
    query: Mapping[str, Value] | None = None,
    record: Document | None = None,
    data: Document | None = None,
) -> bool:
    """Whether the caller may, and whether only with its own records.

    Args:
        work: the work at hand.
        collection: what it is about.
        action: what the caller wants to do.
        query: the condition that selects the records, for custom rules.
        record: the new record, for `create` under custom rules.
        data: what is written, `request.data` of custom rules.

    Returns:
        True if only the caller's own records count.

    Raises:
        Failure: -502003, the caller may not.
    """
    if not work.session.dialect.has_user:
        return False
    permission = collection.permission
    if isinstance(permission, str):
        allowed = PRESETS[permission].allows(action)
    else:
        allowed = _by_rules(work, permission, action, query=query, doc=record, request_data=data)
    owns_nothing = allowed == OWN and work.session.identity.openid is None
    if allowed == NONE or (owns_nothing and action == "create"):
        raise Failure(codes.DATABASE_PERMISSION_DENIED, texts.PERMISSION_DENIED)
    return allowed == OWN


def _by_rules(work: Work, rules: Rules, action: Action, **subject: Any) -> Whose:
    from cloud_fake.query.rules.permissions import Auth

    openid = work.session.identity.openid

    def fetch(collection: str, document_id: str) -> Document | None:
        found: Document | None = work.draft.get(records_table(work.env, collection), document_id)
        return found

    permitted = rules.permits(
        action,
        auth=None if openid is None else Auth(openid, work.session.auth_custom),
        now=work.now_millis,
        fetch=fetch,
        **subject,
    )
    return ALL if permitted else NONE


def only_own(work: Work, records: Iterable[Document]) -> Iterator[Document]:
    """Those that the caller owns; nobody owns what was made in the console."""
    openid = work.session.identity.openid
    if openid is None:
        return iter(())
    return (record for record in records if record.get("_openid") == openid)


def replace_own_openid(work: Work, collection: Collection, value: Value) -> Value:
    """Under custom rules the text `{openid}` in a condition or in data means the caller's own."""
    openid = work.session.identity.openid
    if not collection.has_rules or openid is None or not work.session.dialect.has_user:
        return value
    from cloud_fake.query.rules.openid import replace_openid

    return replace_openid(value, openid)


def owner_of(work: Work) -> str | None:
    """The openid that a new record gets as `_openid`; None from a function, which owns nothing."""
    return work.session.identity.openid if work.session.dialect.has_user else None
