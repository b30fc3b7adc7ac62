"""“Final certificate”: the certificate, or kindly what is still to do."""

from __future__ import annotations

from flask import Blueprint, render_template

from lti_tool.decision.submitting import findings_now
from lti_tool.evidence.dossiers import view
from lti_tool.evidence.intake import OPEN, application_for
from lti_tool.issuing import register
from lti_tool.web.apply import scheme_of
from lti_tool.web.checklist import checklist
from lti_tool.web.guard import installation, tool_blueprint
from lti_tool.web.names import named_visit
from lti_tool.web.progress import journey

blueprint: Blueprint = tool_blueprint("final")


@blueprint.get("/final")
def page() -> str:
    """Show the visitor's certificates; without one, how far the application is."""
    visit = named_visit()
    certificates = register.of_person(installation(), visit)
    application = view(installation(), visit, application_for(installation(), visit))
    scheme = scheme_of(application)
    listed = checklist(application, findings_now(installation(), application.id), scheme)
    latest = certificates[0] if certificates else None
    return render_template(
        "pages/final.html",
        application=application,
        scheme=scheme,
        list=listed,
        certificates=certificates,
        open=application.state in OPEN,
        journey=journey(application, listed, latest),
    )
