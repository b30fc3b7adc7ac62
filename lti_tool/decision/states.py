"""States and moves of an application, as one table (design.md, "States")."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

from lti_tool import history
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.problem import Problem


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes-requested"
    AWARDED = "awarded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What may be done with an application."""

    SUBMIT = "submit"
    REQUEST_CHANGES = "request-changes"
    AWARD = "award"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


# (from, move) → to; whatever does not stand here can't happen.
MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.DRAFT, Move.SUBMIT): State.SUBMITTED,
    (State.CHANGES_REQUESTED, Move.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Move.REQUEST_CHANGES): State.CHANGES_REQUESTED,
    (State.SUBMITTED, Move.AWARD): State.AWARDED,
    (State.SUBMITTED, Move.REFUSE): State.REFUSED,
    (State.DRAFT, Move.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Move.WITHDRAW): State.WITHDRAWN,
    (State.CHANGES_REQUESTED, Move.WITHDRAW): State.WITHDRAWN,
}


def after(state: State, move: Move) -> State:
    """Return the state that the move leads to. Raises Problem("move-not-possible")."""
    target = MOVES.get((state, move))
    if target is None:
        raise Problem("move-not-possible", note=f"{move.value} from {state.value}")
    return target


def make(session: Session, application: ApplicationRecord, move: Move, actor: str, content: Mapping[str, Any]) -> None:
    """Move the application and add it to the history, in the caller's transaction.

    `content` holds ids, codes and dates only. Raises Problem("move-not-possible").
    """
    application.state = after(State(application.state), move).value
    history.append(session, f"application.{move.value}", application.id, actor, content)


def check_version(application: ApplicationRecord, version: int) -> None:
    """Raise Problem("changed-meanwhile") if the form was made from an older version (threat R03)."""
    if application.version != version:
        raise Problem("changed-meanwhile")
