"""A month of nights: drafts that nobody finished are swept away at two in the morning.

The functions lie in a project's folder, as they would be deployed: `sweep` runs on a timer,
`remind` is called a while after a draft was begun, and both survive a bad night.
"""

from __future__ import annotations

import datetime as dt
import json
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from cloud_fake import FakeCloud

START = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)

PROJECT = {
    "sweep/config.json": json.dumps(
        {
            "timeout": 20,
            "triggers": [{"name": "every-night", "type": "timer", "config": "0 0 2 * * * *"}],
        }
    ),
    "sweep/index.py": """
        from .rules import is_stale, today

        nights = 0  # since this instance began

        async def main(event, context):
            global nights
            nights += 1
            db = context.cloud.aio.database()
            _ = db.command
            stale = db.collection("drafts").where({"finished": False, **is_stale(_, event)})
            removed = (await stale.remove()).stats.removed
            print(f"night {nights}: {removed} swept")
            await db.collection("nights").add(data={"day": today(event), "removed": removed})
            return removed
    """,
    "sweep/rules.py": """
        from datetime import datetime, timedelta

        KEEP = timedelta(days=7)

        def moment(event):
            return datetime.fromisoformat(event["Time"].replace("Z", "+00:00"))

        def is_stale(_, event):
            return {"begun": _.lt(moment(event) - KEEP)}

        def today(event):
            return moment(event).date().isoformat()
    """,
    "begin/index.py": """
        import json

        def main(event, context):
            db = context.cloud.database()
            draft = {"text": event["text"], "of": context.wx_context["OPENID"], "finished": False}
            made = db.collection("drafts").add(data={**draft, "begun": db.serverDate()})
            context.cloud.openapi.cloudbase.addDelayedFunctionTask(
                env=context.wx_context["ENV"],
                functionName="remind",
                data=json.dumps({"draft": made["_id"]}),
                delayTime=3600,
            )
            return made["_id"]
    """,
    "remind/index.py": """
        def main(event, context):
            db = context.cloud.database()
            draft = db.collection("drafts").doc(event["draft"]).get()["data"]
            if not draft["finished"]:
                db.collection("mails").add(data={"to": draft["of"], "about": draft["text"]})
    """,
}


@pytest.fixture
def cloud(tmp_path: Path) -> FakeCloud:
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text))
    cloud = FakeCloud(
        env="dev-1a2b3c", openid="o-alice", collections=["drafts", "mails", "nights"], seed=7
    )
    cloud.clock.freeze(START)
    cloud.load_functions(tmp_path)
    return cloud


@pytest.fixture
def phone(cloud: FakeCloud, face: Any) -> Any:
    return face(cloud)


def begin(phone: Any, text: str) -> str:
    return phone.callFunction(name="begin", data={"text": text}).result  # type: ignore[no-any-return]


def all_of(cloud: FakeCloud, collection: str) -> list[dict[str, Any]]:
    return cloud.server.database().collection(collection).get().data


def test_a_month_passes_in_well_under_a_second(cloud: FakeCloud, phone: Any) -> None:
    begin(phone, "a poem")
    begun = time.perf_counter()
    cloud.clock.advance(days=30)
    assert time.perf_counter() - begun < 1
    nights = all_of(cloud, "nights")
    assert [night["day"] for night in nights] == [
        (START + dt.timedelta(days=day)).date().isoformat() for day in range(30)
    ]
    # It was begun on the first, so the eighth night is the first that finds it too old.
    assert [night["removed"] for night in nights] == [0] * 7 + [1] + [0] * 22


def test_what_is_swept_and_what_stays(cloud: FakeCloud, phone: Any) -> None:
    begin(phone, "abandoned")
    kept = begin(phone, "finished in time")
    cloud.server.database().collection("drafts").doc(kept).update(data={"finished": True})
    cloud.clock.advance(days=6)
    begin(phone, "still fresh")
    cloud.clock.advance(days=3)
    left = [draft["text"] for draft in all_of(cloud, "drafts")]
    assert left == ["finished in time", "still fresh"]


def test_an_hour_later_somebody_is_reminded(cloud: FakeCloud, phone: Any) -> None:
    begin(phone, "a poem")
    done = begin(phone, "a letter")
    cloud.server.database().collection("drafts").doc(done).update(data={"finished": True})
    cloud.clock.advance(minutes=59)
    assert all_of(cloud, "mails") == []
    cloud.clock.advance(minutes=1)
    (mail,) = all_of(cloud, "mails")
    assert (mail["to"], mail["about"]) == ("o-alice", "a poem")


def test_a_night_on_which_the_database_is_down(cloud: FakeCloud, phone: Any) -> None:
    begin(phone, "a poem")
    cloud.clock.advance(days=7)
    cloud.faults.fail("database.drafts.remove", code=-501001, times=1)
    cloud.clock.advance(days=1)
    (failed,) = [run for run in cloud.calls.to("timer.sweep") if run.error]
    assert failed.at == dt.datetime(2024, 3, 8, 18, tzinfo=dt.UTC)
    assert len(all_of(cloud, "drafts")) == 1
    cloud.clock.advance(days=1)  # and the next night does what that one left
    assert all_of(cloud, "drafts") == []


def test_what_the_timeline_tells_of_a_night(cloud: FakeCloud, phone: Any) -> None:
    cloud.clock.advance(days=2)
    lines = [line for line in cloud.calls.lines() if "timer." in line or "print" in line]
    assert [line.split("  ", 1)[1].strip().split(" {")[0] for line in lines] == [
        "timer       timer.sweep",
        # A day is longer than an idle instance lives: each night is its first.
        "· print: night 1: 0 swept",
        "timer       timer.sweep",
        "· print: night 1: 0 swept",
    ]


def test_by_hand_from_the_console(cloud: FakeCloud, phone: Any) -> None:
    begin(phone, "a poem")
    cloud.clock.advance(days=7)
    before = len(all_of(cloud, "nights"))
    cloud.clock.advance(hours=1)
    run = cloud.trigger("sweep")
    assert run.result["result"] == 1
    assert len(all_of(cloud, "nights")) == before + 1
