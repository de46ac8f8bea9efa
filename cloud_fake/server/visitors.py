"""Server: who a request is from, and the tokens that say so.

A token is a JSON Web Token that this world has signed: `sub` is the user, empty for a back end. So
nothing has to be remembered, and it expires by the cloud's clock. A session that runs elsewhere (a
function's own process) is enrolled under a token of its own.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cloud_fake.kernel.session import SERVICES, Identity, Session
from cloud_fake.models.dialect import ADMIN, OPEN_API, WEB, Dialect
from cloud_fake.values.dates import to_millis

if TYPE_CHECKING:
    from cloud_fake.kernel.world import World

__all__ = ["Claims", "Visitors"]

_HEADER = {"alg": "HS256", "typ": "JWT"}


class Claims(NamedTuple):
    """What a token of this world says; `is_over` by the cloud's clock."""

    openid: str | None
    is_over: bool
    more: dict[str, Any]


class Visitors:
    """The sessions of those who come over HTTP."""

    def __init__(self, world: World) -> None:
        self.world = world
        #: Sessions that run elsewhere, by their tokens.
        self.enrolled: dict[str, Session] = {}
        #: Nobody's sessions of back ends, by their environment; of those that there are.
        self._back_ends: dict[str | None, Session] = {}
        #: WeChat's access tokens: the stable one, and those that were ended before their time.
        self.stable_token = ""
        self.revoked: set[str] = set()
        #: What became of imports and exports, by number.
        self.jobs: dict[int, dict[str, Any]] = {}

    def note_job(self, outcome: dict[str, Any]) -> int:
        """Remember what became of a job; its number."""
        with self.world.lock:
            number = 100001 + len(self.jobs)
            self.jobs[number] = outcome
        return number

    # --- sessions ---------------------------------------------------------------------------------

    def admin(self, env: str | None, token: str = "") -> Session:
        """A back end's: of whoever is enrolled under the token, or nobody's."""
        enrolled = self.enrolled.get(token)
        if enrolled is None:
            return self._back_ends.get(env) or self._back_end(env)
        return replace(enrolled, dialect=ADMIN, envs=self._envs(env or enrolled.current_env))

    def _back_end(self, env: str | None) -> Session:
        session = self._session(ADMIN, None, env, "scf")
        if env is None or env in self.world.envs:
            self._back_ends[env] = session
        return session

    def web(self, env: str | None, openid: str | None) -> Session:
        """A page's, for a user; None is nobody who is signed in."""
        return self._session(WEB, openid, env, "web_client")

    def page(self, env: str | None, token: str) -> Session:
        """A page's, by its access token; nobody's where that is none, or over.

        A back end's API key comes the same way.
        """
        claims = self.read(token, "access")
        if claims is None or claims.is_over:
            return self.web(env, None)
        if claims.more.get("admin"):
            return self.admin(env)
        return self.web(env or claims.more.get("env"), claims.openid)

    def open_api(self, env: str | None) -> Session:
        """Of WeChat's open API."""
        return self._session(OPEN_API, None, env, "http")

    def enroll(self, session: Session) -> str:
        """A token under which `session` goes on beyond the wire, with a function's rights."""
        token = "fn-" + self.draw("enrolled session")
        self.enrolled[token] = session
        return token

    def dismiss(self, token: str) -> None:
        """Forget an enrolled session."""
        self.enrolled.pop(token, None)

    def _session(
        self, dialect: Dialect, openid: str | None, env: str | None, source: str
    ) -> Session:
        identity = Identity(openid, self.world.settings.appid)
        return Session(identity, dialect, self._envs(env), source=source)

    def _envs(self, env: str | None) -> dict[str, str | None]:
        if env:
            self.world.settle([env])
        return dict.fromkeys(SERVICES, env or None)

    def user_of_device(self, device: str) -> str:
        """The anonymous user of a device, who stays the same."""
        return f"anon-{self.world.ids.sign(f'device:{_printable(device)}')[:24]}"

    # --- tokens -----------------------------------------------------------------------------------

    def draw(self, purpose: str) -> str:
        """An id of the world's; requests come in many threads."""
        with self.world.lock:
            return self.world.ids.next_uuid(purpose)

    def issue(self, purpose: str, openid: str | None, seconds: int, **more: Any) -> str:
        """A token for `purpose`, good for so many seconds.

        Args:
            purpose: what it may be shown for (`access`, `refresh`, `watch` …).
            openid: whose it is; None for a back end's.
            seconds: how long, by the cloud's clock.
            **more: further claims, for the SDK to read.
        """
        now = self.seconds()
        claims = {"sub": openid or "", "aud": purpose, "iat": now, "exp": now + seconds, **more}
        signed = f"{_packed(_HEADER)}.{_packed(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def read(self, token: str, purpose: str) -> Claims | None:
        """What a token says; None if this world has not issued it for that."""
        signed, _, signature = token.rpartition(".")
        ours = self._signature(signed)
        if not hmac.compare_digest(_printable(signature).encode(), ours.encode()):
            return None
        claims = json.loads(_unpacked(signed.partition(".")[2]))
        if claims["aud"] != purpose:
            return None
        return Claims(claims["sub"] or None, claims["exp"] <= self.seconds(), claims)

    def _signature(self, signed: str) -> str:
        return _encoded(self.world.ids.sign(f"token:{_printable(signed)}").encode())

    def seconds(self) -> int:
        """The cloud's time, in whole seconds since 1970."""
        return to_millis(self.world.clock.now()) // 1000


def _printable(text: str) -> str:
    """What a header holds need not be text at all."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def _packed(value: dict[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
