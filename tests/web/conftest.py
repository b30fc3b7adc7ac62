"""A real installation with keys, and people who arrive at it."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.administration import operators
from lti_tool.decision.freezing import digest
from lti_tool.decision.outcome import Award, Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.evidence import codec, intake
from lti_tool.evidence.reading import Fact, Kind, Place, Reading
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.issuing.content import content_for, to_json
from lti_tool.issuing.number import new_number
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch import registrations
from lti_tool.launch.arrival import Arrival
from lti_tool.launch.visit import Activity, Role, Visit
from lti_tool.launch.visits import open_visit
from lti_tool.scheme.catalogue import shipped
from lti_tool.web.app import create_app

# Ways to forge, and pictures of certificates, that the tests of other packages have.
sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("certificate_signing", "verification")]
PDF = b"%PDF-1.7\n%invented for tests\n"
ORIGIN = "https://lms-{}.example"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys for development, made once."""
    folder = tmp_path_factory.mktemp("keys", numbered=True)
    KeyRing.create_for_development(folder, "Example Academy", "BE", datetime.now(UTC))
    return folder


@dataclass
class House:
    """An application on an installation, and the ways to come in."""

    installation: Installation
    app: Flask

    def arrive(self, who: str = "anna", tenant: str = "a", role: Role = Role.TEACHER, **more: object) -> Guest:
        """Let somebody arrive by a launch from the platform of `tenant`."""
        opened = self.visit(who, tenant, role, **more)
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["visit"] = opened.id
        return Guest(self, opened, client)

    def operate(self) -> FlaskClient:
        """A browser of whoever runs the installation, signed in by a login link."""
        with self.installation.database.write() as db:
            session_id = operators.enter(db, operators.make_link(db))
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["operator"] = session_id
        return client

    def visit(self, who: str, tenant: str, role: Role, **more: object) -> Visit:
        """Open a visit as a launch does."""
        origin = ORIGIN.format(tenant)
        with self.installation.database.write() as session:
            registration = registrations.add(
                session,
                issuer=origin,
                client_id="sealwright",
                auth_url=f"{origin}/auth",
                token_url=f"{origin}/token",
                jwks_url=f"{origin}/jwks",
                deployment_ids=["1"],
                reviewers="course",
            )
            deployment = registrations.find_deployment(session, registration, "1")
            return open_visit(session, registration, deployment, arrival(who, origin, role, **more), hours=12)


def arrival(who: str, origin: str, role: Role, **more: object) -> Arrival:
    """What a launch would tell."""
    told = {
        "sub": who,
        "given_name": who.capitalize(),
        "family_name": "Ellis",
        "full_name": f"{who.capitalize()} Ellis",
        "email": f"{who}@mail.example",
        "roles": frozenset({role}),
        "activity": Activity.APPLY if role is Role.TEACHER else Activity.REVIEW,
        "scheme_id": "digital-competence",
        "locale": "en",
        "context_id": "course",
        "context_title": "Course",
        "resource_link_id": "link",
        "line_item": None,
        "members_url": None,
        "return_url": None,
        "platform_origin": origin,
        "in_frame": True,
    }
    return Arrival(**{**told, **more})  # type: ignore[arg-type]


