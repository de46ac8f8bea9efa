"""What an operation is: one thing the cloud can be asked, told to the gate as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import (
    CloudError,
    Failure,
    QueryError,
    Refusal,
    Thrown,
    sdk_error,
    texts,
    wrapped_object,
    wrapped_text,
)
from cloud_fake.values.keeping import Packed, kept
from cloud_fake.values.kinds import MISSING, js_type

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.work import Work
    from cloud_fake.models.environment import EnvName
    from cloud_fake.models.parameters import Parameters
    from cloud_fake.models.selection import Selection

__all__ = ["Asking", "Operation", "no_options", "parsed", "word_failure", "word_plainly"]

P = TypeVar("P", bound="Parameters")


class Asking:
    """A call before it leaves the SDK: who asks, with which options, about which records.

    Attributes:
        call: its line on the timeline.
        session: who asks.
        options: what the caller gave, which need not be an object; MISSING if nothing was given.
        env: the environment that this one call names, once its options have been parsed.
    """

    __slots__ = ("call", "env", "options", "session")

    env: EnvName | None

    def __init__(self, call: Call) -> None:
        self.call = call
        self.session = call.session
        self.options = call.held
        self.env = None if call.selection is None else call.selection.env

    @property
    def api(self) -> str:
        """What the caller's SDK calls the operation."""
        return self.call.api

    @property
    def selection(self) -> Selection:
        """Which records it is about.

        Raises:
            LookupError: it is not about records.
        """
        if self.call.selection is None:
            raise LookupError(f"{self.call.name} selects no records")
        return self.call.selection

    def parse(self, model: type[P], *, keeps: bool = True) -> P:
        """The options as a model.

        Args:
            model: what they have to be.
            keeps: have the timeline keep a copy of them, which the caller cannot edit; otherwise
                whoever parses makes a `note` of what it takes in.

        Raises:
            Refusal: in the platform's words.
        """
        parameters = self._parse(model)
        if parameters.named_env is not None:
            self.env = parameters.named_env
        if keeps:
            self.keep()
        return parameters

    @property
    def plain_data(self) -> dict[str, Any] | None:
        """The option `data` where it is plainly an object, of which a model could say no more."""
        data = self.options.get("data") if type(self.options) is dict else None
        return data if type(data) is dict else None

    def keep(self) -> None:
        """Have the timeline keep a copy of the options, which the caller may edit."""
        self.call.held = kept(self.options)

    def pack(self) -> int | None:
        """The same, of options that have all crossed as JSON and so are not within themselves.

        Returns:
            How many characters their JSON text has at most, if that is known.
        """
        try:
            self.call.held = held = Packed(self.options)  # type: ignore[arg-type]  # parsed before
        except ValueError:  # something in them is not plain
            self.keep()
            return None
        return held.most

    def note(self, **taken_in: Any) -> None:
        """Have the timeline keep these in the place of those options that the caller may edit."""
        self.call.held = {**self.options, **taken_in}  # type: ignore[dict-item]  # parsed before

    def _parse(self, model: type[P]) -> P:
        if isinstance(self.options, (dict, Mapping)):  # the first is quick, and nearly always so
            return model.read(self.options)
        try:
            if self.options is MISSING:
                return model.read({})
        except Refusal:
            pass  # nothing was given where something is needed: that is what is said
        if self.session.dialect.is_server and not self.options and "." not in self.api:
            # Outside of its database the server SDK says it in words of its own.
            raise Thrown(texts.params_not_an_object(self.api, self.options), as_object=True)
        raise Refusal(-401003, texts.wrong_structure(js_type(self.options)))


def parsed(model: type[Parameters]) -> Callable[[Asking], Parameters]:
    """A `prepare` that only checks the options' shape."""
    return lambda asking: asking.parse(model)


def no_options(asking: Asking) -> None:
    """The `prepare` of a call without options of its own, which need only be an object."""
    if asking.options is not MISSING and type(asking.options) is not dict:
        from cloud_fake.models.parameters import NoParameters

        asking.parse(NoParameters)


def word_failure(failure: Failure, call: Call) -> CloudError:
    """What the database makes of a backend's refusal: S1 on the client, S3 on the server."""
    if call.session.dialect.is_client:
        return sdk_error(failure.code.client, failure.text)
    return wrapped_object(call.api, failure.code.server, failure.text)


def word_plainly(failure: Failure, call: Call) -> CloudError:
    """What the other APIs make of it: S1 on the client, S2 on the server.

    The layer below wx-server-sdk 4.0.2 throws a plain error there, whose code is dropped (run).
    """
    if call.session.dialect.is_client:
        return sdk_error(failure.code.client, failure.text)
    return wrapped_text(call.api, failure.text, code=failure.code.server)


@dataclass(frozen=True, eq=False)
class Operation:
    """One thing the cloud can be asked.

    `prepare` is the SDK's part: it checks and copies the options and refuses what the SDK refuses.
    `run` is the backend's: it gets the work at hand and what `prepare` made. It is a plain
    function, run as one atomic step under the world's lock, or, with `flow=True`, one that makes
    its own steps with `work.atomic`, because user code runs in its middle, and answers a course.
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
    #: Makes the caller's own copy of an answer that holds what is stored.
    present: Callable[[Any], Any] | None = None
    #: Makes what the timeline keeps of an answer that the caller may edit.
    keep: Callable[[Any], Any] = kept
    #: What the backend makes of an error of the query engine.
    explain: Callable[[QueryError], Failure] | None = None

    @cached_property
    def success(self) -> str | None:
        """`errMsg` of success where it is the same for every caller's SDK and whatever target."""
        if self.ok is not None or "." not in self.api or "{" in self.api:
            return self.ok
        return f"{self.api}:ok"

    def target(self, options: object) -> str:
        """What a call is about, if it is not about records: a function, a file."""
        value = options.get(self.about, "") if isinstance(options, (dict, Mapping)) else ""
        return value if isinstance(value, str) else ""
