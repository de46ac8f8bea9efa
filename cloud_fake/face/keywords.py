"""Keywords of a call: what those are told that mistype one, and `init` and `database`'s options."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import Refusal, texts
from cloud_fake.values.kinds import js_type

if TYPE_CHECKING:
    from cloud_fake.models.dialect import Dialect

__all__ = ["config_of", "unknown_keyword"]

_TYPE = -401003


def unknown_keyword(function: str, keyword: str, known: Collection[str]) -> TypeError:
    """What is said of a keyword that a call does not have: the nearest one that it has."""
    near = difflib.get_close_matches(keyword, known, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(known)}"
    return TypeError(f"{function}() has no keyword {keyword!r}{hint}")


def config_of(
    dialect: Dialect,
    function: str,
    config: object,
    keywords: Mapping[str, Any],
    unknown: Mapping[str, Any],
) -> Mapping[str, Any]:
    """The options of a call that takes one object or keywords, none of which must be given.

    Raises:
        TypeError: a keyword that it does not have, or both forms at once.
        CloudError: -401003, the object is none; as the SDK words it.
    """
    if unknown:
        raise unknown_keyword(function, min(unknown), keywords.keys())
    if config is None:
        return keywords
    if any(value is not None for value in keywords.values()):
        raise TypeError(f"{function}() takes one options object, or keywords")
    if not isinstance(config, Mapping):
        raise dialect.refuse(Refusal(_TYPE, texts.wrong_structure(js_type(config))))
    return config