@dataclass
class Guest:
    """Somebody with a browser."""

    house: House
    visit: Visit
    client: FlaskClient

    def certify(self, **more: object) -> str:
        """Give them a published certificate; return its number."""
        return certify(self, **more)  # type: ignore[arg-type]

    def submit(self, comment: str = "please look") -> str:
        """Put their application on the desk; return its id."""
        scheme = shipped().get("digital-competence")
        with self.house.installation.database.write() as session:
            record = session.get_one(ApplicationRecord, self.application)
            record.state, record.comment, record.submitted_at = "submitted", comment, clock.now()
            record.submitted_day = clock.today("Europe/Brussels")
            record.scheme_edition, record.scheme_sha256 = scheme.edition, scheme.sha256
            return record.id

    @property
    def application(self) -> str:
        """The id of their application."""
        return intake.application_for(self.house.installation, self.visit)

    def add(self, name: str = "mooc1.pdf", content: bytes = PDF, reading: Reading | None = None) -> str:
        """Add a document that was read already; return its id."""
        document_id = intake.receive(self.house.installation, self.visit, self.application, name, content)
        with self.house.installation.database.write() as session:
            record = session.get_one(DocumentRecord, document_id)
            record.state, record.stage = "read", "done"
            record.reading = codec.to_json(reading or mooc(1, self.visit.visitor.full_name))
        return document_id

    def token(self, page: str = "/apply") -> dict[str, str]:
        """The hidden fields that a form of this person's page carries."""
        html = self.client.get(page).get_data(as_text=True)
        fields = {name: re.search(rf'name="{name}" value="([^"]+)"', html) for name in ("csrf_token", "visit")}
        return {name: found.group(1) for name, found in fields.items() if found}


def certify(guest: Guest, *, holder: str | None = None, expires_on: date | None = None) -> str:
    """Put a published certificate of somebody's into the register, as issuing does, with files that are not looked at here."""
    installation = guest.house.installation
    scheme = shipped().get("digital-competence")
    with installation.database.write() as session:
        application = session.get_one(ApplicationRecord, guest.application)
        application.state = "awarded"
        application.submitted_at, application.submitted_day = clock.now(), clock.today("Europe/Brussels")
        application.scheme_edition, application.scheme_sha256 = scheme.edition, scheme.sha256
        award = Award(holder or guest.visit.visitor.full_name, scheme.id, scheme.edition, scheme.sha256, Checked.READ, application.submitted_day)
        decision = DecisionRecord(application_id=application.id, live_award_of=application.id, outcome="awarded", findings={}, decided_at=clock.now())
        session.add(decision)
        session.flush()
        number, index = new_number(), int.from_bytes(application.id.encode()[:3], "big") % 1_000_000
        content = content_for(award, installation.settings, number=number, status_index=index, at=clock.now())
        stored = to_json(dataclasses.replace(content, expires_on=expires_on or content.expires_on))
        session.add(
            CertificateRecord(
                number=number,
                sequence=index + 1,
                decision_id=decision.id,
                tenant_id=guest.visit.tenant_id,
                person_id=guest.visit.visitor.id,
                state="issued",
                content=stored,
                content_sha256=digest(stored),
                status_index=index,
                pdf_sha256=installation.files.put(PDF + number.encode()),
                credential_sha256=installation.files.put(b"{}" + number.encode()),
                prepared_at=clock.now(),
                issued_at=clock.now(),
            )
        )
    return number


def mooc(number: int, holder: str, day: date = date(2026, 9, 1)) -> Reading:
    """What the reader says of a course certificate."""
    place = Place(1, (0.1, 0.2, 0.5, 0.25))
    return Reading(
        sha256=f"{number:064}",
        media_type="application/pdf",
        pages=1,
        kind=Kind.MOOC,
        kind_id=f"mooc-{number}",
        mooc_no=number,
        title=Fact(f"MOOC {number}", f"MOOC {number}", place),
        holder=Fact(holder, holder, Place(1, (0.1, 0.3, 0.5, 0.35))),
        issue_date=Fact(day, day.isoformat(), Place(1, (0.1, 0.4, 0.5, 0.45))),
    )


@pytest.fixture
def settle(keys: Path) -> Callable[[Installation], House]:
    """Put keys into an installation and make its application."""

    def make(installation: Installation) -> House:
        shutil.copytree(keys, installation.settings.keys, dirs_exist_ok=True)
        installation.settings.keys.chmod(0o700)
        app = create_app(installation)
        app.testing = False
        return House(installation, app)

    return make


@pytest.fixture
def house(sqlite_installation: Installation, settle: Callable[[Installation], House]) -> House:
    """An application on SQLite."""
    return settle(sqlite_installation)


@pytest.fixture
def both(installation: Installation, settle: Callable[[Installation], House]) -> House:
    """An application on each database."""
    return settle(installation)
