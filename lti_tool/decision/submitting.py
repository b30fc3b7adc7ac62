"""Submitting: the edition and the day are pinned, and what the scheme lets the program decide is decided at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from lti_tool import clock
from lti_tool.checks.check import check
from lti_tool.checks.findings import Findings, PieceFindings, Standing, Verdict
from lti_tool.decision import states
from lti_tool.decision.awarding import PROGRAM, Grounds, award_for, record_award
from lti_tool.decision.judge import how_checked, judge
from lti_tool.decision.outcome import Checked, Outcome
from lti_tool.evidence.dossier import Dossier
from lti_tool.evidence.dossiers import dossier
from lti_tool.evidence.intake import OPEN, owned
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Scheme

# Longest comment kept, in characters.
_COMMENT = 4000


def findings_now(installation: Installation, application_id: str) -> Findings:
    """Return today's findings of a draft, or those of the submission day of what was submitted. Raises Problem("not-found")."""
    with installation.database.read() as session:
        application = session.get(ApplicationRecord, application_id)
        if application is None:
            raise Problem("not-found")
        scheme = _scheme_of(application)
        day = application.submitted_day if _pinned(application) else None
        return check(dossier(session, application_id, day or clock.today(scheme.time_zone)), scheme)


def submit(installation: Installation, visit: Visit, application_id: str, *, comment: str, version: int) -> None:
    """Submit the visitor's application; a second submission of the same one has no effect (threat R02).

    The application day and the scheme's edition are pinned now, also when it is submitted again after changes: what is
    judged is what is submitted. An outcome that may be acted on without a person is; everything else waits for one.
    Raises Problem("not-found", "application-closed", "changed-meanwhile", "still-reading", "incomplete").
    """
    try:
        with installation.database.write() as session:
            application = owned(session, visit, application_id, lock=True)
            if application.state in (states.State.SUBMITTED, states.State.AWARDED):
                return
            if application.state not in OPEN:
                raise Problem("application-closed")
            states.check_version(application, version)
            _submit(session, installation, application, comment.strip()[:_COMMENT], str(visit.visitor.id))
    except (StaleDataError, IntegrityError):
        raise Problem("changed-meanwhile") from None


def is_sampled(installation: Installation, application_id: str, share: float) -> bool:
    """Tell whether a person sees this application although the program could decide: a draw that a retry can't repeat.

    The number is the first 64 bits of SHA-256(application id, secret of the installation), so nobody can foresee it.
    """
    drawn = hashlib.sha256(application_id.encode() + b"\0sample\0" + installation.secret).digest()
    return int.from_bytes(drawn[:8], "big") < share * 2**64


def lacking(findings: Findings, comment: str) -> tuple[str, ...]:
    """Return the requirements that keep this from being submitted; empty when it may be.

    Whatever is found or doubtful may go. With a comment a person is asked: then a document that does not fit may go too,
    and a document that was not understood, or belongs nowhere, may stand for a requirement that has none.
    """
    missing = [entry.requirement for entry in findings.requirements if entry.standing is Standing.MISSING]
    unfit = [entry.requirement for entry in findings.requirements if entry.standing is Standing.NOT_MET]
    if not comment:
        return tuple(missing + unfit)
    spare = [piece for piece in findings.pieces if _could_be_anything(piece)]
    return tuple(missing) if len(missing) > len(spare) else ()


def _could_be_anything(piece: PieceFindings) -> bool:
    return piece.requirement is None and piece.verdict is not Verdict.ACCEPT


def _submit(session: Session, installation: Installation, application: ApplicationRecord, comment: str, actor: str) -> None:
    _refuse_unread(session, application)
    scheme = shipped().get(application.scheme_id)
    application.scheme_edition, application.scheme_sha256 = scheme.edition, scheme.sha256
    application.submitted_at = clock.now()
    application.submitted_day = clock.today(scheme.time_zone)
    application.comment = comment
    judged = dossier(session, application.id, application.submitted_day)
    findings = check(judged, scheme)
    if wanting := lacking(findings, comment):
        raise Problem("incomplete", missing=_titles(scheme, wanting))
    content = {"edition": scheme.edition, "scheme_sha256": scheme.sha256, "day": judged.day.isoformat()}
    states.make(session, application, states.Move.SUBMIT, actor, content)
    session.flush()
    if _program_may_award(installation, scheme, judged, findings):
        award = award_for(session, judged, findings, how_checked(judged))
        grounds = Grounds(actor=PROGRAM, application_id=application.id, findings=findings)
        decision_id = record_award(session, installation, award, grounds)
        states.make(session, application, states.Move.AWARD, PROGRAM, {"decision": decision_id})


def _program_may_award(installation: Installation, scheme: Scheme, judged: Dossier, findings: Findings) -> bool:
    if judge(findings) is not Outcome.AWARD or not judged.applicant.full_name:
        return False
    enough = {"never": (), "proved": (Checked.PROVED,), "read": (Checked.PROVED, Checked.READ)}[scheme.automatic]
    share = scheme.sample if installation.settings.sample is None else installation.settings.sample
    return how_checked(judged) in enough and not is_sampled(installation, judged.application_id, share)


def _refuse_unread(session: Session, application: ApplicationRecord) -> None:
    unread = sa.select(sa.func.count()).where(
        DocumentRecord.application_id == application.id,
        DocumentRecord.removed_at.is_(None),
        DocumentRecord.state.not_in(("read", "needs-person")),
    )
    if session.scalar(unread):
        raise Problem("still-reading")


def _titles(scheme: Scheme, requirements: Sequence[str]) -> str:
    return ", ".join(entry.title for entry in scheme.requirements if entry.id in requirements)


def _pinned(application: ApplicationRecord) -> bool:
    # After changes were requested it is a draft again in all but name: it will be judged on the day it is submitted anew.
    return application.state not in OPEN


def _scheme_of(application: ApplicationRecord) -> Scheme:
    return shipped().get(application.scheme_id, application.scheme_edition if _pinned(application) else None)
