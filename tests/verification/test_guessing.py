"""Whoever guesses at numbers learns from the work that is done for an answer nothing that the answer does not say (threat S07)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from record_parts import issued

from lti_tool.installation import Installation
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.number import ALPHABET, check_character, new_number
from lti_tool.issuing.records import CertificateRecord
from lti_tool.verification.verify import verify_number


@pytest.fixture
def number(either_tool: Installation) -> str:
    return issued(either_tool)


@contextmanager
def statements(tool: Installation) -> Iterator[list[str]]:
    """What the database is asked meanwhile, without the values."""
    said: list[str] = []

    def note(*call: object) -> None:
        said.append(str(call[2]))

    sa.event.listen(tool.database.engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(tool.database.engine, "before_cursor_execute", note)


def work(tool: Installation, number: str) -> list[str]:
    with statements(tool) as said:
        verify_number(tool, number)
    return said


def near(number: str, same: int) -> str:
    """Return a number that agrees with this one in its first `same` characters."""
    other = ALPHABET[ALPHABET.index(number[same]) - 1]
    begun = number[:same] + other + number[same + 1 : -1]
    return begun + check_character(begun)


@pytest.mark.parametrize("same", [0, 1, 12, 22])
def test_a_number_near_a_known_one_costs_what_any_unknown_one_costs(either_tool: Installation, number: str, same: int) -> None:
    guess = near(number, same)
    assert guess != number
    assert verify_number(either_tool, guess) == verify_number(either_tool, new_number())
    assert work(either_tool, guess) == work(either_tool, new_number())


@pytest.mark.parametrize("state", [CertificateState.PREPARED, CertificateState.SIGNED])
def test_one_that_is_not_published_yet_is_like_one_that_nobody_ever_gave(either_tool: Installation, number: str, state: CertificateState) -> None:
    with either_tool.database.write() as session:
        session.get_one(CertificateRecord, number).state = state.value
    assert verify_number(either_tool, number) == verify_number(either_tool, new_number())
    assert work(either_tool, number) == work(either_tool, new_number())


def test_the_register_is_asked_alike_for_known_and_unknown_ones(either_tool: Installation, number: str) -> None:
    known, unknown = work(either_tool, number), work(either_tool, new_number())
    # By one statement; a known one is then looked up in the public log, which the answer tells.
    assert known[0] == unknown[0]
    assert len(unknown) == 1


def test_a_mistyped_number_is_never_looked_up(either_tool: Installation, number: str) -> None:
    wrong = ALPHABET[ALPHABET.index(number[-1]) - 1]
    assert work(either_tool, number[:-1] + wrong) == []
