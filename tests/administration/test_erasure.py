"""Erase a person: their name, mail, files and readings are in no table and no file afterwards, but for the register (threat W07)."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from record_parts import SCHEME, Tenant, either_tool, keys_folder, tenant, tool, with_settings

from lti_tool import clock, history
from lti_tool.administration import retention
from lti_tool.administration.erasure import Erased, erase_person
from lti_tool.commands.main import sealwright
from lti_tool.decision import desk, states
from lti_tool.decision.records import DecisionRecord, EventRecord, ParticipantRecord
from lti_tool.delivery import scores
from lti_tool.delivery.records import ScoreRecord
from lti_tool.evidence import codec, dossiers, intake
from lti_tool.evidence.reading import Fact, Kind, Reading
from lti_tool.evidence.records import ApplicationRecord, DocumentNumber, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch import reviewers
from lti_tool.launch.arrival import Arrival
from lti_tool.launch.records import Deployment, PersonRecord, Registration
from lti_tool.launch.visit import Activity, Role, Visit
from lti_tool.launch.visits import find_visit, make_ticket, open_visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.verification.verdict import VerdictOutcome
from lti_tool.verification.verify import verify_anything

__all__ = ["either_tool", "keys_folder", "tool"]

# Everything about the person bears this word, each thing in a spelling of its own.
CANARY = "zqkanarie"
GIVEN, FAMILY, MAIL, SUB = "Zqkanarie-Given", "Zqkanarie-Family", "zqkanarie@mail.example", "zqkanarie-sub"
FILE = b"%PDF-1.7\n%zqkanarie-content\n"


def arrive(tool: Installation, where: Tenant, *, sub: str = SUB, role: Role = Role.TEACHER, named: bool = True) -> Visit:
    """A launch, with everything that a platform may tell."""
    arrival = Arrival(
        sub=sub,
        given_name=GIVEN if named else "Sam",
        family_name=FAMILY if named else "Staff",
        full_name=f"{GIVEN} {FAMILY}" if named else "Sam Staff",
        email=MAIL if named else "sam@mail.example",
        roles=frozenset({role}),
        activity=Activity.APPLY,
        scheme_id=SCHEME,
        locale="en",
        context_id="course",
        context_title="Course",
        resource_link_id="link",
        line_item="http://127.0.0.1:9/items/1",
        members_url=None,
        return_url=None,
        platform_origin="http://127.0.0.1:9",
        in_frame=True,
    )
    with tool.database.write() as session:
        session.execute(sa.update(Deployment).values(reviewers=reviewers.COURSE))
        place = session.get_one(Deployment, where.id)
        return open_visit(session, place.registration, place, arrival, hours=12)


def add(tool: Installation, visit: Visit, application_id: str) -> str:
    """A document whose bytes, name, reading, numbers and doubts all bear the canary."""
    document_id = intake.receive(tool, visit, application_id, "Zqkanarie-file.pdf", FILE)
    name = f"{GIVEN} {FAMILY}"
    read = Reading(
        sha256="0" * 64,
        media_type="application/pdf",
        pages=1,
        kind=Kind.MOOC,
        kind_id="mooc-1",
        mooc_no=1,
        title=Fact("MOOC 1", "MOOC 1 zqkanarie-read", None),
        holder=Fact(name, name, None),
        issue_date=Fact(clock.now().date(), "", None),
        numbers=("zqkanarie-number",),
        text_sha256="1" * 64,
    )
    with tool.database.write() as session:
        document = session.get_one(DocumentRecord, document_id)
        document.state, document.reading, document.text_sha256 = "read", codec.to_json(read), read.text_sha256
        session.add(DocumentNumber(document_id=document_id, number="zqkanarie-number"))
    return document_id


def hand_in(tool: Installation, where: Tenant) -> tuple[Visit, str]:
    visit = arrive(tool, where)
    application_id = intake.application_for(tool, visit)
    add(tool, visit, application_id)
    intake.declare(tool, visit, application_id, "selfie", True)
    with tool.database.write() as session:
        make_ticket(session, visit)
        reviewers.ask(session, arrive_as_staff(visit))
    _submit(tool, visit, application_id)
    return visit, application_id


def arrive_as_staff(visit: Visit) -> Visit:
    return dataclasses.replace(visit, roles=frozenset({Role.STAFF}))


def _submit(tool: Installation, visit: Visit, application_id: str) -> None:
    with tool.database.write() as session:
        application = session.get_one(ApplicationRecord, application_id)
        application.comment = "zqkanarie-comment"
        application.submitted_at, application.submitted_day = clock.now(), clock.today("Europe/Brussels")
        application.scheme_edition = "2026"
        application.scheme_sha256 = shipped().get(SCHEME).sha256
        states.make(session, application, states.Move.SUBMIT, str(visit.visitor.id), {})


def award(tool: Installation, where: Tenant, visit: Visit, application_id: str) -> str:
    reviewer = arrive(tool, where, sub="staff", role=Role.STAFF, named=False)
    version = dossiers.view(tool, visit, application_id).version
    desk.request_changes(tool, reviewer, application_id, "Dear zqkanarie-message, please add page 2", version)
    _submit(tool, visit, application_id)
    desk.award(tool, reviewer, application_id, dossiers.view(tool, visit, application_id).version)
    with tool.database.read() as session:
        decision_id = session.scalars(sa.select(DecisionRecord.id).where(DecisionRecord.outcome == "awarded")).one()
    return issue(tool, ring(tool), decision_id, lambda *arguments: scores.owe(tool, *arguments))


def everything(tool: Installation) -> set[str]:
    """Where the canary is found: `table.column` of every table, stored files, and the raw files of an SQLite database."""
    return {*_columns(tool), *_stored(tool), *_raw(tool)}


def _columns(tool: Installation) -> Iterator[str]:
    with tool.database.read() as session:
        inspector = sa.inspect(session.connection())
        for table in inspector.get_table_names():
            for column in inspector.get_columns(table):
                if isinstance(column["type"], sa.LargeBinary):
                    # Hashes of the public log; the raw search below looks through them too.
                    continue
                texts = session.scalars(sa.text(f'select cast("{column["name"]}" as text) from "{table}"'))  # noqa: S608 - names from the database
                if any(CANARY in str(text).lower() for text in texts):
                    yield f"{table}.{column['name']}"


def _stored(tool: Installation) -> Iterator[str]:
    for file in (tool.settings.home / "files").rglob("*"):
        if file.is_file() and CANARY.encode() in file.read_bytes().lower():
            yield f"file {file.name}"


def _raw(tool: Installation) -> Iterator[str]:
    if tool.database.engine.dialect.name != "sqlite":
        return
    with closing(sqlite3.connect(tool.settings.home / "sealwright.sqlite3")) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    for file in tool.settings.home.glob("sealwright.sqlite3*"):
        if CANARY.encode() in file.read_bytes().lower():
            yield f"raw {file.name}"


def erase(tool: Installation, where: Tenant) -> Erased:
    with tool.database.read() as session:
        registration = session.get_one(Registration, where.registration_id)
        key = {"issuer": registration.issuer, "client_id": registration.client_id}
    return erase_person(tool, **key, sub=SUB)


def test_the_search_finds_what_is_there(either_tool: Installation) -> None:
    """Without this the next tests could not fail."""
    hand_in(either_tool, tenant(either_tool))
    found = everything(either_tool)
    wanted = {"person.full_name", "person.email", "person.sub", "visit.content", "application.comment", "application.sub", "document.reading"}
    wanted |= {"document.file_name", "document_number.number", "application.given_name"}
    assert wanted <= found
    assert any(each.startswith("file ") for each in found)
    if either_tool.database.engine.dialect.name == "sqlite":
        assert "raw sealwright.sqlite3" in found


def test_nothing_is_left_of_somebody_without_a_certificate(either_tool: Installation) -> None:
    where = tenant(either_tool)
    hand_in(either_tool, where)
    done = erase(either_tool, where)
    assert (done.applications, done.files, done.sessions, done.certificates) == (1, 1, 1, ())
    assert everything(either_tool) == set()
    with either_tool.database.read() as session:
        assert history.first_break(session) is None
        kinds = [event.kind for event in session.scalars(sa.select(history.Event).order_by(history.Event.id))]
        assert kinds[-2:] == ["application.erased", "person.erased"]


REGISTER = {"certificate.content", "decision.award"}
RAW = {"raw sealwright.sqlite3"}


def test_of_somebody_with_a_certificate_the_register_is_left(either_tool: Installation) -> None:
    where = tenant(either_tool)
    visit, application_id = hand_in(either_tool, where)
    number = award(either_tool, where, visit, application_id)
    assert "decision.reason" in everything(either_tool)
    assert erase(either_tool, where).certificates == (number,)
    with either_tool.database.read() as session:
        record = session.get_one(CertificateRecord, number)
        files = {f"file {digest}" for digest in record.stored}
    left = everything(either_tool)
    assert left <= REGISTER | RAW | files
    assert left >= REGISTER
    assert register.pdf(either_tool, number).startswith(b"%PDF")
    assert verify_anything(either_tool, register.pdf(either_tool, number)).outcome is VerdictOutcome.VALID


def test_a_score_that_waits_is_not_sent_any_more(either_tool: Installation) -> None:
    where = tenant(either_tool)
    visit, application_id = hand_in(either_tool, where)
    award(either_tool, where, visit, application_id)
    with either_tool.database.read() as session:
        assert session.scalars(sa.select(ScoreRecord.state)).one() == "waiting"
    erase(either_tool, where)
    with either_tool.database.read() as session:
        score = session.scalars(sa.select(ScoreRecord)).one()
        assert (score.state, SUB in score.sub) == ("not-wanted", False)


def test_sessions_end_and_a_new_launch_is_somebody_new(either_tool: Installation) -> None:
    where = tenant(either_tool)
    visit, application_id = hand_in(either_tool, where)
    number = award(either_tool, where, visit, application_id)
    erase(either_tool, where)
    with either_tool.database.read() as session, pytest.raises(Problem, match="session-over"):
        find_visit(session, visit.id)
    again = arrive(either_tool, where)
    assert again.visitor.id != visit.visitor.id
    assert register.of_person(either_tool, again) == ()
    with either_tool.database.read() as session:
        assert register.by_number(session, number) is not None


def test_others_keep_everything(either_tool: Installation) -> None:
    """The same file, the same platform, the same sub on another platform."""
    where, elsewhere = tenant(either_tool), tenant(either_tool, "https://elsewhere.example")
    hand_in(either_tool, where)
    colleague, namesake = arrive(either_tool, where, sub="colleague", named=False), arrive(either_tool, elsewhere)
    kept = []
    for visit in (colleague, namesake):
        application_id = intake.application_for(either_tool, visit)
        kept.append((visit, application_id, intake.receive(either_tool, visit, application_id, "same.pdf", FILE)))
    erase(either_tool, where)
    for visit, application_id, document_id in kept:
        assert dossiers.content(either_tool, visit, application_id, document_id)[1] == FILE
        assert dossiers.view(either_tool, visit, application_id).state == "draft"
    with either_tool.database.read() as session:
        assert session.scalars(sa.select(PersonRecord.email).where(PersonRecord.registration_id == elsewhere.registration_id)).one() == MAIL


def test_a_crash_is_finished_by_the_daily_run(either_tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    where = tenant(either_tool)
    hand_in(either_tool, where)
    monkeypatch.setenv("SEALWRIGHT_FAILPOINT", "person-erased:error")
    with pytest.raises(RuntimeError):
        erase(either_tool, where)
    monkeypatch.delenv("SEALWRIGHT_FAILPOINT")
    assert [each for each in everything(either_tool) if each.startswith("file ")] != []
    retention.run(either_tool)
    assert everything(either_tool) == set()


WRONG = [{"sub": "nobody"}, {"issuer": "https://other.example"}, {"client_id": "other"}, {"sub": ""}, {"sub": "%"}, {"sub": SUB.upper()}]


@pytest.mark.parametrize("changes", WRONG, ids=range(len(WRONG)))
def test_nobody_else_is_erased_by_mistake(changes: dict[str, str], tool: Installation) -> None:
    where = tenant(tool)
    hand_in(tool, where)
    with tool.database.read() as session:
        registration = session.get_one(Registration, where.registration_id)
        key = {"issuer": registration.issuer, "client_id": registration.client_id, "sub": SUB}
    before = everything(tool)
    with pytest.raises(Problem, match="person-unknown"):
        erase_person(tool, **{**key, **changes})
    assert everything(tool) == before


@pytest.mark.parametrize("state", ["decided", "refused", "waiting"])
def test_participants_wait_for_those_who_were_confirmed_with_them(state: str, tool: Installation) -> None:
    where = tenant(tool)
    visit = arrive(tool, where)
    staff = arrive(tool, where, sub="staff", role=Role.STAFF, named=False)
    today = clock.now().date()
    with tool.database.write() as session:
        event = EventRecord(
            tenant_id=where.id, context_id="c", title="A day", starts_on=today, ends_on=today, created_by=staff.visitor.id, created_at=clock.now()
        )
        decision = DecisionRecord(outcome="awarded", findings={}, decided_at=clock.now())
        session.add_all([event, decision])
        session.flush()
        common = {"event_id": event.id, "batch": "b" * 32, "confirmed_by": staff.visitor.id, "confirmed_at": clock.now()}
        session.add(ParticipantRecord(person_id=visit.visitor.id, holder_name=f"{GIVEN} {FAMILY}", decision_id=decision.id, **common))
        if state != "decided":
            session.add(ParticipantRecord(person_id=staff.visitor.id, holder_name="Sam Staff", **common))
        if state == "refused":
            history.append(session, "participation.refused", "b" * 32, "program", {"code": "award-drifted"})
    if state == "waiting":
        with pytest.raises(Problem, match="person-in-batch"):
            erase(tool, where)
        assert "person.email" in everything(tool)
    else:
        erase(tool, where)
        assert everything(tool) == set()


# At the end of the retention


def test_after_the_retention_the_register_alone_names_anybody(either_tool: Installation) -> None:
    where = tenant(either_tool)
    visit, application_id = hand_in(either_tool, where)
    number = award(either_tool, where, visit, application_id)
    with either_tool.database.write() as session:
        session.execute(sa.delete(reviewers.Reviewer))
    with clock.held(clock.now() + timedelta(days=366)):
        retention.run(either_tool)
    with either_tool.database.read() as session:
        record = session.get_one(CertificateRecord, number)
        files = {f"file {digest}" for digest in record.stored}
    # The platform's own id of the person stays: it finds their certificate again when they come back, and addresses the score.
    assert everything(either_tool) <= REGISTER | RAW | files | {"person.sub", "application.sub", "score.sub"}


# Commands


def run(tool: Installation, *arguments: str) -> Result:
    return CliRunner().invoke(sealwright, ["--home", str(tool.settings.home), *arguments], standalone_mode=True)


def key_of(tool: Installation, where: Tenant) -> list[str]:
    with tool.database.read() as session:
        registration = session.get_one(Registration, where.registration_id)
        return ["--issuer", registration.issuer, "--client-id", registration.client_id, "--sub", SUB]


def test_person_erase_asks_first(tool: Installation) -> None:
    where = tenant(tool)
    hand_in(tool, where)
    assert run(tool, "person", "erase", *key_of(tool, where)).exit_code == 1
    assert "person.email" in everything(tool)
    done = run(tool, "person", "erase", *key_of(tool, where), "--yes", "--json")
    assert json.loads(done.stdout) == {"applications": 1, "files": 1, "sessions": 1, "certificates": []}
    assert everything(tool) == set()
    assert CANARY not in done.output.lower()


def test_retention_run_says_what_it_would_do(tool: Installation) -> None:
    where = tenant(tool)
    _, application_id = hand_in(tool, where)
    with tool.database.write() as session:
        application = session.get_one(ApplicationRecord, application_id)
        long_ago = clock.now() - timedelta(days=400)
        application.state, application.created_at, application.submitted_at = "refused", long_ago, long_ago
        session.execute(sa.update(DocumentRecord).values(received_at=long_ago))
        session.execute(sa.delete(history.Event))
    dry = json.loads(run(tool, "retention", "run", "--dry-run", "--json").stdout)
    assert (dry["dry_run"], dry["applications"], dry["files"]) == (True, [application_id], 0)
    assert "document.reading" in everything(tool)
    done = json.loads(run(tool, "retention", "run", "--json").stdout)
    assert (done["applications"], done["files"]) == ([application_id], 1)
    assert "document.reading" not in everything(tool)
    assert "Erased: the evidence of 0 applications" in run(tool, "retention", "run").stdout


def test_settings_of_the_installation_count(tool: Installation) -> None:
    where = tenant(tool)
    _, application_id = hand_in(tool, where)
    retention.erase(tool, application_id)
    fresh = arrive(tool, where)
    draft = intake.application_for(tool, fresh)
    with clock.held(clock.now() + timedelta(days=8)):
        assert retention.run(tool, dry_run=True).applications == ()
        assert retention.run(with_settings(tool, retention_days=7), dry_run=True).applications == (draft,)
