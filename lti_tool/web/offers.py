"""What an instructor can put into a course, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool import clock
from lti_tool.launch.visit import Activity, Visit
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Scheme
from lti_tool.web.language import gettext as _
from lti_tool.web.language import translated


@dataclass(frozen=True, slots=True)
class Offer:
    """One link that can be placed: `name` says what it is, `text` what people find there, `title` is proposed for the course.

    `gradable` tells whether something is decided there that a gradebook can hold.
    """

    activity: Activity
    scheme_id: str
    name: str
    title: str
    text: str
    gradable: bool = False

    @property
    def key(self) -> str:
        """What the form calls it."""
        return f"{self.activity.value}-{self.scheme_id}"


def offers(visit: Visit) -> tuple[Offer, ...]:
    """Return every link that can be placed here: two for each scheme in force, the tenant's own scheme first, and two for staff."""
    schemes = sorted(_in_force(), key=lambda scheme: (scheme.id != visit.scheme_id, scheme.id))
    return (*(offer for scheme in schemes for offer in _for_people(scheme)), *_for_staff(visit.scheme_id))


def _in_force() -> list[Scheme]:
    def holds(scheme: Scheme) -> bool:
        today = clock.today(scheme.time_zone)
        return scheme.valid_from <= today and (scheme.valid_until is None or today <= scheme.valid_until)

    return [scheme for scheme in shipped().latest() if holds(scheme)]


def _for_people(scheme: Scheme) -> tuple[Offer, ...]:
    title = translated(scheme.title)
    apply = Offer(
        Activity.APPLY,
        scheme.id,
        _("Apply for the certificate"),
        _("Apply: %(scheme)s") % {"scheme": title},
        _("Add the documents you hold, see at once what is still missing, and apply."),
        gradable=True,
    )
    final = Offer(
        Activity.FINAL,
        scheme.id,
        _("The final certificate"),
        title,
        _("Download and share your certificate, or see how far your application is."),
    )
    return apply, final


def _for_staff(scheme_id: str) -> tuple[Offer, ...]:
    review = Offer(
        Activity.REVIEW,
        scheme_id,
        _("The review desk"),
        _("Review desk"),
        _("Look at applications that wait for a person, and decide. Only reviewers can open it."),
    )
    participation = Offer(
        Activity.PARTICIPATION,
        scheme_id,
        _("Certificates of participation"),
        _("Certificates of participation"),
        _("Reviewers give everybody who took part in an event a certificate, and each participant finds their own."),
    )
    return review, participation
