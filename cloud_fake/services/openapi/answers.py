"""What a test's function answers, as the server SDK hands it on, and how it words a failure.

Source: wx-server-sdk 4.0.2, run against answers of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError, Failure, MisuseError, codes, sdk_error, texts
from cloud_fake.services.openapi.cases import to_camel
from cloud_fake.values.crossing import CannotCross, cross

if TYPE_CHECKING:
    from cloud_fake.kernel.timeline import Call

__all__ = ["content_of", "crossed", "word_system"]

#: What a bare `bytes` answer is: WeChat's picture APIs (`wxacode.get`) answer JPEG.
PICTURE = "image/jpeg"


def content_of(answer: Any, *, convert: bool) -> dict[str, Any]:
    """A JSON answer without `errcode` and `errmsg`, or `{contentType, buffer}` of a binary one.

    Raises:
        Failure: the answer's `errcode` says so.
        MisuseError: no open API answers that.
    """
    if isinstance(answer, (bytes, bytearray)):
        return {"contentType": PICTURE, "buffer": bytes(answer)}
    if isinstance(answer, str):
        return {"result": answer}
    if not isinstance(answer, Mapping | None):
        raise MisuseError(f"an open API answers an object, a text or bytes, not {answer!r}")
    fields = dict(answer or {})
    if isinstance(fields.get("buffer"), (bytes, bytearray)):
        return fields
    number, text = fields.pop("errcode", 0), fields.pop("errmsg", "undefined")
    if number:
        raise Failure(codes.Code.numbered(number), str(text))
    kept = crossed(fields)
    return to_camel(kept) if convert else kept  # type: ignore[no-any-return]  # an object stays one


def crossed(value: Any) -> Any:
    """What a test's function answers, as JSON carries it.

    Raises:
        MisuseError: it has no such form.
    """
    try:
        return cross(value)
    except CannotCross as misfit:
        raise MisuseError(str(misfit)) from None
    except RecursionError:
        raise MisuseError(texts.CIRCULAR_JSON) from None


# --- failures ------------------------------------------------------------------------------------


def word_system(failure: Failure, call: Call) -> CloudError:
    """S1, also from the server: WeChat's own codes, its system's (-6...), or the cloud's (-5...).

    A system's failure is a number and nothing else, so no text comes with it.
    """
    code = failure.code.server
    if code > 0:
        return sdk_error(code, f"{call.api}:fail {failure.text}")
    if code <= codes.WECHAT:
        return sdk_error(code, texts.wechat_failed(code))
    return sdk_error(code, f"{call.target or call.api}:fail {failure.text}")
