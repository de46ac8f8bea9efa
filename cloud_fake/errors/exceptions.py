"""The exception classes. The tree is drawn in the package's docstring."""

from __future__ import annotations

from functools import partial

from cloud_fake.errors.codes import Code, describe

__all__ = [
    "CheckFailed",
    "CloudError",
    "Failure",
    "MisuseError",
    "NotSupportedByFake",
    "QueryError",
    "Refusal",
    "Thrown",
]


class CheckFailed(AssertionError):  # noqa: N818 - a check fails, as an assertion does
    """What a test said must be so is not: see `cloud.always` and `cloud.eventually`."""


class CloudError(Exception):
    """What `Taro.cloud` (or `wx-server-sdk`) rejects with.

    Attributes:
        errCode: as the SDK gives it: the code, or -1 where the SDK hides it in the text.
        errMsg: as the SDK gives it.
        message: the JavaScript error's `message`; `str()` is what `String(err)` prints.
        code: for tests, not in the platform: the code that the text names, so nobody parses it.
        name: for tests: the backend's own name, `DATABASE_TRANSACTION_CONFLICT`, if it has one.
        reason: what `rollback(reason)` of a transaction was given, where it is no exception.
        requestID: only on those failures where the platform gives one.
    """

    def __init__(
        self,
        errCode: int,  # noqa: N803 - the platform's own name
        errMsg: str,  # noqa: N803
        *,
        message: str | None = None,
        code: int | None = None,
        requestID: str | None = None,  # noqa: N803
    ) -> None:
        self.errCode = errCode
        self.errMsg = errMsg
        self.message = errMsg if message is None else message
        self.code = errCode if code is None else code
        self.requestID = requestID
        self.name: str | None = None
        self.reason: object = None
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"Error: {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        # Copies and pickles know only positional arguments; what was added later is put back.
        made = partial(CloudError, message=self.message)
        return made, (self.errCode, self.errMsg), self.__dict__


class MisuseError(Exception):
    """A mistake in the test or in how the fake is steered; never raised by the app's side."""


class NotSupportedByFake(NotImplementedError):  # noqa: N818 - a public, fixed name
    """The real platform does this; the fake does not, and says so rather than answer wrongly."""


class Failure(Exception):  # noqa: N818 - not yet an error: an SDK still has to word it
    """What the backend answers when it cannot. The gate lets the caller's SDK word it."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Thrown(Exception):  # noqa: N818 - as Failure
    """A plain error thrown inside an API (S2), or, with `as_object`, an object without a code (S3).

    `code` is what it is about, for tests; the SDK shows -1.
    """

    def __init__(self, text: str, *, code: int | None = None, as_object: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.as_object = as_object


class Refusal(CloudError):  # noqa: N818 - the SDK's own word for it is "error"
    """What an SDK refuses before it asks anybody; `code` is the client's number for it.

    Inside a call the gate words it as the caller's SDK does; thrown by a builder (`where`, `_.in_`)
    it reaches the app as it is, in the client's form.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text, message=f"errCode: {code} {describe(code)} | errMsg: {text}")
        self.text = text


class QueryError(Exception):
    """The database engine refuses a query, an update or a pipeline, with MongoDB's code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    @property
    def is_unknown_operator(self) -> bool:
        """Whether it names an operator or a stage that does not exist, rather than a bad value."""
        return self.code in _UNKNOWN_NAME or self.text.lower().startswith("unknown ")


#: MongoDB's InvalidPipelineOperator and "Unrecognized pipeline stage name".
_UNKNOWN_NAME = frozenset({168, 40324})
