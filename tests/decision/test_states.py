"""The table of states and moves is the whole truth."""

from __future__ import annotations

from itertools import product

import pytest

from lti_tool.decision.states import MOVES, Move, State, after
from lti_tool.problem import Problem

POSSIBLE = {
    ("draft", "submit", "submitted"),
    ("draft", "withdraw", "withdrawn"),
    ("submitted", "award", "awarded"),
    ("submitted", "refuse", "refused"),
    ("submitted", "request-changes", "changes-requested"),
    ("submitted", "withdraw", "withdrawn"),
    ("changes-requested", "submit", "submitted"),
    ("changes-requested", "withdraw", "withdrawn"),
}


def test_the_moves_are_those_of_the_design() -> None:
    assert {(start.value, move.value, end.value) for (start, move), end in MOVES.items()} == POSSIBLE


@pytest.mark.parametrize(("state", "move"), [(state, move) for state, move in product(State, Move) if (state, move) not in MOVES])
def test_every_other_move_is_refused(state: State, move: Move) -> None:
    with pytest.raises(Problem, match="move-not-possible"):
        after(state, move)
