"""Scenarios: YAML as plain data, with the place of everything in it.

PyYAML composes the nodes and no more: it has no dependencies, an MIT licence and the YAML project
behind it, and composes in a quarter of ruamel.yaml's time. What a plain scalar means is YAML 1.2's
core schema, as in JSON: `on` and `yes` are texts, and so is `10:30`, which YAML 1.1 takes for 630.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import yaml  # type: ignore[import-untyped]  # stubs would be one more dependency, for four names

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Mark", "Misplaced", "Path", "Tree", "compose"]

#: The way from the root of a file to something in it: `("timeline", 3, "call")`.
Path: TypeAlias = tuple[str | int, ...]


class Mark(NamedTuple):
    """A place in a file; both are counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


class Misplaced(Exception):  # noqa: N818 - not yet an error: whoever reads knows the file's name
    """Something that cannot stand where it does."""

    def __init__(self, mark: Mark, text: str) -> None:
        super().__init__(text)
        self.mark = mark
        self.text = text


class Tree(NamedTuple):
    """What a file holds, and where its values and its keys stand."""

    data: Any
    values: dict[Path, Mark]
    keys: dict[Path, Mark]

    def value(self, path: Path) -> Mark:
        """Where a value stands, or the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values[path]

    def key(self, path: Path) -> Mark:
        """Where the key of a value stands; an element of a list has none, and is its own."""
        return self.keys[path] if path in self.keys else self.value(path)


def compose(text: str) -> Tree:
    """Read one YAML document.

    Raises:
        Misplaced: it is none, or holds what has no place in JSON.
    """
    tree = Tree(None, {}, {})
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise Misplaced(_mark(error.problem_mark), str(error.problem)) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        mark = Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise Misplaced(mark, f"no YAML has the character {error.character:#x}") from None
    if root is None:
        raise Misplaced(Mark(1, 1), "the file is empty")
    return tree._replace(data=_built(root, (), tree, ()))


# --- nodes ---------------------------------------------------------------------------------------


def _built(node: Any, path: Path, tree: Tree, above: tuple[Any, ...]) -> Any:
    if node in above:
        raise Misplaced(_mark(node.start_mark), "this stands within itself")
    tree.values[path] = _mark(node.start_mark)
    inside = (*above, node)
    match node:
        case yaml.MappingNode():
            return {
                key: _built(value, (*path, key), tree, inside)
                for key, value in _items(node, path, tree)
            }
        case yaml.SequenceNode():
            return [
                _built(item, (*path, index), tree, inside) for index, item in enumerate(node.value)
            ]
    return _scalar(node)


def _items(node: Any, path: Path, tree: Tree) -> list[tuple[str, Any]]:
    items: dict[str, Any] = {}
    for key, value in node.value:
        mark = _mark(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise Misplaced(mark, "a key is a text")
        if key.value in items:
            raise Misplaced(mark, f"the key {key.value!r} stands here twice")
        items[key.value] = value
        tree.keys[(*path, key.value)] = mark
    return list(items.items())


def _scalar(node: Any) -> Any:
    kind = node.tag.removeprefix(_TAGS)
    read = _READERS.get(kind)
    try:
        if read is not None:
            return read(node.value)
    except ValueError:
        raise Misplaced(_mark(node.start_mark), f"{node.value!r} is no {kind}") from None
    raise Misplaced(_mark(node.start_mark), f"the tag {node.tag!r} has no meaning here")


def _mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


# --- scalars -------------------------------------------------------------------------------------

_TAGS = "tag:yaml.org,2002:"

_READERS: dict[str, Callable[[str], Any]] = {
    "null": lambda _text: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text, 0) if text[:2] in ("0x", "0o") else int(text),
    "float": float,
    "str": str,
}

#: YAML 1.2.2, "Core Schema", 10.3.2, without the infinities and NaN, which no record can hold.
_PLAIN = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
}


def _loader() -> Any:
    """PyYAML's loader with another notion of what a plain scalar means."""
    loader: Any = type("CoreSchemaLoader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {}})
    for kind, pattern in _PLAIN.items():
        loader.add_implicit_resolver(_TAGS + kind, re.compile(f"(?:{pattern})$"), None)
    return loader


_LOADER = _loader()
