"""Scenarios: making one call, as the app would, and as often as the app would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloud_fake.errors import CloudError
from cloud_fake.kernel.faults.durations import seconds_of
from cloud_fake.scenarios.judging import as_document
from cloud_fake.scenarios.variables import filled
from cloud_fake.values import ejson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloud_fake.face.fake_cloud import FakeCloud
    from cloud_fake.models.results import Snapshot
    from cloud_fake.scenarios.disk import Disk
    from cloud_fake.scenarios.steps import CallStep

__all__ = ["Caller"]


class Seen(dict[str, Any]):
    """What a watch was told so far: `events`, `docs` of the last one, `errors`."""

    def __init__(self) -> None:
        super().__init__(events=0, docs=[], errors=[])

    def tell(self, snapshot: Snapshot) -> None:
        """One more event."""
        self.update(events=self["events"] + 1, docs=list(snapshot.docs))

    def fail(self, error: CloudError) -> None:
        """The watch is over."""
        self["errors"].append(error.errMsg)


class Caller:
    """Makes the calls of a scenario.

    Args:
        cloud: who is asked.
        first: who asks where nobody is named.
        disk: where the files are found that are uploaded.
    """

    def __init__(self, cloud: FakeCloud, first: str, disk: Disk) -> None:
        self._cloud = cloud
        self._first = first
        self._disk = disk

    def make(self, step: CallStep, saved: Mapping[str, Any]) -> dict[str, Any] | CloudError:
        """The answer as a document, or the error of the last try."""
        options = self._options(step, saved)
        answer = self._ask(step, options)
        for _ in range(1, step.tries):
            if not isinstance(answer, CloudError):
                break
            self._cloud.clock.advance(seconds_of(step.pause))
            answer = self._ask(step, options)
        return answer

    def _ask(self, step: CallStep, options: dict[str, Any]) -> dict[str, Any] | CloudError:
        try:
            answer = self._cloud.dispatch(step.call, options, **self._who(step.as_))
        except CloudError as error:
            return error
        handler = options.get("onChange")
        return as_document(answer) if handler is None else handler.__self__

    def _who(self, name: str | None) -> dict[str, Any]:
        if name == "server":
            return {"server": True}
        return {"as_user": None if name == "nobody" else name or self._first}

    def _options(self, step: CallStep, saved: Mapping[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = ejson.decode(filled(step.with_, saved))
        if step.call == "storage.upload":
            return self._with_content(options, on_server=step.as_ == "server")
        if step.call.startswith("watch."):
            seen = Seen()
            return options | {"onChange": seen.tell, "onError": seen.fail}
        return options

    def _with_content(self, options: dict[str, Any], *, on_server: bool) -> dict[str, Any]:
        """An upload's options, with the content that its `text` or its `filePath` stands for."""
        if "text" in options:
            local = self._disk.write(options.pop("text"))
        elif "filePath" in options:
            local = self._disk.find(options.pop("filePath"))
        else:
            return options
        return options | ({"fileContent": local.read_bytes()} if on_server else {"filePath": local})
