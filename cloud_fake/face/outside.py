"""What answers for those outside, as methods of `FakeCloud`: WeChat's servers, AI models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.values.kinds import MISSING, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloud_fake.kernel.session import Session
    from cloud_fake.kernel.world import World

__all__ = ["Outside"]

H = TypeVar("H", bound="Callable[..., Any]")


class Outside:
    """Python functions that answer for outsiders. They stay registered over a `reset()`."""

    _world: World
    _session: Session

    def open_data(
        self, cloud_id: str, data: Mapping[str, Any], *, openid: str | Missing | None = MISSING
    ) -> str:
        """Say what a CloudID stands for, from now on and for five minutes; returns the id.

        Args:
            cloud_id: what the app hands to `CloudID(...)`.
            data: the open data, without its watermark.
            openid: whose it is; the default user's if left out.
        """
        from cloud_fake.services.identity import cloud_ids

        owner = self._session.identity.openid if openid is MISSING else openid
        cloud_ids.issue(self._world, cloud_id, data, owner)
        return cloud_id

    def open_api(self, name: str) -> Callable[[H], H]:
        """Let the decorated `answer(data)`, plain or async, be one of WeChat's open APIs.

        It is asked in WeChat's own spelling (`template_id`) and answers in it: an object (with
        `errcode` and `errmsg` if it fails), a text, or bytes for a picture.

        Args:
            name: `templateMessage.send` for `openapi.templateMessage.send`, `cloudPay.unifiedOrder`
                for `cloudPay.unifiedOrder`.
        """
        return self._answering("openapi", name, lambda answer: answer)

    def ai_model(self, name: str) -> Callable[[H], H]:
        """Let the decorated `answer(data)` be an AI model: a text, or texts one by one."""
        return self._answering("model", name, lambda answer: answer)

    def ai_bot(self, bot_id: str, **info: Any) -> Callable[[H], H]:
        """Let the decorated `answer(data)` be a bot; `info` is what `bot.get` says of it."""
        from cloud_fake.services.ai.answering import Bot

        return self._answering("bot", bot_id, lambda answer: Bot(answer, info))

    def _answering(self, kind: str, name: str, made: Callable[[H], Any]) -> Callable[[H], H]:
        def register(answer: H) -> H:
            self._world.answers[kind, name] = made(answer)
            return answer

        return register
