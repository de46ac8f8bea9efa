"""Query stages: addFields, project and replaceRoot, which change what a document looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_fake.errors import QueryError
from cloud_fake.query.expressions import compile_expression
from cloud_fake.query.operators.expr_signatures import Parameters
from cloud_fake.query.operators.expr_values import is_number, show, truthy, type_name
from cloud_fake.query.stages.shaping import (
    Leaf,
    Pick,
    Tree,
    computing,
    excluding,
    including,
    leaves,
    plant,
)
from cloud_fake.query.stages.stage import Place, Source, Stage, demand, naming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloud_fake.query.expressions import Scope
    from cloud_fake.values.kinds import Document, Value

__all__ = ["add_fields", "project", "replace_root"]


# --- addFields -----------------------------------------------------------------------------------


def add_fields(spec: Value, place: Place) -> Stage:
    """Fields added or replaced, all of them computed from the document as it came in."""
    demand(
        type(spec) is dict,
        40272,
        f"$addFields specification stage must be an object, got {type_name(spec)}",
    )
    with naming("$addFields"):
        fill = computing(plant(spec, lambda written: compile_expression(written, place.scope)))

    def added(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        for document in documents:
            copy = document.copy()
            fill(copy, document)
            yield copy

    return added


# --- project -------------------------------------------------------------------------------------


def project(spec: Value, place: Place) -> Stage:
    """Fields picked, left out or computed."""
    demand(type(spec) is dict, 15969, "$project specification must be an object")
    with naming("$project"):
        reshape = _projection(plant(spec, lambda written: _leaf(written, place.scope)))
    return lambda documents, _source: map(reshape, documents)


def _leaf(written: Value, scope: Scope) -> Leaf:
    if type(written) is bool or is_number(written):
        return Pick(truthy(written))
    return compile_expression(written, scope)


def _projection(tree: Tree) -> Callable[[Document], Document]:
    """An exclusion if the first field says so; `_id` has no say unless it stands alone."""
    said = dict(leaves(tree))
    first = next((leaf for path, leaf in said.items() if path != "_id"), said.get("_id"))
    return _exclusion(tree, said) if first is Pick.EXCLUDE else _inclusion(tree, said)


def _exclusion(tree: Tree, said: dict[str, Leaf]) -> Callable[[Document], Document]:
    for path, leaf in said.items():
        demand(
            leaf is not Pick.INCLUDE or path == "_id",
            31253,
            f"Cannot do inclusion on field {path} in exclusion projection",
        )
        demand(
            isinstance(leaf, Pick),
            31252,
            "Cannot use expression other than $meta in exclusion projection",
        )
    return excluding(tree)


def _inclusion(tree: Tree, said: dict[str, Leaf]) -> Callable[[Document], Document]:
    for path, leaf in said.items():
        demand(
            leaf is not Pick.EXCLUDE or path == "_id",
            31254,
            f"Cannot do exclusion on field {path} in inclusion projection",
        )
    tree.setdefault("_id", Pick.INCLUDE)
    keep, fill = including(tree), computing(tree)
    if all(isinstance(leaf, Pick) for leaf in said.values()):
        return keep

    def reshape(document: Document) -> Document:
        picked: Document = keep(document)
        fill(picked, document)
        return picked

    return reshape


# --- replaceRoot ---------------------------------------------------------------------------------


_REPLACE_ROOT = Parameters(
    {"newRoot": (40231, "no newRoot specified for the $replaceRoot stage")},
    (),
    not_object=(40229, "expected an object as specification for $replaceRoot stage, got {type}"),
    unknown=(
        40230,
        "unrecognized option to $replaceRoot stage: {key}, only valid option is 'newRoot'.",
    ),
)


def replace_root(spec: Value, place: Place) -> Stage:
    """What an expression gives, in the document's place."""
    new_root = _REPLACE_ROOT.compile("$replaceRoot", spec, place.scope)["newRoot"]

    def replaced(documents: Iterable[Document], _source: Source) -> Iterator[Document]:
        for document in documents:
            root = new_root(document)
            if type(root) is not dict:
                raise _no_object(root, document)
            yield root

    return replaced


def _no_object(root: Value, document: Document) -> QueryError:
    return QueryError(
        40228,
        "'newRoot' expression must evaluate to an object, but resulting value was: "
        f"{show(root)}. Type of resulting value: '{type_name(root)}'. "
        f"Input document: {show(document)}",
    )
