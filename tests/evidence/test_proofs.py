"""What a document carries proves it only if somebody trusted stands behind it, and every forgery of that is told apart."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from paper_parts import course
from proof_parts import AWARDED, NOW, PAGES, SEAL, TRUST, baked, code, course_for, credential, with_attachment, with_code, with_link

from certificate_signing.approval import approve
from certificate_signing.development_pki import development_seal
from lti_tool import clock
from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import PieceFindings, Verdict
from lti_tool.checks.words import vocabulary, words
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Kind, Proof, ProofLevel, Reading, Source
from lti_tool.evidence.trust import NOBODY, TrustList
from lti_tool.scheme.catalogue import shipped

SCHEME = shipped().get("digital-competence")
ANNA = Applicant("Anna", "Muster")


class Trusting:
    """A trust list that a test may change."""

    def __init__(self) -> None:
        self.list: TrustList = TRUST

    def __call__(self) -> TrustList:
        return self.list


@pytest.fixture(scope="module")
def trusting() -> Trusting:
    return Trusting()


@pytest.fixture(scope="module")
def reader(trusting: Trusting) -> Iterator[Reader]:
    with Reader(seconds=120, trust=trusting) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch, trusting: Trusting) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    trusting.list = TRUST


def found(reading: Reading, applicant: Applicant = ANNA) -> PieceFindings:
    return check_piece(Piece("d", "d.pdf", reading), applicant, NOW.date(), SCHEME)


def codes(reading: Reading) -> list[str]:
    return [doubt.code for doubt in reading.doubts]


def sources(reading: Reading) -> set[Source]:
    return {fact.source for fact in (reading.title, reading.holder, reading.issue_date) if fact is not None}


SIGNED = approve(course(), SEAL, NOW)


def test_what_a_trusted_issuer_sealed_is_proved(reader: Reader) -> None:
    reading = reader.read(SIGNED, SCHEME)
    assert reading.proof == Proof(ProofLevel.SEAL, "The Ministry", "Example Ministry seal (development)")
    assert sources(reading) == {Source.PROVED}
    assert found(reading).verdict is Verdict.ACCEPT
    assert "proved-seal" in [finding.code for finding in found(reading).findings]


def test_a_plain_document_is_paper_and_never_seen_by_the_process_that_checks_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    with Reader(seconds=120, trust=lambda: TRUST) as fresh:
        monkeypatch.setattr(fresh._prover._child, "ask", pytest.fail)
        reading = fresh.read(course(), SCHEME)
    assert (reading.proof, reading.links, codes(reading)) == (None, (), [])
    assert sources(reading) == {Source.TEXT}


def test_a_change_of_the_trust_list_counts_at_once(reader: Reader, trusting: Trusting) -> None:
    trusting.list = NOBODY
    reading = reader.read(SIGNED, SCHEME)
    assert (reading.proof, codes(reading), sources(reading)) == (None, ["signature-unknown"], {Source.TEXT})
    # No worse than the same paper without a signature.
    assert found(reading).verdict is Verdict.ACCEPT
    trusting.list = TRUST
    assert reader.read(SIGNED, SCHEME).proof is not None


def test_a_sealed_certificate_of_somebody_else_does_not_count(reader: Reader) -> None:
    reading = reader.read(approve(course_for("Boris Blank"), SEAL, NOW), SCHEME)
    assert reading.proof is not None
    assert found(reading).verdict is Verdict.REJECT
    assert found(reading, Applicant("Boris", "Blank")).verdict is Verdict.ACCEPT


IMITATION = development_seal("imitation", "Example Ministry", "BE", NOW, bits=2048)
SIGNATURES: dict[str, tuple[bytes, str, Verdict]] = {
    "the name altered": (approve(course_for("Olga Muster"), SEAL, NOW).replace(b"Olga Muster", b"Anna Muster"), "signature-broken", Verdict.REVIEW),
    "a line appended": (SIGNED + b"\n", "signature-changed-after", Verdict.REVIEW),
    "the signature taken out": (SIGNED.replace(b"/V ", b"/X "), "signature-removed", Verdict.REVIEW),
    "an imitation": (approve(course(), IMITATION, NOW), "signature-look-alike", Verdict.REVIEW),
    "only the words of one": (course() + b"% /ByteRange [0 1 2 3]\n%%EOF\n", "signature-unchecked", Verdict.REVIEW),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNATURES)
def test_forged_signatures_go_to_a_person_with_their_reason(reader: Reader, name: str) -> None:
    content, expected, verdict = SIGNATURES[name]
    reading = reader.read(content, SCHEME)
    assert reading.proof is None
    assert Source.PROVED not in sources(reading)
    assert expected in codes(reading)
    assert found(reading).verdict is verdict


def test_a_seal_that_has_expired_makes_it_paper(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3 * 366))
    reading = reader.read(SIGNED, SCHEME)
    assert (reading.proof, codes(reading)) == (None, ["signature-expired"])


# -- credentials ------------------------------------------------------------------------------------------------------------


def test_a_credential_that_says_the_same_proves_the_page(reader: Reader) -> None:
    reading = reader.read(with_attachment(course(), credential()), SCHEME)
    assert reading.proof is not None
    assert (reading.proof.level, reading.proof.by) == (ProofLevel.CREDENTIAL, "The Badge Office")
    assert sources(reading) == {Source.PROVED}
    assert found(reading).verdict is Verdict.ACCEPT


OTHERS: dict[str, tuple[bytes, str]] = {
    "of another holder": (credential("Boris Blank"), "credential-disagrees"),
    "of another course": (credential(title="MOOC 4: Assessment"), "credential-disagrees"),
    "of another day": (credential(awarded=AWARDED - timedelta(days=400)), "credential-disagrees"),
    "changed": (credential("Boris Blank").replace(b"Boris Blank", b"Anna Muster"), "credential-broken"),
    # The proof still holds, since these mean the same; whose it is must not be overlooked.
    "of another holder, whose name is in a list": (credential("Boris Blank").replace(b'"Boris Blank"', b'["Boris Blank"]'), "credential-disagrees"),
    "of another holder, false as a text": (credential("Boris Blank").replace(b'"hashed": false', b'"hashed": "false"'), "credential-disagrees"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_a_credential_of_something_else_sends_the_page_to_a_person(reader: Reader, name: str) -> None:
    content, expected = OTHERS[name]
    for document in (with_attachment(course(), content), approve(with_attachment(course(), content), SEAL, NOW)):
        reading = reader.read(document, SCHEME)
        assert expected in codes(reading)
        assert found(reading).verdict is Verdict.REVIEW
    assert reader.read(with_attachment(course(), content), SCHEME).proof is None


def test_a_credential_of_a_stranger_is_no_worse_than_paper(reader: Reader, trusting: Trusting) -> None:
    trusting.list = NOBODY
    reading = reader.read(with_attachment(course(), credential()), SCHEME)
    assert (reading.proof, codes(reading)) == (None, ["credential-unknown"])
    assert found(reading).verdict is Verdict.ACCEPT


@pytest.mark.parametrize("compressed", [False, True])
def test_a_baked_badge_is_read_without_any_writing(reader: Reader, compressed: bool) -> None:
    reading = reader.read(baked(credential(), compressed=compressed), SCHEME)
    assert (reading.unreadable, reading.kind, reading.kind_id) == (None, Kind.MOOC, "mooc-3")
    assert reading.holder is not None
    assert reading.issue_date is not None
    assert (reading.holder.value, reading.issue_date.value) == ("Anna Muster", date(2026, 3, 12))
    assert sources(reading) == {Source.PROVED}
    assert found(reading).verdict is Verdict.ACCEPT
    assert found(reading, Applicant("Boris", "Blank")).verdict is Verdict.REJECT


NOT_BAKED = {
    "nothing": baked(b""),
    "changed": baked(credential().replace(b"Anna Muster", b"Olga Muster")),
    "a bomb": baked(bytes(20_000_000), compressed=True),
    "not compressed though it says so": baked(credential()).replace(b"openbadgecredential\0\0", b"openbadgecredential\0\1"),
    "two that disagree": baked(credential())[:-12] + baked(credential("Boris Blank"))[8:],
}


@pytest.mark.parametrize("name", NOT_BAKED)
def test_a_bad_badge_proves_nothing(reader: Reader, name: str) -> None:
    reading = reader.read(NOT_BAKED[name], SCHEME)
    if name != "two that disagree":
        assert reading.proof is None
        assert Source.PROVED not in sources(reading)
    assert found(reading, Applicant("Olga", "Muster")).verdict is not Verdict.ACCEPT


# -- links and codes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [with_code(PAGES + "ABCDEF123"), with_link(PAGES + "ABCDEF123")], ids=["code", "area"])
def test_a_link_to_a_verification_page_is_shown_as_the_issuers_and_proves_nothing(reader: Reader, document: bytes) -> None:
    reading = reader.read(document, SCHEME)
    assert [(link.text, link.issuer) for link in reading.links] == [(PAGES + "ABCDEF123", "The Checking Office")]
    assert reading.proof == Proof(ProofLevel.LINK, "The Checking Office", PAGES + "ABCDEF123")
    assert sources(reading) == {Source.TEXT}
    place = reading.links[0].place
    assert place is not None
    assert 0.05 < place.box[0] < place.box[2] < 0.95
    assert 0.7 < place.box[1] < place.box[3] < 0.99


LOOK_ALIKES = [
    "https://verify.example.org@evil.example/c/1",
    "https://verify.example.org.evil.example/c/1",
    "https://verify.example.org:8443/c/1",
    "https://evil.example\\@verify.example.org/c/1",
    "https://xn--verfy-7pa.example.org.evil.example/?verify.example.org",
    "https://vеrify.example.org/c/1",
    f"https://{'vеrify.example.org'.encode('idna').decode()}/c/1",
    "http://verify.example.org/c/1",
    "https://verify.example.org./c/1",
    "https://[::ffff:127.0.0.1]/c/?u=https://verify.example.org/c/1",
    "javascript:alert('verify.example.org')",
]


@pytest.mark.parametrize("address", LOOK_ALIKES)
def test_a_look_alike_is_never_the_issuers_and_goes_to_a_person(reader: Reader, address: str) -> None:
    reading = reader.read(with_code(address), SCHEME)
    assert [link.issuer for link in reading.links] == [""]
    assert reading.proof is None
    assert "link-look-alike" in codes(reading)
    assert found(reading).verdict is Verdict.REVIEW


HARMLESS = ["http://169.254.169.254/latest/meta-data/", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "WIFI:S:x;;", "A" * 2900]


@pytest.mark.parametrize("text", HARMLESS, ids=range(len(HARMLESS)))
def test_any_other_code_is_text_and_nothing_more(reader: Reader, text: str) -> None:
    reading = reader.read(with_code(text, points=400 if len(text) > 500 else 110), SCHEME)
    assert [(link.text, link.issuer) for link in reading.links] == [(text[:2000], "")]
    assert reading.proof is None
    assert not [code for code in codes(reading) if code.startswith(("link-", "signature-", "credential-"))]


def test_a_code_in_a_picture_is_found_too(reader: Reader) -> None:
    out = BytesIO()
    code(PAGES + "ABCDEF123").resize((500, 500)).save(out, "JPEG")
    reading = reader.read(out.getvalue(), SCHEME)
    assert [link.issuer for link in reading.links] == ["The Checking Office"]
    assert reading.proof is not None


def test_what_can_not_be_seen_in_a_link_is_shown(reader: Reader) -> None:
    reading = reader.read(with_code("https://evil.example/\u202egpj.x\nsecond line"), SCHEME)
    assert [link.text for link in reading.links] == ["https://evil.example/\ufffdgpj.x\ufffdsecond line"]


# -- the process that checks ------------------------------------------------------------------------------------------------


def test_a_file_that_breaks_the_check_goes_to_a_person(reader: Reader) -> None:
    huge = SIGNED.replace(b"/ByteRange", b"/ByteRange [" + b"[" * 100_000, 1)
    reading = reader.read(huge, SCHEME)
    assert reading.proof is None
    assert found(reading).verdict is not Verdict.ACCEPT
    assert reader.read(SIGNED, SCHEME).proof is not None


def test_a_check_that_gives_no_answer_proves_nothing(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (b"", b"{}", b'{"failed": "timeout"}', b'{"parts": []}', b"[" * 100_000, os.urandom(40)):
        monkeypatch.setattr(reader._prover._child, "ask", lambda *_, answer=answer: answer)
        reading = reader.read(SIGNED, SCHEME)
        assert (reading.proof, codes(reading)) == (None, ["signature-unchecked"])
        assert found(reading).verdict is Verdict.REVIEW


def test_every_doubt_about_a_proof_has_words_of_its_own() -> None:
    seals = ("unknown", "expired", "broken", "changed-after", "partial", "removed", "look-alike", "unchecked")
    credentials = ("unknown", "unsigned", "unreadable", "unchecked", "broken", "expired", "not-yet-valid", "disagrees")
    codes_of_doubts = [*(f"signature-{code}" for code in seals), *(f"credential-{code}" for code in credentials), "link-look-alike"]
    assert [code for code in codes_of_doubts if code not in vocabulary()] == []
    assert len({vocabulary()[code]["seen"] for code in codes_of_doubts}) == len(codes_of_doubts)


def test_the_words_name_who_sealed(reader: Reader) -> None:
    finding = next(finding for finding in found(reader.read(SIGNED, SCHEME)).findings if finding.code == "proved-seal")
    assert words(finding).filled() == "Sealed by The Ministry, and unchanged since."
