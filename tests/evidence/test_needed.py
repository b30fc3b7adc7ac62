"""What a document turns out to need is loaded once, by the process above, and a fork can't ask for more."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_tool.evidence.process import Child

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def child() -> Iterator[Child]:
    started = Child("needy_work:needy")
    yield started
    started.close()


def test_it_is_loaded_once_and_stays(child: Child) -> None:
    for _ in range(3):
        assert child.ask({"task": "read"}, b"a model", 5) == b"a model"


def test_what_nobody_has_ends_the_document_and_not_the_next(child: Child) -> None:
    assert json.loads(child.ask({"task": "read"}, b"another", 5)) == {"failed": "broken"}
    assert child.ask({"task": "read"}, b"a model", 5) == b"a model"


def test_who_asks_again_and_again_is_answered_once(child: Child) -> None:
    assert json.loads(child.ask({"task": "read"}, b"forged", 5)) == {"failed": "broken"}
