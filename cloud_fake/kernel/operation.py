"""What an operation is: one thing the cloud can be asked, told to the gate as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import CloudError, Failure, Refusal, sdk_error, texts, wrapped_object
from cloud_fake.models.parameters import Configured, NoParameters, Parameters, parse
from cloud_fake.values.kinds import MISSING, js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.gate import Work
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.models.selection import Selection

__all__ = ["Asking", "Operation", "no_options", "parsed", "word_failure"]

P = TypeVar("P", bound=Parameters)


class Asking:
    """A call before it leaves the SDK: who asks, with which options, about which records.

    `options` is what the caller gave, which need not be an object; MISSING if nothing was given.
    `env` is the environment this one call names, once its options have been parsed.
    """

    __slots__ = ("_selection", "env", "options", "session")

    def __init__(self, session: Session, options: object, selection: Selection | None) -> None:
        self.session = session
        self.options = options
        self._selection = selection
        self.env = selection.env if selection is not None else None

    @property
    def selection(self) -> Selection:
        """Which records it is about.

        Raises:
            LookupError: it is not about records.
        """
        if self._selection is None:
            raise LookupError("this call selects no records")
        return self._selection

    def parse(self, model: type[P]) -> P:
        """The options as a model.

        Raises:
            Refusal: in the platform's words.
        """
        parameters = self._parse(model)
        if isinstance(parameters, Configured):
            self.env = parameters.env
        return parameters

    def _parse(self, model: type[P]) -> P:
        if isinstance(self.options, Mapping):
            return parse(model, self.options)
        try:
            if self.options is MISSING:
                return parse(model, {})
        except Refusal:
            pass  # nothing was given where something is needed: that is what is said
        raise Refusal(-401003, texts.wrong_structure(js_type(self.options)))


def parsed(model: type[Parameters]) -> Callable[[Asking], Parameters]:
    """A `prepare` that only checks the options' shape."""
    return lambda asking: asking.parse(model)


def no_options(asking: Asking) -> NoParameters:
    """The `prepare` of a call without options of its own."""
    return asking.parse(NoParameters)


def word_failure(failure: Failure, call: Call) -> CloudError:
    """What most APIs make of a backend's refusal: S1 on the client, S3 on the server."""
    if call.session.dialect.is_client:
        return sdk_error(failure.code.client, failure.text)
    return wrapped_object(call.api, failure.code.server, failure.text)


@dataclass(frozen=True, eq=False)
class Operation:
    """One thing the cloud can be asked.

    `prepare` is the SDK's part: it checks and copies the options and refuses what the SDK refuses.
    `run` is the backend's: it gets the work at hand and what `prepare` made. It is a plain
    function, run as one atomic step under the world's lock, or, with `flow=True`, a generator
    function that makes its own steps with `work.atomic`, because user code runs in its middle.
    """

    #: The canonical name, what fault rules match: `database.{target}.add`, `storage.upload`.
    name: str
    #: The SDK's name for it, as its messages spell it: `collection.add`, `uploadFile`.
    api: str
    run: Callable[[Work, Any], Any]
    prepare: Callable[[Asking], Any] = no_options
    flow: bool = False
    #: Which environment of `init` it uses.
    service: str = "database"
    #: The option that says what the call is about, where the selection does not.
    about: str = ""
    #: How the caller's SDK words a backend's refusal.
    word: Callable[[Failure, Call], CloudError] = word_failure
    #: `errMsg` of success where it is not `<api>:ok` (`downloadFile:ok` on both sides).
    ok: str | None = None
    #: Called without an options object it throws at once instead of rejecting.
    throws_without_options: bool = False
    #: It moves a file, so the callback form answers with a task.
    transfers: bool = False

    def target(self, options: object, selection: Selection | None) -> str:
        """What a call is about: a collection, a function, a file."""
        if selection is not None:
            return selection.collection
        value = options.get(self.about, "") if isinstance(options, Mapping) else ""
        return value if isinstance(value, str) else ""

    def canonical(self, target: str) -> str:
        """The name with what it is about put in: `database.todos.add`."""
        return self.name.replace("{target}", target)
