"""How far an application is: the four steps, the line of events, and whether the page should look again by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from lti_tool import clock
from lti_tool.evidence.dossiers import ApplicationView, DocumentView
from lti_tool.issuing.certificate import Certificate, CertificateState
from lti_tool.launch.visit import Visit
from lti_tool.web.checklist import Checklist
from lti_tool.web.language import gettext as _

# Seconds until the page asks again: while a machine works, while a person does.
SOON: Final = 1
LATER: Final = 30
# What stays in one stage for so long is said to.
LONG: Final = timedelta(seconds=60)
PUBLISHED: Final = frozenset({CertificateState.ISSUED, CertificateState.SUPERSEDED, CertificateState.REVOKED})


@dataclass(frozen=True, slots=True)
class Journey:
    """`steps` maps reflect, collect, submit and certificate to done, now or ahead; `poll` is in seconds, 0 for never."""

    steps: dict[str, str]
    poll: int


def journey(application: ApplicationView, listed: Checklist, certificate: Certificate | None) -> Journey:
    """Say which steps are done, which one is on, and how soon something may change."""
    published = certificate is not None and certificate.state in PUBLISHED
    done = {
        "reflect": all(entry.id in application.declared for entry in listed.scheme.declarations),
        "collect": listed.found == len(listed.rows) or application.state in {"submitted", "awarded"},
        "submit": application.state in {"submitted", "awarded"},
        "certificate": published,
    }
    ahead = [name for name, is_done in done.items() if not is_done and name != "reflect"]
    now = ahead[0] if ahead else ""
    steps = {name: "done" if is_done else "now" if name == now else "ahead" for name, is_done in done.items()}
    return Journey(steps, _poll(application, listed, published=published))


def stage_words(document: DocumentView) -> str:
    """Say what happens to a document now, as far as it is known: it waits, it is read, or that takes longer than usual."""
    since = document.stage_at or document.received_at
    slow = clock.now() - since > LONG
    if document.stage == "reading":
        return _("being read; it takes longer than usual, and if it can't be read a person looks at it") if slow else _("being read")
    if document.stage == "reading-again":
        return _("being read once more, because the first time did not work")
    if slow:
        return _("received; waiting longer than usual. You can close this page: we go on")
    return _("received; waiting to be read")


def state_tag(visit: Visit, application: ApplicationView, *more: object) -> str:
    """Return a name for what the page shows now, the same as long as nothing changes.

    It changes every minute all the same, for what depends on the time or on others' documents.
    """
    own = (application.state, application.version, application.applicant, sorted(application.declared), application.documents)
    shown = (visit.id, visit.visitor.full_name, own, *more, int(clock.now().timestamp()) // 60)
    return sha256(repr(shown).encode()).hexdigest()[:32]


def _poll(application: ApplicationView, listed: Checklist, *, published: bool) -> int:
    if listed.being_read or (application.state == "awarded" and not published):
        return SOON
    return LATER if application.state == "submitted" else 0
