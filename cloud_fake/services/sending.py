"""What an app's data becomes on its way to code that runs elsewhere: a function, a container."""

from __future__ import annotations

from typing import Any

from cloud_fake.errors import Refusal, Thrown, texts
from cloud_fake.values.crossing import CannotCross, cross

__all__ = ["sent", "unsendable"]

_TYPE = -401003


def sent(data: object, name: str = "data") -> Any:
    """What the app gives, as JSON carries it; `name` is how error texts call it.

    Raises:
        Refusal: -401003, something in it has no such form; the text names its path.
        Thrown: it is within itself.
    """
    try:
        return cross(data)
    except (CannotCross, RecursionError) as trouble:
        raise unsendable(trouble, name) from None


def unsendable(trouble: CannotCross | RecursionError, name: str = "data") -> Refusal | Thrown:
    """What the SDK says of data that JSON cannot carry."""
    if isinstance(trouble, RecursionError):
        return Thrown(texts.CIRCULAR_JSON)
    path = ".".join([name, *reversed(trouble.path)])
    return Refusal(_TYPE, texts.wrong_type(path, texts.JSON_VALUE, trouble.what))
