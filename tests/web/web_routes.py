"""Every route of the application, by endpoint: who it is for, and how to call it. A route without a row fails the tests."""

from __future__ import annotations

from dataclasses import dataclass, field

# tool: inside a visit · public: for anybody · launch: other sites lead here · machine: fetched by programs · static: files
# admin: for administrators of a tenant and for operators · operator: for operators alone
TOOL, PUBLIC, LAUNCH, MACHINE, STATIC = "tool", "public", "launch", "machine", "static"
ADMIN, OPERATOR = "admin", "operator"


@dataclass(frozen=True)
class Route:
    """`ids` are the parameters that name somebody's things; `body` what a form would send beside the hidden fields."""

    audience: str
    ids: tuple[str, ...] = ()
    body: dict[str, str] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)


APPLICATION = ("application_id",)
DOCUMENT = ("application_id", "document_id")
UPLOAD = ("application_id", "upload_id")
NUMBER = ("number",)
EVENT = ("event_id",)
PLATFORM = ("registration_id",)
TENANT = ("deployment_id",)

ROUTES = {
    "apply.page": Route(TOOL),
    "apply.add_documents": Route(TOOL, APPLICATION, {"files": "FILE"}),
    "apply.replace_document": Route(TOOL, DOCUMENT, {"files": "FILE"}),
    "apply.place_document": Route(TOOL, DOCUMENT, {"requirement": "mooc-2"}),
    "apply.remove_document": Route(TOOL, DOCUMENT),
    "apply.declare": Route(TOOL, APPLICATION, {"declaration": "selfie", "on": "1"}),
    "apply.submit": Route(TOOL, APPLICATION, {"version": "1", "comment": "please"}),
    "uploading.begin": Route(TOOL, APPLICATION, {"name": "x.pdf", "size": "100"}),
    "uploading.look": Route(TOOL, UPLOAD),
    "uploading.append": Route(TOOL, UPLOAD),
    "uploading.cancel": Route(TOOL, UPLOAD),
    "pieces.piece": Route(TOOL, DOCUMENT),
    "pieces.picture": Route(TOOL, DOCUMENT, extra={"page": 1}),
    "pieces.original": Route(TOOL, DOCUMENT),
    "final.page": Route(TOOL),
    "certificates.pdf": Route(TOOL, NUMBER),
    "certificates.credential": Route(TOOL, NUMBER),
    "certificates.picture": Route(TOOL, NUMBER),
    "certificates.jwt": Route(TOOL, NUMBER),
    "certificates.europass": Route(TOOL, NUMBER),
    "certificates.opening": Route(TOOL, NUMBER),
    "certificates.sheet": Route(TOOL, NUMBER),
    "review.desk": Route(TOOL),
    "review.one": Route(TOOL, APPLICATION),
    "review.confirm": Route(TOOL, APPLICATION),
    "review.award": Route(TOOL, APPLICATION, {"version": "1"}),
    "review.ask_for_changes": Route(TOOL, APPLICATION, {"version": "1", "message": "please"}),
    "roster.page": Route(TOOL),
    "roster.reload": Route(TOOL),
    "roster.table": Route(TOOL),
    "participation.page": Route(TOOL),
    "participation.begin": Route(TOOL, (), {"title": "An event", "starts_on": "2026-11-12", "ends_on": "2026-11-12"}),
    "participation.event": Route(TOOL, EVENT),
    "participation.change": Route(TOOL, EVENT, {"title": "Another", "starts_on": "2026-11-12", "ends_on": "2026-11-12"}),
    "participation.remove": Route(TOOL, EVENT),
    "participation.choose": Route(TOOL, EVENT, {"mark": "all"}),
    "participation.choosing": Route(TOOL, EVENT),
    "participation.issue": Route(TOOL, EVENT, {"person": "anna", "seen": "0"}),
    "choose.page": Route(TOOL),
    "choose.choose": Route(TOOL, (), {"chosen": "apply-digital-competence"}),
    "submission.page": Route(TOOL),
    "asking.page": Route(TOOL),
    "asking.ask": Route(TOOL),
    "asking.list_oneself": Route(TOOL),
    "admin.overview": Route(ADMIN),
    "admin.refused": Route(ADMIN),
    "admin.keys": Route(OPERATOR),
    "admin.rotate_key": Route(OPERATOR),
    "admin_platforms.listing": Route(ADMIN),
    "admin_platforms.one": Route(ADMIN, PLATFORM),
    "admin_platforms.examine": Route(ADMIN, PLATFORM),
    "admin_platforms.set_status": Route(OPERATOR, PLATFORM, {"status": "suspended"}),
    "admin_platforms.set_new_deployments": Route(OPERATOR, PLATFORM, {"rule": "trust"}),
    "admin_platforms.set_place": Route(OPERATOR, TENANT, {"status": "suspended"}),
    "admin_connect.page": Route(OPERATOR),
    "admin_connect.invite": Route(OPERATOR, (), {"label": "a school", "hours": "24"}),
    "admin_connect.withdraw": Route(OPERATOR, ("digest",)),
    "admin_connect.manual": Route(OPERATOR),
    "admin_connect.add": Route(OPERATOR, (), {"issuer": "https://lms.example"}),
    "admin_tenant.settings": Route(ADMIN, TENANT),
    "admin_tenant.change": Route(ADMIN, TENANT, {"name": "a school", "default_scheme": "digital-competence", "reviewers": "listed"}),
    "admin_tenant.decide": Route(ADMIN, ("deployment_id", "person_id"), {"decision": "list"}),
    "admin_outbox.scores": Route(ADMIN),
    "admin_outbox.retry": Route(ADMIN, ("score_id",)),
    "admin_outbox.retry_all": Route(ADMIN),
    "operators.door": Route(PUBLIC, extra={"secret": "never-given"}),
    "operators.enter": Route(PUBLIC, extra={"secret": "never-given"}),
    "operators.leave": Route(PUBLIC),
    "window.open_window": Route(TOOL, (), {"to": "apply"}),
    "window.enter": Route(TOOL, extra={"ticket": "never-given"}),
    "verify.certificate": Route(PUBLIC, extra={"number": "ABCD"}),
    "verify.bare": Route(PUBLIC),
    "verify.form": Route(PUBLIC),
    "offline.page": Route(PUBLIC),
    "offline.keys": Route(MACHINE),
    "offline.status": Route(MACHINE),
    "offline.worker": Route(MACHINE),
    "offline.manifest": Route(MACHINE),
    "verify.check": Route(PUBLIC, (), {"number": "ABCD"}),
    "api.check": Route(MACHINE),
    "api.number": Route(MACHINE, extra={"number": "ABCD"}),
    "api.file_known": Route(MACHINE, extra={"digest": "0" * 64}),
    "api.description": Route(MACHINE),
    "api.problem": Route(MACHINE, extra={"code": "too-large"}),
    "wallets.exchange": Route(MACHINE, extra={"number": "ABCD"}),
    "home.index": Route(PUBLIC),
    "home.robots": Route(PUBLIC),
    "public_log.checkpoint": Route(MACHINE),
    "public_log.keys": Route(MACHINE),
    "public_log.tile": Route(MACHINE, extra={"level": 0, "place": "000.p/1"}),
    "public_log.entries": Route(MACHINE, extra={"place": "000.p/1"}),
    "public_log.inclusion": Route(MACHINE),
    "public_log.consistency": Route(MACHINE),
    "published.status": Route(MACHINE, extra={"number": 1}),
    "published.replaced": Route(MACHINE, extra={"number": 1}),
    "published.did": Route(MACHINE),
    "published.key": Route(MACHINE, extra={"key_id": "jwt-0"}),
    "published.jwt": Route(MACHINE, extra={"number": "ABCD"}),
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
UNKNOWN = {
    "event_id": "e" * 32,
    "application_id": "0" * 32,
    "document_id": "f" * 32,
    "upload_id": "d" * 32,
    "number": "1" * 24,
    "registration_id": 4711,
    "deployment_id": 4712,
    "person_id": 4713,
    "score_id": "e" * 32,
    "digest": "d" * 64,
}
