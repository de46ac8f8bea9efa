"""The rules that tests want most, in one call each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Never

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.spelling import near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cloud_fake.kernel.faults.durations import Duration
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.kernel.timeline import Call

__all__ = ["Shortcuts", "check_options"]

_MATCH = ("where", "caller", "inside", "unless", "when", "optional", "ttl")


def check_options(given: Iterable[str], *, also: tuple[str, ...] = ()) -> None:
    """Refuse what is no keyword of `Faults.on`.

    Raises:
        MisuseError: with the nearest one.
    """
    for word in given:
        if word not in _MATCH:
            raise MisuseError(f"a rule has no option {word!r}{near(word, (*_MATCH, *also))}")


class Shortcuts:
    """Each makes a rule, and answers the handle to it."""

    def on(
        self,
        pattern: str | Mapping[str, str],
        *,
        where: Any = None,
        caller: str | None = None,
        inside: str | None = None,
        unless: str | None = None,
        when: Callable[[Call], object] | None = None,
        optional: bool = False,
        ttl: Duration | None = None,
        **unknown: Never,
    ) -> Rule:
        """A rule about some calls, to be given its effect and its conditions."""
        raise NotImplementedError

    # --- outcome, time, delivery ------------------------------------------------------------------

    def fail(
        self,
        pattern: str,
        *,
        code: int | str = -501001,
        message: str | None = None,
        times: int | None = None,
        **match: Any,
    ) -> Rule:
        """The backend refuses with a code (or a preset: `network`, `timeout`, `permission` …)."""
        return self._simple(pattern, lambda rule: rule.fail(code, message), times, match)

    def delay(
        self, pattern: str, *, seconds: float, times: int | None = None, **match: Any
    ) -> Rule:
        """The request takes `seconds` of the cloud's time longer to arrive."""
        return self._simple(pattern, lambda rule: rule.delay(seconds), times, match)

    def lose_reply(self, pattern: str, *, times: int | None = None, **match: Any) -> Rule:
        """The operation is done, the write stands, and the answer never comes."""
        return self._simple(pattern, lambda rule: rule.lost_reply(), times, match)

    def _simple(
        self,
        pattern: str,
        build: Callable[[Rule], Rule],
        times: int | None,
        match: dict[str, Any],
    ) -> Rule:
        check_options(match, also=("times",))
        if times is None:
            return self._made(pattern, build, match)
        return self._made(pattern, lambda rule: build(rule).times(times), match)

    def _made(self, pattern: str, build: Callable[[Rule], Rule], match: dict[str, Any]) -> Rule:
        """A rule with all that it says, or, where that does not fit together, none."""
        rule = self.on(pattern, **match)
        try:
            return build(rule)
        except MisuseError:
            rule.withdraw()
            raise

    # --- availability -----------------------------------------------------------------------------

    def offline(self, device: str | None = None, **match: Any) -> Rule:
        """A user's device, or every one, has no network: until stopped, or inside a `with`."""
        return self._made("*", lambda rule: rule.offline(), {"caller": device, **match})

    def outage(self, service: str, for_: Duration | None = None, **match: Any) -> Rule:
        """A service (`database`, `storage`, `function` …) is down, for good or for so long."""
        if for_ is None:
            return self._made(f"{service}.*", lambda rule: rule.outage(), match)
        return self._made(f"{service}.*", lambda rule: rule.outage().for_(for_), match)

    def partition(
        self,
        device: str,
        services: Iterable[str] = ("*",),
        direction: str = "both",
        **match: Any,
    ) -> Rule:
        """One user is cut off from some services: `up` loses requests, `down` answers."""
        if isinstance(services, str):
            raise MisuseError(f"services is a list of names; did you mean [{services!r}]?")
        pattern = "|".join("*" if service == "*" else f"{service}.*" for service in services)
        whose = {"caller": device, **match}
        return self._made(pattern, lambda rule: rule.partition(direction), whose)

    def jam(self, pattern: str = "*", **match: Any) -> Rule:
        """Requests are kept in the network and arrive in order when it is over, or at `heal()`."""
        return self._made(pattern, lambda rule: rule.jam(), match)

    # --- clocks of devices ------------------------------------------------------------------------

    def skew(self, device: str, delta: timedelta | None = None, /, **units: float) -> Rule:
        """A user's device is ahead of the cloud: `skew("o-bob", minutes=7)`; behind it, if below 0.

        It shows in `cloud.as_user("o-bob").device_clock`.
        """
        if delta is not None and (units or not isinstance(delta, timedelta)):
            raise MisuseError(f"skew() takes a timedelta, or the keywords of one, not {delta!r}")
        try:
            ahead = timedelta(**units) if delta is None else delta
        except (TypeError, OverflowError) as error:
            raise MisuseError(f"skew() takes the keywords of timedelta: {error}") from None
        seconds = ahead.total_seconds()
        return self._made(f"device.{device}", lambda rule: rule.skew(seconds), {})

    def drift(self, device: str, *, rate: float) -> Rule:
        """The clock of a user's device runs `rate` times as fast as the cloud's from now on."""
        return self._made(f"device.{device}", lambda rule: rule.drift(rate), {})
