"""Every route of the application, by endpoint: who it is for, and how to call it. A route without a row fails the tests."""

from __future__ import annotations

from dataclasses import dataclass, field

# tool: inside a visit · public: for anybody · launch: other sites lead here · machine: fetched by programs · static: files
TOOL, PUBLIC, LAUNCH, MACHINE, STATIC = "tool", "public", "launch", "machine", "static"


@dataclass(frozen=True)
class Route:
    """`ids` are the parameters that name somebody's things; `body` what a form would send beside the hidden fields."""

    audience: str
    ids: tuple[str, ...] = ()
    body: dict[str, str] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)


APPLICATION = ("application_id",)
DOCUMENT = ("application_id", "document_id")
NUMBER = ("number",)

ROUTES = {
    "apply.page": Route(TOOL),
    "apply.add_documents": Route(TOOL, APPLICATION, {"files": "FILE"}),
    "apply.replace_document": Route(TOOL, DOCUMENT, {"files": "FILE"}),
    "apply.place_document": Route(TOOL, DOCUMENT, {"requirement": "mooc-2"}),
    "apply.remove_document": Route(TOOL, DOCUMENT),
    "apply.declare": Route(TOOL, APPLICATION, {"declaration": "selfie", "on": "1"}),
    "apply.submit": Route(TOOL, APPLICATION, {"version": "1", "comment": "please"}),
    "pieces.piece": Route(TOOL, DOCUMENT),
    "pieces.picture": Route(TOOL, DOCUMENT, extra={"page": 1}),
    "final.page": Route(TOOL),
    "certificates.pdf": Route(TOOL, NUMBER),
    "certificates.credential": Route(TOOL, NUMBER),
    "certificates.picture": Route(TOOL, NUMBER),
    "review.desk": Route(TOOL),
    "review.one": Route(TOOL, APPLICATION),
    "review.confirm": Route(TOOL, APPLICATION),
    "review.award": Route(TOOL, APPLICATION, {"version": "1"}),
    "review.ask_for_changes": Route(TOOL, APPLICATION, {"version": "1", "message": "please"}),
    "choose.page": Route(TOOL),
    "choose.choose": Route(TOOL, (), {"chosen": "apply-digital-competence"}),
    "submission.page": Route(TOOL),
    "window.open_window": Route(TOOL, (), {"to": "apply"}),
    "window.enter": Route(TOOL, extra={"ticket": "never-given"}),
    "verify.certificate": Route(PUBLIC, extra={"number": "ABCD"}),
    "verify.bare": Route(PUBLIC),
    "verify.form": Route(PUBLIC),
    "verify.check": Route(PUBLIC, (), {"number": "ABCD"}),
    "home.index": Route(PUBLIC),
    "home.robots": Route(PUBLIC),
    "published.status": Route(MACHINE, extra={"number": 1}),
    "published.did": Route(MACHINE),
    "published.credential": Route(MACHINE, extra={"number": "ABCD"}),
    "published.achievement": Route(MACHINE, extra={"scheme_id": "digital-competence", "edition": "2026"}),
    "health.alive": Route(MACHINE),
    "health.ready": Route(MACHINE),
    "health.metrics": Route(MACHINE),
    "lti_login.start": Route(LAUNCH),
    "lti_login.go_on": Route(LAUNCH, extra={"ticket": "never-given"}),
    "lti_message.launch": Route(LAUNCH),
    "lti_stored.stored": Route(LAUNCH),
    "lti_message.jwks": Route(LAUNCH),
    "lti_register.ask": Route(LAUNCH, extra={"secret": "never-given"}),
    "lti_register.register": Route(LAUNCH, extra={"secret": "never-given"}),
    "static": Route(STATIC, extra={"filename": "sealwright.css"}),
    "bootstrap.static": Route(STATIC, extra={"filename": "css/bootstrap.min.css"}),
}
UNKNOWN = {"application_id": "0" * 32, "document_id": "f" * 32, "number": "1" * 24}
