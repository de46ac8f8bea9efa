"""The shape of each API's options, checked by pydantic and refused in the platform's words.

Strict: JavaScript's SDKs do not turn "5" into 5. Unknown keys of an options object are ignored, as
there; `None` is JavaScript's `null`, which an optional field takes like `undefined`. What a field
*holds* (a record's data, a function's event) is checked where it is taken in.

This is the only module of the fake itself that needs pydantic, which takes longer to load than all
the rest: so what a first test needs imports it inside its functions.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    InstanceOf,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticKnownError

from cloud_fake.errors import Refusal, texts
from cloud_fake.models.environment import CurrentEnv
from cloud_fake.values.kinds import MISSING, js_type

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from cloud_fake.models.environment import EnvName

__all__ = [
    "AddParameters",
    "CallContainerParameters",
    "CallFunctionParameters",
    "Config",
    "ConnectContainerParameters",
    "CreateCollectionParameters",
    "DataParameters",
    "DownloadFileParameters",
    "FetchParameters",
    "FileListParameters",
    "NoParameters",
    "Parameters",
    "RemoveParameters",
    "TransactionParameters",
    "UpdateParameters",
    "UploadContentParameters",
    "UploadFileParameters",
    "UploadMetadataParameters",
]

#: The default of a field that must be given: validated, and refused as `undefined`.
_GIVEN: Any = MISSING
_TYPE_ERROR = -401003


class Parameters(BaseModel):
    """Base of all options objects."""

    model_config = ConfigDict(
        strict=True,
        extra="ignore",
        frozen=True,
        arbitrary_types_allowed=True,
        validate_default=True,
        # Built when first used: importing the package pays for none of them.
        defer_build=True,
    )

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Self:
        """The options as a model.

        Raises:
            Refusal: -401003, one sentence for every failing key, joined as the SDK joins them.
        """
        try:
            # What `model_validate` calls, which takes as long again to look at its own options.
            read: Self = cls.__pydantic_validator__.validate_python(options)
        except ValidationError as error:
            raise _refused(error) from None
        return read

    @property
    def named_env(self) -> EnvName | None:
        """The environment this one call is for, if it names one."""
        return None


def _path_text(value: object) -> object:
    # Python's way to write a path; JavaScript has strings only.
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _as_list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _null_if_false(value: object) -> object:
    # What JavaScript takes for false: "", 0, NaN.
    is_nan = isinstance(value, float) and math.isnan(value)
    return None if is_nan or (isinstance(value, (str, int, float)) and not value) else value


def _refuse_missing(value: object) -> object:
    if value is MISSING:
        raise PydanticKnownError("is_instance_of", {"class": "Mapping"})
    return value


def _symbol_or_text(value: object, check: ValidatorFunctionWrapHandler) -> Any:
    return value if isinstance(value, CurrentEnv) else check(value)


#: What is no text and not the symbol is refused as no text.
GivenEnv = Annotated[str, WrapValidator(_symbol_or_text)]
#: Of whatever kind, but given: what it is called where it is not is an object.
Given = Annotated[Any, BeforeValidator(_refuse_missing)]
JsObject = InstanceOf[Mapping[str, Any]]
#: `options.data || {}`, as the base library writes it.
OptionalObject = Annotated[JsObject | None, BeforeValidator(_null_if_false)]
JsArray = Annotated[list[Any], BeforeValidator(_as_list)]
LocalPath = Annotated[str, BeforeValidator(_path_text)]
NamedEnv = GivenEnv | None


class Config(Parameters):
    """`config` of a single call: another environment than `init` named."""

    env: NamedEnv = None


class Configured(Parameters):
    """An API that takes `config`."""

    config: Config | None = None

    @property
    def named_env(self) -> EnvName | None:
        """See `Parameters`."""
        return self.config.env if self.config else None


class NoParameters(Parameters):
    """An API without options of its own."""


class CallFunctionParameters(Configured):
    """`callFunction`."""

    name: str = _GIVEN
    data: OptionalObject = None
    slow: Any = None


class UploadFileParameters(Configured):
    """`uploadFile` of the client; `filePath` is a file of this machine."""

    cloudPath: str = _GIVEN
    filePath: LocalPath = _GIVEN
    header: JsObject | None = None


class UploadContentParameters(Configured):
    """`uploadFile` of the server SDK; what `fileContent` may be is checked where it is read."""

    cloudPath: str = _GIVEN
    fileContent: Any = None


class UploadMetadataParameters(Parameters):
    """`getUploadMetadata`, which every SDK beyond a wire asks before it sends a file."""

    path: str = _GIVEN


class DownloadFileParameters(Configured):
    """`downloadFile`. `cloudPath` is in Taro's table and does nothing on the platform."""

    fileID: str = _GIVEN
    cloudPath: str | None = None


class FileListParameters(Configured):
    """`getTempFileURL` and `deleteFile`; the items are checked one by one where they are used."""

    fileList: JsArray = _GIVEN


class FetchParameters(Parameters):
    """An HTTP GET of a link."""

    url: str = _GIVEN


class CallContainerParameters(Configured):
    """`callContainer`: what `wx.request` takes, and the service's name."""

    path: str = _GIVEN
    method: str = "GET"
    header: JsObject | None = None
    data: Any = None
    dataType: str = "json"
    responseType: str = "text"
    timeout: float | None = None
    service: str | None = None
    followRedirect: bool = True
    #: Prints in the developer tools.
    verbose: Any = None


class ConnectContainerParameters(Configured):
    """`connectContainer`: what `wx.connectSocket` takes, and the service's name."""

    path: str = ""
    header: JsObject | None = None
    protocols: JsArray | None = None
    service: str | None = None
    tcpNoDelay: Any = None
    perMessageDeflate: Any = None
    timeout: float | None = None


class AddParameters(Parameters):
    """`collection.add`; the server SDK also takes a list."""

    data: Given = _GIVEN


class DataParameters(Parameters):
    """`document.set` and `document.update`."""

    data: JsObject = _GIVEN


class UpdateParameters(Parameters):
    """`collection.update`; `multi: false` stops after the first record."""

    data: JsObject = _GIVEN
    multi: bool = True


class RemoveParameters(Parameters):
    """`collection.remove`; the server SDK takes `multi: false`."""

    multi: bool = True


class CreateCollectionParameters(Parameters):
    """`createCollection` of the server SDK."""

    collectionName: str = _GIVEN


class TransactionParameters(Parameters):
    """Ending a transaction."""

    transactionId: str = _GIVEN


def _refused(error: ValidationError) -> Refusal:
    details = error.errors(include_url=False, include_context=False)
    return Refusal(_TYPE_ERROR, "".join(map(_sentence, details)))


#: pydantic's names for what was wanted, in JavaScript's.
_WANTED: dict[str, str] = {
    "bool_type": "boolean",
    "float_type": "number",
    "int_type": "number",
    "is_instance_of": "object",
    "list_type": "array",
    "model_type": "object",
    "string_type": "string",
}


def _sentence(detail: ErrorDetails) -> str:
    key = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]
    ).removeprefix(".")
    return texts.wrong_type(key, _WANTED[detail["type"]], js_type(detail["input"]))
