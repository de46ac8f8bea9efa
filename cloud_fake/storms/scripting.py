"""Storms: what has struck, written as a test's marker, and read back from it.

```python
@pytest.mark.cloud(
    faults=[
        "function.pay: lost_reply once",
        "database.receipts.count: lost_request nth 2",
    ],
)
```

`faults={2: [...]}` is what strikes the test's second cloud.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from cloud_fake.errors import MisuseError
from cloud_fake.kernel.faults.text import read_sentence
from cloud_fake.kernel.faults.vocabulary import Vocabulary
from cloud_fake.services.catalogue import vocabulary

if TYPE_CHECKING:
    from cloud_fake.face.fake_cloud import FakeCloud
    from cloud_fake.kernel.faults.rule import Rule
    from cloud_fake.storms.recording import Trouble

__all__ = ["Script", "arm_script", "read_script", "script_of", "write_marker"]

#: The texts of rules, by the number of the cloud, from 1.
Script: TypeAlias = Mapping[int, tuple[str, ...]]

#: How wide a line may be.
WIDTH = 100


# --- reading -------------------------------------------------------------------------------------


def read_script(given: Any) -> Script:
    """What `faults=` says.

    Raises:
        MisuseError: it says nothing that can be, and why.
    """
    by_cloud = given if isinstance(given, Mapping) else {1: given}
    for number in by_cloud:
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise MisuseError(f"the test's clouds have the numbers 1, 2 …, and not {number!r}")
    return {number: tuple(_checked(texts)) for number, texts in by_cloud.items()}


def _checked(texts: Any) -> Iterator[str]:
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise MisuseError(f"a list of texts such as 'function.pay: lost_reply once', not {texts!r}")
    known = Vocabulary(vocabulary, lambda _service: ())
    for text in texts:
        sentence = read_sentence(text)
        known.check_pattern(sentence.pattern)
        if sentence.effect is not None:
            known.check_reach(sentence.pattern, sentence.effect)
        yield text


def arm_script(cloud: FakeCloud, texts: Iterable[str], made_at: str = "") -> list[Rule]:
    """Make the rules of a script on a cloud.

    Args:
        cloud: whose rules they will be.
        texts: the rules.
        made_at: where the script stands, for the report of one that never strikes.
    """
    rules = []
    for text in texts:
        # What it is about need not be there yet.
        rule = cloud.faults.add(f"{text} optional")
        rule.optional = "optional" in text.split()
        rule.made_at = made_at or rule.made_at
        rules.append(rule)
    return rules


# --- writing -------------------------------------------------------------------------------------


def script_of(troubles: Iterable[Trouble]) -> Script:
    """What has struck, as a script that lets the same strike."""
    script: dict[int, tuple[str, ...]] = {}
    for trouble in troubles:
        number = trouble.cloud + 1
        script[number] = (*script.get(number, ()), str(trouble))
    return script


def write_marker(script: Script, seed: str | None = None) -> list[str]:
    """The lines of a marker that says so, ready to stand above a test.

    Args:
        script: what is to strike.
        seed: the clouds' seed, where it matters.
    """
    options = {} if seed is None else {"seed": seed}
    faults: Any = list(script.get(1, ())) if script.keys() <= {1} else dict(script)
    return _fitted("@pytest.mark.cloud(", {**options, "faults": faults}, ")")


def _fitted(begin: str, options: Mapping[str, Any], end: str) -> list[str]:
    """In one line if it fits; else as formatters have it."""
    flat = ", ".join(f"{name}={_spelt(value)}" for name, value in options.items())
    if len(begin) + len(flat) + len(end) <= WIDTH:
        return [f"{begin}{flat}{end}"]
    inner = [line for name, value in options.items() for line in _unfolded(f"{name}=", value)]
    return [begin, *(f"    {line}" for line in inner), end]


def _unfolded(begin: str, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield f"{begin}{_spelt(value)},"
        return
    is_map = isinstance(value, Mapping)
    yield begin + ("{" if is_map else "[")
    for key, item in value.items() if is_map else (("", item) for item in value):
        for line in _unfolded(f"{key}: " if is_map else "", item):
            yield f"    {line}"
    yield "}," if is_map else "],"


def _spelt(value: Any) -> str:
    """As Python has it, in double quotes where that needs no backslash."""
    if isinstance(value, str):
        return repr(value) if '"' in value else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_spelt(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(_spelt, value)) + "]"
