"""What follows a refusal: administrators learn of it, and whoever was refused gets a way back to their course."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from flask import g, request

from lti_tool.administration import refusals
from lti_tool.launch.launching import UNKNOWN, Launching
from lti_tool.launch.message import ACTIVITY_PATHS
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.web.guard import installation
from lti_tool.web.language import translated

# Where everything but a slip of the hand is worth an administrator's look: launches and registrations.
ENDS: Final = frozenset({"lti_login", "lti_message", "lti_stored", "lti_register"})
# And everywhere: sessions that end or never began, and what an LMS would not do.
WORTH_A_LOOK: Final = frozenset(
    {
        "no-session-in-frame",
        "session-over",
        "ticket-used",
        "ticket-from-elsewhere",
        "other-visitor",
        "form-from-elsewhere",
        "service-unreachable",
        "service-refused",
        "service-elsewhere",
        "roster-wrong",
        "lti-key-missing",
        "unexpected",
    }
)
# Slips of hands and programs, whatever the route.
SLIPS: Final = frozenset({"bad-request", "page-not-found", "method-not-allowed", "too-large", "too-many-requests"})
# A platform writes the sentence into its own page: what a browser's address bar takes, and no more.
LONGEST: Final = 500


def note(problem: Problem, reference: str) -> None:
    """Keep a refusal for administrators, if it is one that they can do something about."""
    if not worth_a_look(problem.code, request.blueprint):
        return
    known, visit = _launching(), _visit()
    refusals.note(
        installation(),
        code=problem.code,
        reference=reference,
        route=request.endpoint,
        details=problem.details,
        registration_id=visit.visitor.registration_id if visit else known.registration_id,
        deployment_id=visit.tenant_id if visit else known.deployment_id,
    )


def worth_a_look(code: str, blueprint: str | None) -> bool:
    """Tell whether an administrator should see refusals with this code, given on a route of this blueprint."""
    return code in WORTH_A_LOOK or (blueprint in ENDS and code not in SLIPS)


def way_back(problem: Problem, reference: str) -> str | None:
    """Return the address that leads to the course and tells the platform what happened (LTI 1.3 Core 5.4.4); None where none is known.

    The address is the platform's own, as the launch gave it, and may hold a session key: it is shown to the person it belongs to
    and stands nowhere else. Of the details only those go along that are kept for administrators: the rest may be personal.
    """
    visit = _visit()
    address = _launching().return_url or (visit.return_url if visit else None)
    if address is None:
        return None
    details = {name: value for name, value in problem.details.items() if name in refusals.DETAILS}
    said = {"lti_errormsg": translated(problem.words.happened, details)[:LONGEST], "lti_errorlog": f"{problem.code} {reference}"}
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(said, quote_via=quote))))))


def way_on() -> str | None:
    """Return the path of the page that this visit is for, unless it is the one that was refused; None outside a visit."""
    visit = _visit()
    path = ACTIVITY_PATHS[visit.activity] if visit else None
    return path if path != request.path else None


def _launching() -> Launching:
    launching: Launching = g.get("launching", UNKNOWN)
    return launching


def _visit() -> Visit | None:
    visit: Visit | None = g.get("visit")
    return visit
