"""Interception: a library's request to ours, and our reply to the library's."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cloud_fake.server.messages import Reply, Request, Unanswered

if TYPE_CHECKING:
    import httpx
    import requests

    from cloud_fake.server.application import Application

__all__ = ["httpx_handle", "httpx_handle_async", "requests_send"]

Choose = Callable[[str], "Application | None"]


# --- requests ------------------------------------------------------------------------------------


def requests_send(original: Callable[..., Any], choose: Choose) -> Callable[..., Any]:
    """`HTTPAdapter.send`, for calls to the platform."""

    def send(
        adapter: requests.adapters.HTTPAdapter,
        request: requests.PreparedRequest,
        *arguments: Any,
        **options: Any,
    ) -> Any:
        application = choose(request.url or "")
        if application is None:
            return original(adapter, request, *arguments, **options)
        return _requests_response(adapter, request, application)

    return send


def _requests_response(
    adapter: requests.adapters.HTTPAdapter,
    request: requests.PreparedRequest,
    application: Application,
) -> requests.Response:
    from requests.exceptions import ConnectionError as Broken
    from urllib3 import HTTPResponse

    body = _bytes_of(request.body)
    try:
        reply = application.answer(_request(request.method, request.url, request.headers, body))
    except Unanswered as lost:
        raise Broken(str(lost), request=request) from None
    raw = HTTPResponse(
        body=io.BytesIO(_sent(reply, request.method)),
        headers=dict(reply.headers),
        status=reply.status,
        preload_content=False,
        request_method=request.method,
    )
    return adapter.build_response(request, raw)


def _bytes_of(body: Any) -> bytes:
    """A body as requests takes it: a text, bytes, a file, or pieces."""
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, (bytes, bytearray)) else b"".join(map(_bytes_of, body))


# --- httpx ---------------------------------------------------------------------------------------


def httpx_handle(original: Callable[..., Any], choose: Choose) -> Callable[..., Any]:
    """`HTTPTransport.handle_request`, for calls to the platform."""

    def handle_request(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        application = choose(str(request.url))
        if application is None:
            response: httpx.Response = original(transport, request)
            return response
        return _httpx_response(request, request.read(), application)

    return handle_request


def httpx_handle_async(original: Callable[..., Any], choose: Choose) -> Callable[..., Any]:
    """`AsyncHTTPTransport.handle_async_request`, for calls to the platform.

    The cloud works in a thread of its own: what it runs may block.
    """

    async def handle_async_request(
        transport: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        application = choose(str(request.url))
        if application is None:
            response: httpx.Response = await original(transport, request)
            return response
        from anyio import to_thread

        body = await request.aread()
        return await to_thread.run_sync(_httpx_response, request, body, application)

    return handle_async_request


def _httpx_response(
    request: httpx.Request, body: bytes, application: Application
) -> httpx.Response:
    import httpx

    try:
        reply = application.answer(
            _request(request.method, str(request.url), request.headers, body)
        )
    except Unanswered as lost:
        raise httpx.ReadError(str(lost), request=request) from None
    return httpx.Response(
        reply.status, headers=dict(reply.headers), content=_sent(reply, request.method)
    )


# --- both ----------------------------------------------------------------------------------------


def _request(method: str | None, url: str | None, headers: Any, body: bytes) -> Request:
    given: Iterable[tuple[str, Any]] = headers.items()
    names = {name.lower(): _text(value) for name, value in given}
    return Request(method or "GET", url or "", names, body)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _sent(reply: Reply, method: str | None) -> bytes:
    return b"" if method == "HEAD" else reply.body
