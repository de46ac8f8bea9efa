"""`cloud.database()`: the way to collections, commands, geo values and the server's date."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, Never, TypeVar

from cloud_fake.errors import CloudError, Refusal, texts
from cloud_fake.face.db.collection import Collection
from cloud_fake.face.keywords import config_of
from cloud_fake.face.modes import Face, ModeT
from cloud_fake.models.commands import Command
from cloud_fake.models.selection import Selection
from cloud_fake.values import geo
from cloud_fake.values.kinds import MISSING, js_type
from cloud_fake.values.regex import Regex
from cloud_fake.values.server_dates import ServerDate

if TYPE_CHECKING:
    from cloud_fake.face.db.aggregation import PipelineBuilder
    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["Database", "check_name"]

_TYPE = -401003

C = TypeVar("C", bound=Collection[Any])


class Database(Face[ModeT]):
    """The database of one environment.

    Attributes:
        Geo: the constructors of geo values.
    """

    Geo = geo.Geo
    _command: Command | None = None

    def __init__(self, world: World, session: Session, *, env: str | None, awaited: bool) -> None:
        self._world = world
        self._session = session
        self._env = env
        self._awaited = awaited

    @property
    def command(self) -> Command:
        """`_`, the query and update commands; `command.aggregate` builds expressions."""
        if self._command is None:
            self._command = Command(pipeline=self._pipeline)
        return self._command

    @staticmethod
    def _pipeline() -> PipelineBuilder:
        """What `command.aggregate.pipeline()` begins."""
        from cloud_fake.face.db.aggregation import PipelineBuilder

        return PipelineBuilder()

    @property
    def config(self) -> dict[str, Any]:
        """What `database()` was given."""
        return {} if self._env is None else {"env": self._env}

    def collection(self, name: str) -> Collection[ModeT]:
        """The collection of that name; whether it exists shows when it is used.

        Raises:
            CloudError: -401003, there is no name (thrown, not rejected).
        """
        if not name:
            raise self._refusal(texts.COLLECTION_NAME_MISSING)
        return self._collection(Collection, name)

    def _collection(self, face: type[C], name: str) -> C:
        check_name(self._session, name)
        made = face(self._world, self._session, self._selection_of(name), awaited=self._awaited)
        made.database = self
        return made

    def _selection_of(self, name: str) -> Selection:
        return Selection(env=self._env, collection=name)

    def serverDate(
        self,
        options: Mapping[str, Any] | None = None,
        /,
        *,
        offset: float | None = None,
        **unknown: Never,
    ) -> ServerDate:
        """The server's time when it handles the call, plus `offset` milliseconds."""
        if options is not None and not isinstance(options, Mapping):
            raise self._refusal(texts.server_date_options(js_type(options)))
        keywords = {"offset": offset}
        given = config_of(self._session.dialect, "serverDate", options, keywords, unknown)
        shift = given.get("offset")
        if type(shift) not in (int, float, NoneType):
            text = texts.wrong_type("serverDate.options.offset", "number", js_type(shift))
            raise self._refusal(text)
        return ServerDate(_milliseconds(shift))

    def RegExp(  # the platform's name
        self,
        config: Mapping[str, Any] | None = None,
        /,
        *,
        regexp: str | None = None,
        options: str | None = None,
        **unknown: Never,
    ) -> Regex:
        """A regular expression: `RegExp(regexp="^a", options="i")` or `RegExp({"regexp": ...})`.

        Options: `i m s x u`. The pattern is searched, not anchored.
        """
        keywords = {"regexp": regexp, "options": options}
        given = config_of(self._session.dialect, "RegExp", config, keywords, unknown)
        pattern, letters = given.get("regexp", MISSING), given.get("options") or ""
        if config is None and pattern is None:
            pattern = MISSING
        if not isinstance(pattern, str):
            raise self._refusal(texts.regexp_missing(js_type(pattern)))
        if not isinstance(letters, str) or Regex.unknown_options(letters):
            raise self._refusal(texts.regexp_options(str(letters)))
        return Regex(pattern, "".join(sorted(set(letters))))

    def _refusal(self, text: str) -> CloudError:
        return self._session.dialect.refuse(Refusal(_TYPE, text))


def check_name(session: Session, name: object) -> None:
    """Refuse what is no collection's name, though it be one to JavaScript.

    Raises:
        CloudError: -401003; as the SDK words it.
    """
    if not isinstance(name, str):
        text = texts.wrong_type("collectionName", "string", js_type(name))
        raise session.dialect.refuse(Refusal(_TYPE, text))


def _milliseconds(offset: float | None) -> int:
    if offset is None or (isinstance(offset, float) and not math.isfinite(offset)):
        return 0  # JSON has no NaN and no infinity: they arrive as null
    return int(offset)
