"""The end of an application's evidence, and of what people wrote about it; codes, moments and the award stay (design rule 12)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import history
from lti_tool.decision import states
from lti_tool.decision.awarding import PROGRAM
from lti_tool.decision.records import DecisionRecord
from lti_tool.evidence import retention
from lti_tool.evidence.records import ApplicationRecord

_ENDED: Final = frozenset({states.State.AWARDED, states.State.REFUSED, states.State.WITHDRAWN})


def forget(session: Session, application: ApplicationRecord, now: datetime, *, actor: str = PROGRAM) -> None:
    """Empty a locked application, its documents and the messages about it, in the caller's transaction.

    What was still under way is withdrawn, so that its person may begin anew. An award keeps the name that it was made out to:
    it is what the certificate states, and what a corrected certificate is compared with. Files go afterwards
    (`retention.delete_marked`).
    """
    if application.state not in _ENDED:
        states.make(session, application, states.Move.WITHDRAW, actor, {"reason": "erased"})
    documents = retention.mark(session, application, now)
    session.execute(sa.update(DecisionRecord).where(DecisionRecord.application_id == application.id).values(reason=""))
    history.append(session, "application.erased", application.id, actor, {"documents": documents})
