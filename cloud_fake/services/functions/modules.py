"""A folder's Python modules, imported apart from everybody else's.

Two instances of a function, and two clouds, have modules of their own: the same file is imported
for each, under the same name. So while a folder's modules are imported they stand in `sys.modules`
(dataclasses and typing look there) in place of whoever has those names, and afterwards they are
gone again. What a module imports later, inside a function, finds its siblings in the same way,
because the folder's modules have an `__import__` of their own.

The limits: `importlib.import_module("helper")` inside a function finds no sibling; another thread
that imports at the very same time may meet a folder's modules.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import sys
import threading
from functools import partial
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import CodeType, ModuleType

__all__ = ["FolderModules"]

#: `sys.modules` is the process's: one at a time may stand in it.
_LOCK = threading.RLock()


class FolderModules:
    """One import of a folder: its modules see each other, and nobody else sees them.

    They find each other by name, as on the platform, where the folder is the first entry of
    `sys.path`, and relatively, as members of a package that has no other member.
    """

    def __init__(self, folder: Path, package: str) -> None:
        self._folder = folder
        self._package = package
        self._names = {package, *_top_level_names(folder)}
        self._modules: dict[str, ModuleType] = {package: _package(package, folder)}
        self._in_place = False

    def load(self, name: str) -> ModuleType:
        """Import one of the modules; what it raises comes through."""
        with self._standing():
            return importlib.import_module(f"{self._package}.{name}")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, _target: object = None
    ) -> ModuleSpec | None:
        """The folder's module of that name; a meta path finder's method."""
        if fullname.partition(".")[0] not in self._names:
            return None
        loader: Any = partial(_FreshLoader, self._builtins())
        for entry in [str(self._folder)] if path is None else path:
            spec = FileFinder(entry, (loader, [".py"])).find_spec(fullname)
            if spec is not None:
                return spec
        return None

    def _builtins(self) -> dict[str, Any]:
        return {**vars(builtins), "__import__": self._import}

    def _import(
        self,
        name: str,
        of: Mapping[str, object] | None = None,
        within: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """The folder's `import` statement."""
        if not level and name.partition(".")[0] not in self._names:
            return builtins.__import__(name, of, within, fromlist, level)
        with self._standing():
            return builtins.__import__(name, of, within, fromlist, level)

    @contextlib.contextmanager
    def _standing(self) -> Iterator[None]:
        """The folder's modules stand in `sys.modules` inside the block."""
        with _LOCK:
            if self._in_place:
                yield
                return
            others, self._in_place = self._swap(self._modules), True
            sys.meta_path.insert(0, self)
            try:
                yield
            finally:
                sys.meta_path.remove(self)
                self._modules, self._in_place = self._swap(others), False

    def _swap(self, modules: dict[str, ModuleType]) -> dict[str, ModuleType]:
        """Put these in the place of all that have the folder's names, and return those."""
        names = [name for name in sys.modules if name.partition(".")[0] in self._names]
        there = {name: sys.modules.pop(name) for name in names}
        sys.modules.update(modules)
        return there


class _FreshLoader(SourceFileLoader):
    """Compiles the source as it is now, and writes no cache into the folder."""

    def __init__(self, names: dict[str, Any], fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._names = names

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = self._names
        super().exec_module(module)


def _top_level_names(folder: Path) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.suffix == ".py":
            yield entry.stem
        elif entry.is_dir() and any(entry.glob("*.py")):
            yield entry.name


def _package(name: str, folder: Path) -> ModuleType:
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    return module_from_spec(spec)
