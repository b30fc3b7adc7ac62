"""Whether a key counted when it made something: keys that were reported as stolen count for what is proved to be older (threat S13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from certificate_signing.errors import LogWrong
from certificate_signing.key_standing import Standing
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring
from lti_tool.issuing.logged import logged
from lti_tool.issuing.register import certificate, record_of
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import VerdictOutcome

# The log holds what a certificate says before it is signed: so long after that it surely was.
_SEALED_WITHIN: Final = timedelta(minutes=10)


def counted(installation: Installation, session: Session, steps: Steps, standing: Standing | None, number: str) -> None:
    """Take the step "the key counted when this was made", for what the register holds. Raises Ended."""
    proofs = (steps.proved_at, _logged_at(installation, session, number))
    if standing is None or not any(standing.believes(proof) for proof in proofs):
        record = record_of(session, number)
        raise Ended(VerdictOutcome.CANNOT_TELL, "seal-not-trusted", None if record is None else certificate(record))
    steps.held("key-counted")


def refuse_unregistered(standing: Standing | None) -> Ended:
    """Return what to say of something that our key made and our register doesn't hold."""
    if standing is None or standing.sound:
        # Lost in a restore, or made with a stolen key that nobody has missed yet. We can't vouch for it.
        return Ended(VerdictOutcome.CANNOT_TELL, "sealed-not-registered")
    return Ended(VerdictOutcome.NOT_VALID, "key-stolen")


def _logged_at(installation: Installation, session: Session, number: str) -> datetime | None:
    record = record_of(session, number)
    try:
        proof = None if record is None else logged(session, ring(installation), number, record.content_sha256)
    except LogWrong:
        return None
    return None if proof is None else datetime.fromisoformat(proof.entry.at) + _SEALED_WITHIN
