"""The chain of an aggregation: each step is one stage in MongoDB's wire form, nothing has run yet.

A step returns a longer chain and leaves the one that it was called on as it was, so a common
beginning may be kept and continued twice. A stage's options are given as one object, as in
JavaScript, or by keyword; a name that is a keyword of Python gets a trailing underscore
(`lookup(from_="books", ...)`).
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from cloud_fake.models.encoding import encode_query
from cloud_fake.values.intake import take_in

if TYPE_CHECKING:
    from cloud_fake.values.kinds import Value

__all__ = ["PipelineBuilder", "ServerPipelineBuilder"]

#: A stage's options as one object; `None` where they are given by keyword.
Options: TypeAlias = Any


@dataclass(frozen=True)
class PipelineBuilder:
    """The stages that both SDKs have (Taro and wx typings).

    A subclass adds what its chain belongs to as fields of its own, and a terminal such as `end()`.
    """

    _stages: tuple[dict[str, Value], ...] = field(default=(), kw_only=True)

    @property
    def stages(self) -> list[dict[str, Value]]:
        """The chain so far in wire form: `[{"$match": {...}}, {"$limit": 5}]`."""
        return list(self._stages)

    def done(self) -> list[dict[str, Value]]:
        """Ends a chain that `$.pipeline()` began: the stages, for `lookup`'s `pipeline`."""
        return self.stages

    def addFields(self, spec: Options = None, /, **options: object) -> Self:
        """Adds fields, or replaces them: `{path: expression}`."""
        return self._with_options("addFields", spec, options)

    def bucket(self, spec: Options = None, /, **options: object) -> Self:
        """Groups by ranges: `{groupBy, boundaries, default?, output?}`."""
        return self._with_options("bucket", spec, options)

    def bucketAuto(self, spec: Options = None, /, **options: object) -> Self:
        """Groups into so many ranges of equal size: `{groupBy, buckets, granularity?, output?}`."""
        return self._with_options("bucketAuto", spec, options)

    def count(self, name: str) -> Self:
        """One document, `{<name>: n}`; none at all when no document comes in."""
        return self._with_value("count", name)

    def geoNear(self, spec: Options = None, /, **options: object) -> Self:
        """Nearest first, distance in metres: `{near, spherical: true, distanceField, ...}`."""
        given = _given(spec, options)
        if isinstance(given, Mapping) and "query" in given:
            given = {**given, "query": self._condition(given["query"])}
        return self._with_value("geoNear", given)

    def group(self, spec: Options = None, /, **options: object) -> Self:
        """Groups by a value: `{_id: expression, <field>: accumulator}`."""
        return self._with_options("group", spec, options)

    def limit(self, value: int) -> Self:
        """At most so many documents, more than 0."""
        return self._with_value("limit", value)

    def lookup(self, spec: Options = None, /, **options: object) -> Self:
        """Joins: `{from, localField, foreignField, as}` or `{from, let?, pipeline, as}`."""
        return self._with_options("lookup", spec, options)

    def match(self, condition: object) -> Self:
        """Those documents that a condition of `where` holds for."""
        return self._with({"$match": self._condition(condition)})

    def project(self, spec: Options = None, /, **options: object) -> Self:
        """Picks, leaves out or computes fields: `{path: 1 | 0 | expression}`."""
        return self._with_options("project", spec, options)

    def replaceRoot(self, spec: Options = None, /, **options: object) -> Self:
        """Puts an object in the document's place: `{newRoot: expression}`."""
        return self._with_options("replaceRoot", spec, options)

    def sample(self, spec: Options = None, /, **options: object) -> Self:
        """So many documents at random, each at most once: `{size: n}`."""
        return self._with_options("sample", spec, options)

    def skip(self, value: int) -> Self:
        """Leaves out the first so many."""
        return self._with_value("skip", value)

    def sort(self, spec: Options = None, /, **options: object) -> Self:
        """Orders: `{path: 1 | -1}`, in order of importance."""
        return self._with_options("sort", spec, options)

    def sortByCount(self, expression: object) -> Self:
        """Groups by an expression and counts, most frequent first."""
        return self._with_value("sortByCount", expression)

    def unwind(self, spec: Options = None, /, **options: object) -> Self:
        """A document an element: `"$path"` or `{path, includeArrayIndex?, preserve...?}`."""
        if isinstance(spec, str):
            return self._with_value("unwind", spec)
        return self._with_options("unwind", spec, options)

    def _condition(self, condition: object) -> dict[str, Value]:
        """A condition in wire form, as the SDK of this chain makes it."""
        return encode_query(condition)

    def _with_options(self, name: str, spec: object, options: Mapping[str, object]) -> Self:
        return self._with_value(name, _given(spec, options))

    def _with_value(self, name: str, value: object) -> Self:
        return self._with({f"${name}": take_in(value, name)})

    def _with(self, stage: dict[str, Value]) -> Self:
        return replace(self, _stages=(*self._stages, stage))


@dataclass(frozen=True)
class ServerPipelineBuilder(PipelineBuilder):
    """The stages that only `wx-server-sdk` has as well, and conditions as it makes them."""

    def collStats(self, spec: Options = None, /, **options: object) -> Self:
        """Statistics of the collection."""
        return self._with_options("collStats", spec, options)

    def facet(self, spec: Options = None, /, **options: object) -> Self:
        """Several pipelines over the same documents: `{<field>: [stages]}`."""
        return self._with_options("facet", spec, options)

    def graphLookup(self, spec: Options = None, /, **options: object) -> Self:
        """Joins along a chain of references."""
        return self._with_options("graphLookup", spec, options)

    def indexStats(self) -> Self:
        """How often each index was used."""
        return self._with_value("indexStats", {})

    def out(self, collection: str) -> Self:
        """Writes the result to a collection."""
        return self._with_value("out", collection)

    def redact(self, expression: object) -> Self:
        """Prunes objects of a document: `$$DESCEND`, `$$PRUNE` or `$$KEEP` for each."""
        return self._with_value("redact", expression)

    def _condition(self, condition: object) -> dict[str, Value]:
        return encode_query(condition, server=True)


def _given(spec: object, options: Mapping[str, object]) -> object:
    """What the step was given; not yet checked, the engine knows what a stage takes."""
    if spec is not None or not options:
        return spec
    return {_option(name): value for name, value in options.items()}


def _option(name: str) -> str:
    bare = name.removesuffix("_")
    return bare if keyword.iskeyword(bare) else name
