"""What the tests of deciding, issuing, delivering and verifying share: tenants, visits, applications, an LMS that counts scores."""

from __future__ import annotations

import json
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.checks.findings import Finding, Findings, PieceFindings, RequirementFindings, Standing, Verdict
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.outcome import Award, Checked
from lti_tool.evidence import codec, intake
from lti_tool.evidence.reading import Fact, Kind, Reading
from lti_tool.evidence.records import DocumentRecord
from lti_tool.installation import Installation
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.launch import registrations
from lti_tool.launch.records import PersonRecord, Registration
from lti_tool.launch.visit import Activity, Role, Visit, Visitor
from lti_tool.scheme.catalogue import shipped

SCHEME = "digital-competence"
BASE = "http://localhost:8400"


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are slow to make: one folder for all tests."""
    folder = tmp_path_factory.mktemp("keys") / "keys"
    KeyRing.create_for_development(folder, "Example Academy", "BE", clock.now())
    return folder


@pytest.fixture
def tool(sqlite_installation: Installation, keys_folder: Path) -> Installation:
    """An installation with keys on SQLite, for what the database does not decide."""
    return _with_keys(sqlite_installation, keys_folder)


@pytest.fixture
def either_tool(installation: Installation, keys_folder: Path) -> Installation:
    """An installation with keys on each database, for what the database decides."""
    return _with_keys(installation, keys_folder)


def _with_keys(installation: Installation, keys: Path) -> Installation:
    shutil.copytree(keys, installation.settings.keys)
    return installation


def with_settings(installation: Installation, **changes: object) -> Installation:
    """The same installation under other settings, on the same connections."""
    changed = Installation(installation.settings.model_copy(update=changes))
    changed.__dict__.update(database=installation.database, work=installation.work)
    return changed


@dataclass(frozen=True)
class Tenant:
    registration_id: int
    id: int


def tenant(installation: Installation, url: str = "http://127.0.0.1:9", deployment: str = "1") -> Tenant:
    with installation.database.write() as session:
        made = registrations.add(
            session,
            issuer=url,
            client_id=uuid.uuid4().hex,
            auth_url=f"{url}/auth",
            token_url=f"{url}/token",
            jwks_url=f"{url}/jwks",
            deployment_ids=[deployment],
        )
        found = session.get_one(Registration, made.id)
        return Tenant(found.id, found.deployments[0].id)


def person(
    installation: Installation,
    where: Tenant,
    *,
    sub: str = "teacher-1",
    given: str = "Þóra",
    family: str = "Guðmundsdóttir",
    role: Role = Role.TEACHER,
    line_item: str | None = None,
) -> Visit:
    """A visit of somebody, who is made if need be."""
    with installation.database.write() as session:
        found = session.scalars(sa.select(PersonRecord).filter_by(registration_id=where.registration_id, sub=sub)).first()
        if found is None:
            found = PersonRecord(registration_id=where.registration_id, sub=sub, given_name=given, family_name=family)
            session.add(found)
            session.flush()
        visitor = Visitor(found.id, where.registration_id, sub, given, family, f"{given} {family}".strip(), "")
    return Visit(
        id=uuid.uuid4().hex,
        tenant_id=where.id,
        visitor=visitor,
        roles=frozenset({role}),
        activity=Activity.APPLY,
        scheme_id=SCHEME,
        locale="en",
        context_id="course-1",
        context_title="A course",
        resource_link_id="link-1",
        line_item=line_item,
        members_url=None,
        return_url=None,
        platform_origin="http://127.0.0.1:9",
        in_frame=True,
        is_reviewer=True,
    )


PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"


def pdf_named(name: str) -> bytes:
    """A tiny PDF with content of its own."""
    return PDF + f"% {name}\n".encode()


def reading(kind_id: str, holder: str, content: bytes, issued: date | None = None) -> Reading:
    """What a good document of this kind says."""
    from lti_tool.files import sha256

    number = int(kind_id[-1]) if kind_id.startswith("mooc") else None
    return Reading(
        sha256=sha256(content),
        media_type="application/pdf",
        pages=1,
        kind=Kind.NQL if number is None else Kind.MOOC,
        kind_id=kind_id,
        mooc_no=number,
        title=Fact(kind_id, kind_id, None),
        holder=Fact(holder, holder, None),
        issue_date=Fact(issued or clock.now().date() - timedelta(days=30), "", None),
        disclaimer=Fact(True, "", None) if number is None else None,
        text_sha256=sha256(content + b"text"),
    )


def upload(installation: Installation, visit: Visit, application_id: str, name: str, read: Reading | None = None) -> str:
    """Receive a document; with `read`, as if a worker had read that."""
    document_id = intake.receive(installation, visit, application_id, f"{name}.pdf", pdf_named(f"{name} {visit.visitor.sub} {visit.tenant_id}"))
    if read is not None:
        settle(installation, document_id, read)
    return document_id


def settle(installation: Installation, document_id: str, read: Reading) -> None:
    with installation.database.write() as session:
        document = session.get_one(DocumentRecord, document_id)
        document.reading = codec.to_json(read)
        document.state = "needs-person" if read.unreadable else "read"
        document.text_sha256 = read.text_sha256


KINDS = (*(f"mooc-{number}" for number in range(1, 7)), "nql")


def file_of(visit: Visit, kind: str) -> bytes:
    """The file that `complete` hands in for a kind."""
    return pdf_named(f"{kind} {visit.visitor.sub} {visit.tenant_id}")


def complete(installation: Installation, visit: Visit) -> str:
    """An application with the seven right documents, read."""
    application_id = intake.application_for(installation, visit)
    for kind in KINDS:
        content = pdf_named(f"{kind} {visit.visitor.sub} {visit.tenant_id}")
        upload(installation, visit, application_id, kind, reading(kind, visit.visitor.full_name, content))
    return application_id


def findings(application_id: str, standing: Standing = Standing.MET, verdict: Verdict = Verdict.ACCEPT) -> Findings:
    """Findings in which every requirement stands alike."""
    return Findings(
        application_id,
        tuple(PieceFindings(kind, kind, verdict, (Finding("fresh", verdict, kind, kind),)) for kind in KINDS),
        tuple(RequirementFindings(kind, standing, kind) for kind in KINDS),
    )


def issued(installation: Installation, holder: str = "Þóra Guðmundsdóttir", supersedes: str | None = None) -> str:
    """Issue a certificate by an administrator's act; return its number."""
    scheme = shipped().get(SCHEME)
    award = Award(holder, scheme.id, scheme.edition, scheme.sha256, Checked.PERSON, clock.today(scheme.time_zone))
    with installation.database.write() as session:
        decision_id = record_award(session, installation, award, Grounds(actor="administrator", reason="a test", supersedes=supersedes))
    return issue(installation, ring(installation), decision_id, lambda *_: None)


