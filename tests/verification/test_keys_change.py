"""Keys change while certificates are verified (threat R11): no answer becomes another one."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from record_parts import issued

from certificate_signing.key_folder import KeyUse
from certificate_signing.key_making import create_key
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.verification.verdict import VerdictOutcome
from lti_tool.verification.verify import verify_anything

CHANGED = (KeyUse.SEAL, KeyUse.CREDENTIAL, KeyUse.JWT, KeyUse.LOG)


def shapes(tool: Installation, number: str) -> dict[str, bytes]:
    """One certificate in every form that somebody may be shown."""
    return {
        "number": number.encode(),
        "PDF": register.pdf(tool, number),
        "credential": register.credential(tool, number),
        "JWT": register.jwt(tool, number),
    }


@pytest.mark.parametrize("use", CHANGED)
def test_a_key_changes_in_the_middle_of_two_hundred_verifications(tool: Installation, use: KeyUse) -> None:
    before = shapes(tool, issued(tool, "Ilse Beispiel"))
    answers: Counter[tuple[str, VerdictOutcome]] = Counter()
    begun, changed, todo, noting = threading.Event(), threading.Event(), itertools.cycle(before.items()), threading.Lock()

    def verify(place: int) -> None:
        # Sixty before the key changes, sixty when they like, the others after it.
        assert place < 120 or changed.wait(60)
        with noting:
            name, content = next(todo)
        outcome = verify_anything(tool, content).outcome
        with noting:
            answers[name, outcome] += 1
        if place == 60:
            begun.set()

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(verify, place) for place in range(200)]
        assert begun.wait(60)
        create_key(tool.settings.keys, use, "Example Academy", "BE", clock.now())
        changed.set()
        for each in asked:
            each.result()
    assert answers == {(name, VerdictOutcome.VALID): 50 for name in before}
    # What is issued from now on is signed with the new key, and the old certificate stands beside it.
    after = shapes(tool, issued(tool, "Jean Exemple"))
    assert {verify_anything(tool, content).outcome for content in (*after.values(), *before.values())} == {VerdictOutcome.VALID}
