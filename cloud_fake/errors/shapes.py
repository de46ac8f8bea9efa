"""The three forms in which the platform's SDKs word a failure.

| form | when | `errCode` | `errMsg` |
|---|---|---|---|
| S1 | the client's own checks, and what the backend refuses in database and storage | the code | the raw text |
| S2 | a plain error or string was thrown inside the API | -1 | `<api>:fail <text>` |
| S3 | an object with code and text was thrown inside the API | the code | `<api>:fail <code> <DESC>. <text>` |

Source: base library 2.30.3 (all three), wx-server-sdk 4.0.2 (S2, S3; S1 for its own checks, with
-1 and the words `unknown error`).
"""  # noqa: E501 - a table

from __future__ import annotations

from cloud_fake.errors.codes import INVALID_PARAM, describe
from cloud_fake.errors.exceptions import CloudError, Failure, Refusal, Thrown

__all__ = ["as_answered", "plain_error", "sdk_error", "wrapped_object", "wrapped_text"]


def as_answered(trouble: Failure | Refusal | Thrown) -> CloudError:
    """In no form yet: the name of a code and a text, for an SDK beyond a wire to word.

    What was thrown has no name: no answer comes at all.
    """
    if isinstance(trouble, Thrown):
        return CloudError(-1, trouble.text)
    code = trouble.code if isinstance(trouble, Failure) else INVALID_PARAM
    error = CloudError(code.client, trouble.text)
    error.name = code.name.strip()
    return error


def plain_error(text: str) -> CloudError:
    """What the server SDK's builders throw: JavaScript's own Error, in none of the three forms."""
    return CloudError(-1, text)


def sdk_error(code: int, text: str, *, words: str | None = None) -> CloudError:
    """S1: `errCode: <code> <DESC> | errMsg: <text>`; a code without words leaves two blanks."""
    words = describe(code) if words is None else words
    return CloudError(code, text, message=f"errCode: {code} {words} | errMsg: {text}")


def wrapped_text(api: str, text: str, *, code: int | None = None) -> CloudError:
    """S2: `errCode` -1 and `<api>:fail <text>`; `code` is what the text is about, for tests."""
    return CloudError(-1, f"{api}:fail {text}", code=code)


def wrapped_object(api: str, code: int | None, text: str) -> CloudError:
    """S3: `<api>:fail <code> <DESC>. <text>`; no code prints `undefined`, as JavaScript does."""
    if code is None:
        return CloudError(-1, f"{api}:fail undefined . {text}")
    return CloudError(code, f"{api}:fail {code} {describe(code)}. {text}")
