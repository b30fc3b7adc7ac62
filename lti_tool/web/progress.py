"""How far an application is: the four steps, the line of events, and whether the page should look again by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.dossiers import ApplicationView
from lti_tool.issuing.certificate import Certificate, CertificateState
from lti_tool.web.checklist import Checklist
from lti_tool.web.language import gettext as _

# Seconds until the page asks again: while a machine works, while a person does.
SOON: Final = 1
LATER: Final = 30
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


def stage_words(stage: str) -> str:
    """Say what the reader is doing with a document."""
    if stage == "reading":
        return _("being read")
    if stage == "reading-again":
        return _("being read once more")
    return _("waiting to be read")


def _poll(application: ApplicationView, listed: Checklist, *, published: bool) -> int:
    if listed.being_read or (application.state == "awarded" and not published):
        return SOON
    return LATER if application.state == "submitted" else 0
