"""Server: the extra `server`, and what to say where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from cloud_fake.errors import MisuseError

__all__ = ["require_extra"]

#: The packages of the extra, by the module that is imported.
_PACKAGES = {
    "h11": "h11",
    "wsproto": "wsproto",
    "python_multipart": "python-multipart",
    "tree_sitter": "tree-sitter",
    "tree_sitter_javascript": "tree-sitter-javascript",
}


def require_extra() -> None:
    """Look whether everything is there.

    Raises:
        MisuseError: it is not, and how to install it.
    """
    missing = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise MisuseError(
            f'the server needs {", ".join(missing)}: pip install "cloud-fake[server]"'
        )
