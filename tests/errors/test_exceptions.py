"""What an app catches: whole, wherever it is carried."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from cloud_fake import CloudError, FakeCloud

WAYS = {
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "sent to another process": lambda error: pickle.loads(pickle.dumps(error)),
}

FAILURES: dict[str, Callable[[FakeCloud], Any]] = {
    "with a name": lambda cloud: cloud.callFunction(name="nowhere"),
    "without one": lambda cloud: cloud.uploadFile(cloudPath="a", filePath="/nowhere"),
    "thrown by a builder": lambda cloud: cloud.database().collection("todos").where(None),
    "for a reason": lambda cloud: cloud.server.database().runTransaction(
        lambda transaction: transaction.rollback({"why": ["so"]})
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("failure", FAILURES)
def test_an_error_arrives_as_it_was(failure: str, way: str) -> None:
    with pytest.raises(CloudError) as caught:
        FAILURES[failure](FakeCloud(env="dev-1a2b3c"))
    caught.value.add_note("on the way")
    arrived = WAYS[way](caught.value)
    assert isinstance(arrived, CloudError)
    assert vars(arrived) == vars(caught.value)
    assert (str(arrived), arrived.args) == (str(caught.value), caught.value.args)
