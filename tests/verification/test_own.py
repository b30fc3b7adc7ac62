"""Certificates of this installation as evidence: the register proves them, and nothing on the paper can say otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa
from record_parts import Tenant, issued, person, tenant

from lti_tool import clock
from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import PieceFindings, Verdict
from lti_tool.checks.words import vocabulary
from lti_tool.decision import events
from lti_tool.decision.events import Particulars
from lti_tool.decision.judge import how_checked
from lti_tool.decision.outcome import Checked
from lti_tool.decision.participation import award_batch, confirm
from lti_tool.decision.records import DecisionRecord, ParticipantRecord
from lti_tool.evidence import dossiers, intake, work
from lti_tool.evidence.dossier import Applicant, Dossier, Piece, SchemeReference
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Fact, Kind, Link, Proof, ProofLevel, Reading, Source
from lti_tool.evidence.recognising import AskedFor
from lti_tool.evidence.records import DocumentRecord
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.issuing.number import new_number
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.visit import Role
from lti_tool.scheme.catalogue import shipped
from lti_tool.verification import own

SCHEME = shipped().get("digital-competence")
THORA = "Þóra Guðmundsdóttir"
APPLICANT = Applicant("Þóra", "Guðmundsdóttir")
COURSE = "MOOC 3: Teaching and learning"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=30) as opened:
        yield opened


@pytest.fixture
def place(tool: Installation) -> Tenant:
    return tenant(tool)


def participation(tool: Installation, place: Tenant, title: str = COURSE, holder: str = THORA, sub: str = "teacher-1") -> str:
    """A certificate of participation, as the organisers of an event confirm it; its number."""
    sam = dataclasses.replace(person(tool, place, sub="sam", given="Sam", family="Staff", role=Role.STAFF))
    person(tool, place, sub=sub)
    day = clock.today("Europe/Brussels")
    event = events.begin(tool, sam, Particulars(title, day, day, 600))
    confirm(tool, sam, event, {sub: holder})
    with tool.database.read() as session:
        batch = session.scalars(sa.select(ParticipantRecord.batch).where(ParticipantRecord.event_id == event)).one()
        before = set(session.scalars(sa.select(DecisionRecord.id)))
    award_batch(tool, batch)
    with tool.database.read() as session:
        fresh = set(session.scalars(sa.select(DecisionRecord.id))) - before
    return issue(tool, ring(tool), fresh.pop(), lambda *_: None)


def asked(tool: Installation, place: Tenant, sub: str = "teacher-1") -> AskedFor:
    return AskedFor(person(tool, place, sub=sub).visitor.id, place.id)


def unasked() -> tuple[Reading, ...]:
    raise AssertionError("what is known at sight is not read")


def found(reading: Reading, applicant: Applicant = APPLICANT) -> PieceFindings:
    return check_piece(Piece("d", "d.pdf", reading), applicant, clock.today(SCHEME.time_zone), SCHEME)


def codes(reading: Reading) -> list[str]:
    return [doubt.code for doubt in reading.doubts]


def test_our_own_file_is_known_at_sight_and_counts_as_what_its_event_names(tool: Installation, place: Tenant) -> None:
    number = participation(tool, place)
    (reading,) = own.recognise(tool, register.pdf(tool, number), SCHEME, asked(tool, place), unasked)
    assert reading.proof == Proof(ProofLevel.OWN, "Example Academy", number)
    assert (reading.kind, reading.kind_id, reading.mooc_no, reading.numbers) == (Kind.MOOC, "mooc-3", 3, (number,))
    facts = (reading.title, reading.holder, reading.issue_date)
    assert [fact.value for fact in facts if fact] == [COURSE, THORA, clock.today("Europe/Brussels")]
    assert {fact.source for fact in facts if fact} == {Source.PROVED}
    judged = found(reading)
    assert (judged.verdict, judged.requirement) == (Verdict.ACCEPT, "mooc-3")
    assert "proved-own" in [finding.code for finding in judged.findings]


def test_it_does_not_count_for_anybody_else(tool: Installation, place: Tenant) -> None:
    content = register.pdf(tool, participation(tool, place))
    other = asked(tool, place, sub="teacher-2")
    (reading,) = own.recognise(tool, content, SCHEME, other, unasked)
    assert codes(reading) == ["own-other-account"]
    assert found(reading, Applicant("Anna", "Muster")).verdict is Verdict.REJECT
    # Somebody of the very same name is not let through either: the account is another one.
    assert found(reading).verdict is Verdict.REVIEW


def test_what_another_place_issued_goes_to_a_person(tool: Installation, place: Tenant) -> None:
    content = register.pdf(tool, participation(tool, place))
    elsewhere = dataclasses.replace(asked(tool, place), tenant_id=place.id + 1)
    (reading,) = own.recognise(tool, content, SCHEME, elsewhere, unasked)
    assert codes(reading) == ["own-other-place"]
    assert found(reading).verdict is Verdict.REVIEW


TITLES = [
    ("Webinar: cats on the internet", Kind.UNKNOWN, None),
    ("Digital resources", Kind.UNKNOWN, None),
    ("MOOC 3", Kind.UNKNOWN, None),
    ("MOOC 2: Assessment", Kind.UNKNOWN, None),
    ("MOOC 4: Assessment", Kind.MOOC, "mooc-4"),
    ("MOOC 5 – Förderung der digitalen Kompetenz der Lernenden", Kind.UNKNOWN, None),
]


@pytest.mark.parametrize(("title", "kind", "kind_id"), TITLES)
def test_an_event_stands_for_a_course_only_if_its_title_says_so(tool: Installation, place: Tenant, title: str, kind: Kind, kind_id: str) -> None:
    content = register.pdf(tool, participation(tool, place, title))
    (reading,) = own.recognise(tool, content, SCHEME, asked(tool, place), unasked)
    assert (reading.kind, reading.kind_id) == (kind, kind_id)


def test_an_award_of_ours_is_something_else_than_its_own_evidence(tool: Installation, place: Tenant) -> None:
    (reading,) = own.recognise(tool, register.pdf(tool, issued(tool)), SCHEME, asked(tool, place), unasked)
    assert reading.proof is not None
    assert [finding.code for finding in found(reading).findings if finding.verdict is Verdict.REJECT] == ["not-asked-for"]


def revoked(tool: Installation, number: str) -> None:
    revoking.revoke(tool, number, reason="a test", actor="administrator")


def superseded(tool: Installation, number: str) -> None:
    with tool.database.write() as session:
        record = session.get_one(CertificateRecord, number)
        record.state, record.superseded_by = "superseded", new_number()


def damaged(tool: Installation, number: str) -> None:
    with tool.database.write() as session:
        session.get_one(CertificateRecord, number).content_sha256 = "0" * 64


STATES: dict[str, tuple[Callable[[Installation, str], None], str, Verdict]] = {
    "revoked": (revoked, "own-revoked", Verdict.REJECT),
    "replaced": (superseded, "own-replaced", Verdict.REVIEW),
    "damaged in the register": (damaged, "own-not-confirmed", Verdict.REVIEW),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_what_does_not_stand_any_more_is_told_apart(tool: Installation, place: Tenant, name: str) -> None:
    spoil, expected, verdict = STATES[name]
    number = participation(tool, place)
    content = register.pdf(tool, number)
    spoil(tool, number)
    (reading,) = own.recognise(tool, content, SCHEME, asked(tool, place), unasked)
    assert codes(reading) == [expected]
    assert found(reading).verdict is verdict


# -- copies and changes -----------------------------------------------------------------------------------------------------


def resaved(pdf: bytes) -> bytes:
    """Save it without its seal, as a printer would."""
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.Root.AcroForm, document.Root.Perms, document.Root.StructTreeRoot
        document.pages[0].obj.Annots = pikepdf.Array([note for note in document.pages[0].obj.Annots if note.Subtype == pikepdf.Name.Link])
        out = BytesIO()
        document.save(out)
        return out.getvalue()


def read_as(holder: str | None, links: tuple[str, ...], source: Source = Source.TEXT) -> Callable[[], tuple[Reading, ...]]:
    """What a reader made of a copy."""
    fact = None if holder is None else Fact(holder, holder, None, 1.0, source)
    return lambda: (Reading("0" * 64, "application/pdf", 1, Kind.UNKNOWN, holder=fact, links=tuple(Link(text) for text in links)),)


def test_a_copy_is_known_by_its_number_whatever_else_it_says(tool: Installation, place: Tenant, reader: Reader) -> None:
    number = participation(tool, place)
    copy = resaved(register.pdf(tool, number))
    (reading,) = own.recognise(tool, copy, SCHEME, asked(tool, place), partial(reader.read_all, copy, SCHEME))
    assert reading.proof == Proof(ProofLevel.OWN, "Example Academy", number)
    assert codes(reading) == []
    assert found(reading).verdict is Verdict.ACCEPT


def test_bytes_added_to_a_sealed_file_are_told(tool: Installation, place: Tenant, reader: Reader) -> None:
    changed = register.pdf(tool, participation(tool, place)) + b"\n"
    (reading,) = own.recognise(tool, changed, SCHEME, asked(tool, place), partial(reader.read_all, changed, SCHEME))
    assert codes(reading) == ["own-altered"]
    assert found(reading).verdict is Verdict.REVIEW


def test_another_name_over_our_number_is_refused(tool: Installation, place: Tenant) -> None:
    number = participation(tool, place)
    link = f"{tool.settings.base_url}/c/{number}"
    (forged,) = own.recognise(tool, b"%PDF-1.7", SCHEME, asked(tool, place), read_as("Anna Muster", (link,)))
    assert forged.proof is None
    assert codes(forged) == ["own-contradicted"]
    assert found(forged, Applicant("Anna", "Muster")).verdict is Verdict.REJECT
    (unsure,) = own.recognise(tool, b"\x89PNG", SCHEME, asked(tool, place), read_as("Thora Gudmundsdatter", (link,), Source.OCR))
    assert codes(unsure) == ["own-differs"]
    assert found(unsure).verdict is not Verdict.ACCEPT


NOT_OURS = [
    "https://evil.example/c/{number}",
    "{base}@evil.example/c/{number}",
    "{base}.evil.example/c/{number}",
    "{base}:81/c/{number}",
    "{base}/d/{number}",
    "{base}/c/{number}/x",
    "{number}",
]


@pytest.mark.parametrize("address", NOT_OURS)
def test_our_number_at_another_address_proves_nothing(tool: Installation, place: Tenant, address: str) -> None:
    number = participation(tool, place)
    link = address.format(base=tool.settings.base_url, number=number)
    (reading,) = own.recognise(tool, b"%PDF-1.7", SCHEME, asked(tool, place), read_as(THORA, (link,)))
    assert (reading.proof, codes(reading)) == (None, [])


def test_numbers_that_nobody_issued_or_too_many_go_to_a_person(tool: Installation, place: Tenant) -> None:
    base, number = tool.settings.base_url, participation(tool, place)
    invented, second = f"{base}/c/{new_number()}", f"{base}/c/{participation(tool, place, 'MOOC 4: Assessment')}"
    for links, expected in (((invented,), "own-number-unknown"), ((f"{base}/c/{number}", second), "own-several")):
        (reading,) = own.recognise(tool, b"%PDF-1.7", SCHEME, asked(tool, place), read_as(THORA, links))
        assert (reading.proof, codes(reading)) == (None, [expected])
        assert found(reading).verdict is Verdict.REVIEW


# -- through the worker, and into the decision ------------------------------------------------------------------------------


def test_the_worker_stores_what_the_register_says(tool: Installation, place: Tenant) -> None:
    number = participation(tool, place)
    teacher = person(tool, place)
    application = intake.application_for(tool, teacher)
    document = intake.receive(tool, teacher, application, "course.pdf", register.pdf(tool, number))
    assert work.read_document(tool, pytest.fail, document, partial(own.recognise, tool)) is None
    with tool.database.read() as session:
        assert session.get_one(DocumentRecord, document).state == "read"
        judged = dossiers.dossier(session, application, clock.today(SCHEME.time_zone))
    assert judged.pieces[0].reading.proof == Proof(ProofLevel.OWN, "Example Academy", number)
    assert how_checked(judged) is Checked.PROVED


def test_one_piece_of_paper_among_proved_ones_makes_it_read(tool: Installation, place: Tenant) -> None:
    number = participation(tool, place)
    (proved,) = own.recognise(tool, register.pdf(tool, number), SCHEME, asked(tool, place), unasked)
    paper = dataclasses.replace(proved, sha256=sha256(b"paper"), holder=Fact(THORA, THORA, None))
    reference = SchemeReference(SCHEME.id, SCHEME.edition, SCHEME.sha256)
    pieces = (Piece("a", "a.pdf", proved), Piece("b", "b.pdf", proved))
    day = date.today() + timedelta(days=1)
    assert how_checked(Dossier("x", APPLICANT, day, reference, pieces)) is Checked.PROVED
    assert how_checked(Dossier("x", APPLICANT, day, reference, (*pieces, Piece("c", "c.pdf", paper)))) is Checked.READ


def test_every_doubt_about_our_own_has_words() -> None:
    told = ("revoked", "contradicted", "differs", "altered", "replaced", "expired", "not-confirmed", "number-unknown", "several")
    assert [code for code in (*told, "other-account", "other-place") if f"own-{code}" not in vocabulary()] == []
