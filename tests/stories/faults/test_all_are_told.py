"""That no family of faults and no phase is without its story."""

from __future__ import annotations

import inspect

from cloud_fake.kernel.faults.effects import FAMILIES
from tests.stories.faults import (
    apps,
    test_commit_stories,
    test_execute_stories,
    test_reply_stories,
    test_request_stories,
    test_stream_stories,
)
from tests.stories.faults.telling import PHASES

CHAPTERS = (
    test_request_stories,
    test_execute_stories,
    test_commit_stories,
    test_reply_stories,
    test_stream_stories,
)
STORIES = [
    story
    for chapter in CHAPTERS
    for name, story in vars(chapter).items()
    if name.startswith("test_")
]


def test_every_family_and_every_phase_has_a_story() -> None:
    told = [story.about for story in STORIES]
    assert {family for family, _ in told} == set(FAMILIES)
    assert {phase for _, phase in told} == set(PHASES)


def test_every_app_is_in_a_story() -> None:
    there = {
        value
        for value in vars(apps).values()
        if isinstance(value, type) and value.__module__ == apps.__name__
    }
    seen = {
        make
        for story in STORIES
        for mark in story.pytestmark
        if mark.args[0] == "make"
        for make in mark.args[1]
    }
    assert seen == there


#: Fixtures that tell a story once on the blocking face and once on the awaited one.
OF_BOTH_FACES = {"face", "mode", "deploy", "tell"}


def test_every_story_is_told_on_both_faces() -> None:
    for story in STORIES:
        assert OF_BOTH_FACES & set(inspect.signature(story).parameters), story.__name__
