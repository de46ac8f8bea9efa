"""Scenarios: what may happen, one step at a time."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from cloud_fake.errors import MisuseError
from cloud_fake.face.dispatch import find_operation
from cloud_fake.scenarios.expectations import Expectation  # noqa: TC001 - pydantic looks at it
from cloud_fake.scenarios.parts import Duration, Name, Part, kind_by

__all__ = [
    "AdvanceStep",
    "CallStep",
    "ExpectStep",
    "FaultStep",
    "HealStep",
    "IdleStep",
    "StateStep",
    "Step",
    "TimedStep",
]


def _check_call(name: str) -> str:
    try:
        find_operation(name)
    except MisuseError as error:
        raise PydanticCustomError("operation", "{text}", {"text": str(error)}) from None
    return name


class TimedStep(Part):
    """Base of all steps."""

    at: Duration | None = None
    """When: since the start. Right after the step before, if left out or if that is past."""


class CallStep(TimedStep):
    """Somebody asks the cloud something."""

    as_: str | None = Field(default=None, alias="as")
    """Who: one of the users, `nobody` (not signed in), or `server`; the first user if left out."""
    call: Annotated[str, AfterValidator(_check_call)]
    """The operation's canonical name: `database.todos.add`, `storage.upload`, `function.pay`."""
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    """Its options; for records also doc, where, orderBy, skip, limit, field, stages."""
    expect: Literal["ok", "either"] | dict[str, Any] = "ok"
    """`ok`, `either` (an error will do as well), or a condition on the answer, as of `where`."""
    error: int | str | None = None
    """It must fail: with this code, with an error that has this text in it, or with `any`."""
    save: Name | None = None
    """Keep the answer under this name, for `${name.path}` in later steps."""
    tries: int = Field(default=1, ge=1)
    """How often it is tried until it is answered, as an app does that retries."""
    pause: Duration = 0
    """How long between two tries."""

    @model_validator(mode="after")
    def _one_outcome(self) -> CallStep:
        if self.error is not None and self.expect != "ok":
            raise PydanticCustomError("call", "a call is expected to answer or to fail, not both")
        return self


class FaultStep(TimedStep):
    """Something is wrong from now on."""

    fault: str
    """A rule, "function.pay: lost_reply once", a preset, "subway", expire_now or close_watches."""
    device: str | None = None
    """Whose device it is about; everybody's if left out. A rule's text says it by `caller`."""
    for_: Duration | None = Field(default=None, alias="for")
    """How long; until `heal` if left out."""

    @model_validator(mode="after")
    def _device_of_a_preset(self) -> FaultStep:
        if self.device is not None and ":" in self.fault:
            text = "a rule says in its text whose device it is about: 'caller o-bob'"
            raise PydanticCustomError("fault", "{text}", {"text": text})
        return self


class HealStep(TimedStep):
    """Every fault is over, and what was jammed in the network arrives."""

    heal: Literal[True] | None
    """`heal: true`, or simply the word `heal` as a step."""


class IdleStep(TimedStep):
    """Time passes until nothing is due any more."""

    idle: Literal[True] | Duration | None
    """`idle: true`: for an hour at most, as timers never end; or so long at most."""


class StateStep(TimedStep):
    """The world is in another state, for rules that strike `while_state`."""

    state: str | None
    """Its name; null: in none."""


class AdvanceStep(TimedStep):
    """Time passes."""

    advance: Duration
    """How long."""


class ExpectStep(TimedStep):
    """Something must be so."""

    expect: Expectation | list[Expectation]
    """One expectation, or several."""


Step: TypeAlias = Annotated[
    Annotated[Literal["heal", "idle"], Tag("str")]
    | Annotated[CallStep, Tag("CallStep")]
    | Annotated[FaultStep, Tag("FaultStep")]
    | Annotated[HealStep, Tag("HealStep")]
    | Annotated[IdleStep, Tag("IdleStep")]
    | Annotated[StateStep, Tag("StateStep")]
    | Annotated[AdvanceStep, Tag("AdvanceStep")]
    | Annotated[ExpectStep, Tag("ExpectStep")],
    Discriminator(
        kind_by(
            call="CallStep",
            fault="FaultStep",
            heal="HealStep",
            idle="IdleStep",
            state="StateStep",
            advance="AdvanceStep",
            expect="ExpectStep",
        ),
        custom_error_type="step",
        custom_error_message="a step says one of call, fault, heal, idle, state, advance, expect",
    ),
]
