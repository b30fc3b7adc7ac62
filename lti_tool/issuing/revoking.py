"""What ends a certificate: revoking it, or issuing it anew with a corrected name."""

from __future__ import annotations

import dataclasses

from lti_tool import clock, history
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.freezing import approved
from lti_tool.installation import Installation
from lti_tool.issuing import snapshot, status
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.register import record_of
from lti_tool.problem import Problem

_LONGEST_REASON = 2000


def revoke(installation: Installation, number: str, reason: str, actor: str) -> None:
    """Revoke a certificate for good; revoking it again changes nothing.

    `actor` is a person's id, or a word such as ``administrator``. Raises Problem("certificate-unknown", "reason-missing").
    """
    if not reason.strip():
        raise Problem("reason-missing")
    with installation.database.write() as session:
        record = record_of(session, number, lock=True)
        if record is None:
            raise Problem("certificate-unknown")
        if record.state == CertificateState.REVOKED:
            return
        record.state = CertificateState.REVOKED.value
        record.revoked_at = clock.now()
        record.revoked_reason = reason.strip()[:_LONGEST_REASON]
        # The reason stays in the register, where it can be erased; the history holds that and when it happened.
        history.append(session, "certificate.revoked", record.number, actor, {"decision": record.decision_id})
    status.forget(installation)
    snapshot.forget(installation)


def reissue(installation: Installation, number: str, *, holder_name: str, reason: str, actor: str) -> str:
    """Approve the same award again with a corrected name and ask for its certificate; return the new decision's id.

    The old certificate stays valid until the new one is published, and then points to it. Raises
    Problem("certificate-unknown", "already-revoked", "reason-missing", "name-missing").
    """
    if not reason.strip():
        raise Problem("reason-missing")
    if not holder_name.strip():
        raise Problem("name-missing")
    with installation.database.write() as session:
        record = record_of(session, number, lock=True)
        if record is None:
            raise Problem("certificate-unknown")
        if record.state != CertificateState.ISSUED:
            raise Problem("already-revoked")
        before = approved(session, record.decision_id)
        award = dataclasses.replace(before.award, holder_name=" ".join(holder_name.split()))
        grounds = Grounds(actor=actor, application_id=before.application_id, reason=reason.strip()[:_LONGEST_REASON], supersedes=record.number)
        return record_award(session, installation, award, grounds)
