"""Kernel: one operation at work, on the backend's side of the gate.

A draft that raises is dropped, so every operation is atomic for free. An operation that runs user
code in its middle (`callFunction`) is a flow of its own: it holds no lock and no draft meanwhile,
and makes its atomic steps with `Work.atomic`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cloud_fake.errors import Failure, QueryError, codes, texts
from cloud_fake.state import Conflict, Draft
from cloud_fake.values.dates import to_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cloud_fake.kernel.faults.plan import Plan
    from cloud_fake.kernel.timeline import Call
    from cloud_fake.kernel.world import World
    from cloud_fake.models.selection import Selection
    from cloud_fake.models.tasks import TransferTask

__all__ = ["Work"]

R = TypeVar("R")


class Work:
    """One operation at work: what its service may see and use.

    Attributes:
        world: where it happens.
        call: its line on the timeline.
        session: who asked.
        env: the number of the environment it is in.
        plan: the faults that strike it, if any do; the gate follows most of it by itself.
        draft: the state it reads and writes; only inside an atomic step.
        selection: which records it is about.
        ended: when it was over, if it ran user code and took its time.
        kept: what the timeline keeps of its answer, if that has been made on the way.
    """

    draft: Draft
    #: Only what is about records has one.
    selection: Selection
    ended: datetime | None = None
    kept: object = None
    _failure: Failure | None = None

    def __init__(self, world: World, call: Call, env: int, plan: Plan | None) -> None:
        self.world = world
        self.call = call
        self.session = call.session
        self.env = env
        self.plan = plan
        if call.selection is not None:
            self.selection = call.selection

    @property
    def task(self) -> TransferTask | None:
        """Of a transfer in the callback form, what to report progress to."""
        return self.call.task

    @property
    def broken_items(self) -> Mapping[int, codes.Code]:
        """Which items of a list have to fail, by their position from 0, and how."""
        return {} if self.plan is None else self.plan.items

    @property
    def now_millis(self) -> int:
        """The cloud's time, in milliseconds since 1970."""
        return to_millis(self.world.clock.now())

    def atomic(self, step: Callable[..., R], *arguments: Any) -> R:
        """Run `step(self, *arguments)` under the lock, on a draft kept only if it returns."""
        world = self.world
        with world.lock:
            own = self.call.transaction
            self.draft = self._begin(own)
            try:
                answer = step(self, *arguments)
            except QueryError as error:
                raise self._explained(error) from None
            if own is not None:
                world.transactions.refuse_contested(own, self.now_millis)
            elif self.draft.is_changed:
                self._commit()
        world.deliver()
        if self._failure is not None:
            raise self._failure
        return answer

    def _begin(self, own: str | None) -> Draft:
        """A draft of the state as it is, but for a stale read and inside a transaction."""
        if self.plan is not None and self.plan.state is not None:
            return self.plan.state.draft()
        if own is None:
            return self.world.store.draft()
        return self.world.transactions.draft(own, self.now_millis)

    def _commit(self) -> None:
        try:
            if self.world.observers:
                self.world.tell(self.draft.commit(), self.call)
            else:
                self.draft.land()
        except Conflict:
            raise Failure(codes.DATABASE_TRANSACTION_CONFLICT, texts.TRANSACTION_CONFLICT) from None

    def _explained(self, error: QueryError) -> Exception:
        """What the backend makes of an error of its query engine."""
        explain = self.call.operation.explain
        return error if explain is None else explain(error)

    def fail_after_commit(self, failure: Failure) -> None:
        """Keep what this step has written, then fail: what a server does midway in many records."""
        self._failure = failure