@dataclass
class CountingLms:
    """The token and score endpoints of an LMS that treats timestamps as Moodle does: equal or older ones get 409.

    `faults` are answered first, one a request: a status with headers, or ``lose`` to take the score and lose the answer.
    """

    scores: list[dict[str, object]] = field(default_factory=list)
    requests: int = 0
    faults: list[tuple[int, dict[str, str]] | str] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    most_at_once: int = 0
    at_once: int = 0

    @property
    def line_item(self) -> str:
        return f"{self.url}/items/1?type_id=1"

    def take(self, score: dict[str, object]) -> int:
        held = [entry for entry in self.scores if entry["userId"] == score["userId"]]
        stamp = datetime.fromisoformat(str(score["timestamp"])).replace(microsecond=0)
        if any(datetime.fromisoformat(str(entry["timestamp"])).replace(microsecond=0) >= stamp for entry in held):
            return 409
        if stamp > datetime.now(UTC):
            return 400
        self.scores.append(score)
        return 200


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lms: CountingLms

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/token"):
            self.answer(200, {}, json.dumps({"access_token": "t", "expires_in": 3600, "token_type": "bearer", "scope": "x"}).encode())
            return
        with self.lms.lock:
            self.lms.requests += 1
            self.lms.at_once += 1
            self.lms.most_at_once = max(self.lms.most_at_once, self.lms.at_once)
            fault = self.lms.faults.pop(0) if self.lms.faults else None
            status = self.lms.take(json.loads(body)) if fault in (None, "lose") else 0
        self.close_connection = fault == "lose"
        if fault != "lose":
            self.answer(fault[0] if isinstance(fault, tuple) else status, fault[1] if isinstance(fault, tuple) else {}, b"[]")
        with self.lms.lock:
            self.lms.at_once -= 1

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def counting_lms(port: int = 0) -> Iterator[CountingLms]:
    lms = CountingLms()
    handler = type("Handler", (_Handler,), {"lms": lms})
    with _Server(("127.0.0.1", port), handler) as server:
        lms.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield lms
        finally:
            server.shutdown()
            thread.join()
