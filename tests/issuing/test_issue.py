"""Issuing: in the settled order, once, and only what was approved."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from record_parts import SCHEME, issued
from sqlalchemy.orm import Session

from certificate_signing.data_integrity import check_proof
from certificate_signing.did import verification_keys
from certificate_signing.pdf_check import check_pdf
from certificate_signing.status_list import decode
from lti_tool import clock, history
from lti_tool.decision import freezing
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.freezing import digest
from lti_tool.decision.outcome import Award, Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing import issue as steps
from lti_tool.issuing import register, revoking, status
from lti_tool.issuing.certificate import CertificateContent, CertificateState
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import Catalogue, shipped


def nothing_owed(*_: object) -> None:
    pass


def decided(installation: Installation, holder: str = "Ελένη Παπαδοπούλου") -> str:
    scheme = shipped().get(SCHEME)
    award = Award(holder, scheme.id, scheme.edition, scheme.sha256, Checked.READ, clock.today(scheme.time_zone))
    with installation.database.write() as session:
        return record_award(session, installation, award, Grounds(actor="administrator", reason="a test"))


def test_a_certificate_is_sealed_proved_and_registered(either_tool: Installation) -> None:
    number = issued(either_tool, "Ελένη Παπαδοπούλου")
    keys = ring(either_tool)
    with either_tool.database.read() as session:
        found = register.by_number(session, number)
        assert history.first_break(session) is None
    assert found is not None
    assert found.state is CertificateState.ISSUED
    assert found.content.holder_name == "Ελένη Παπαδοπούλου"
    assert found.content.address == f"http://localhost:8400/c/{number}"
    pdf, credential = register.pdf(either_tool, number), register.credential(either_tool, number)
    assert (sha256(pdf), sha256(credential)) == (found.pdf_sha256, found.credential_sha256)
    assert check_pdf(pdf, keys.trusted_seals()).good
    assert check_proof(json.loads(credential), verification_keys("http://localhost:8400", keys.credential_public)).ok


def test_asking_again_gives_the_same_certificate(either_tool: Installation) -> None:
    decision = decided(either_tool)
    keys = ring(either_tool)
    first = steps.issue(either_tool, keys, decision, nothing_owed)
    pdf = register.pdf(either_tool, first)
    assert steps.issue(either_tool, keys, decision, nothing_owed) == first
    assert register.pdf(either_tool, first) == pdf


def test_issued_in_parallel_it_is_issued_once(either_tool: Installation) -> None:
    decision = decided(either_tool)
    keys = ring(either_tool)
    owed: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(lambda _: steps.issue(either_tool, keys, decision, lambda _s, record, _a: owed.append(record.number)), range(16)))
    assert len(numbers) == 1
    assert owed == list(numbers)
    with either_tool.database.read() as session:
        kinds = session.scalars(sa.select(history.Event.kind).where(history.Event.subject == numbers.pop())).all()
    assert sorted(kinds) == ["certificate.issued", "certificate.prepared"]


def _change_award(session: Session, decision: str) -> None:
    record = session.get_one(DecisionRecord, decision)
    record.award = dict(record.award or {}) | {"holder_name": "Mallory"}


def _change_award_and_hash(session: Session, decision: str) -> None:
    _change_award(session, decision)
    record = session.get_one(DecisionRecord, decision)
    record.award_sha256 = digest(record.award or {})


def _change_content(session: Session, decision: str) -> None:
    record = session.scalars(sa.select(CertificateRecord).where(CertificateRecord.decision_id == decision)).one()
    record.content = dict(record.content) | {"holder_name": "Mallory"}


def _change_content_and_hash(session: Session, decision: str) -> None:
    _change_content(session, decision)
    record = session.scalars(sa.select(CertificateRecord).where(CertificateRecord.decision_id == decision)).one()
    record.content_sha256 = digest(record.content)


@pytest.mark.parametrize("change", [_change_award, _change_award_and_hash, _change_content, _change_content_and_hash])
def test_what_drifted_between_approval_and_signature_is_not_signed(tool: Installation, change: Any) -> None:
    decision = decided(tool)
    number = steps.prepare(tool, decision)
    with tool.database.write() as session:
        change(session, decision)
    with pytest.raises(Problem, match="award-drifted"):
        steps.sign(tool, ring(tool), number)
    with tool.database.read() as session:
        assert session.get_one(CertificateRecord, number).state == CertificateState.PREPARED
        assert register.by_number(session, number) is None
    assert steps.work(tool, ring(tool), decision, nothing_owed) is None
    with tool.database.read() as session:
        assert session.scalars(sa.select(history.Event).where(history.Event.kind == "certificate.refused")).one().subject == decision


def test_an_award_changed_with_its_hash_is_not_even_prepared(tool: Installation) -> None:
    decision = decided(tool)
    with tool.database.write() as session:
        _change_award_and_hash(session, decision)
    with pytest.raises(Problem, match="award-drifted"):
        steps.prepare(tool, decision)


def test_the_issuers_name_can_not_be_changed_after_preparing(tool: Installation) -> None:
    """The settings may name another organisation by now; what was prepared stands in the history all the same."""
    number = steps.prepare(tool, decided(tool))
    with tool.database.write() as session:
        record = session.get_one(CertificateRecord, number)
        record.content = dict(record.content) | {"issuer_name": "Mallory University"}
        record.content_sha256 = digest(record.content)
    with pytest.raises(Problem, match="award-drifted"):
        steps.sign(tool, ring(tool), number)


def test_content_that_is_not_the_awards_is_not_signed_even_if_all_hashes_fit(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = steps.content_for

    def with_another_name(*given: Any, **named: Any) -> CertificateContent:
        return dataclasses.replace(wrong(*given, **named), holder_name="Mallory")

    monkeypatch.setattr(steps, "content_for", with_another_name)
    number = steps.prepare(tool, decided(tool))
    with pytest.raises(Problem, match="award-drifted"):
        steps.sign(tool, ring(tool), number)


def test_an_edition_with_other_words_waits_until_it_is_put_right(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = decided(tool)
    genuine = shipped()
    scheme = genuine.get(SCHEME)
    grander = scheme.model_copy(update={"award": scheme.award.model_copy(update={"level": "C2"})})
    monkeypatch.setattr(freezing, "shipped", lambda: Catalogue((grander,)))
    with pytest.raises(Problem, match="scheme-changed"):
        steps.work(tool, ring(tool), decision, nothing_owed)
    better_read = scheme.model_copy(update={"sha256": "0" * 64, "summary": "Other words, but not on the certificate."})
    monkeypatch.setattr(freezing, "shipped", lambda: Catalogue((better_read,)))
    assert steps.work(tool, ring(tool), decision, nothing_owed) is None
    with tool.database.read() as session:
        assert session.scalars(sa.select(CertificateRecord)).one().state == CertificateState.ISSUED


def test_nothing_is_signed_without_an_approved_decision(tool: Installation) -> None:
    with pytest.raises(Problem, match="decision-unknown"):
        steps.issue(tool, ring(tool), "0" * 32, nothing_owed)


def test_a_certificate_that_is_not_published_is_not_there(tool: Installation) -> None:
    number = steps.prepare(tool, decided(tool))
    steps.sign(tool, ring(tool), number)
    with pytest.raises(Problem, match="certificate-unknown"):
        register.pdf(tool, number)


def test_revoking_shows_in_the_register_and_the_status_list(either_tool: Installation) -> None:
    kept, gone = issued(either_tool), issued(either_tool)
    revoking.revoke(either_tool, gone, "issued by mistake", "administrator")
    revoking.revoke(either_tool, gone, "again", "administrator")
    listed = json.loads(status.status_list(either_tool))
    assert check_proof(listed, verification_keys("http://localhost:8400", ring(either_tool).credential_public)).ok
    bits = decode(listed["credentialSubject"]["encodedList"])
    with either_tool.database.read() as session:
        found = {number: register.by_number(session, number) for number in (kept, gone)}
        events = session.scalars(sa.select(history.Event).where(history.Event.kind == "certificate.revoked")).all()
    assert found[gone].state is CertificateState.REVOKED
    assert found[gone].revoked_reason == "issued by mistake"
    assert [bits.is_set(found[number].content.status_index) for number in (kept, gone)] == [False, True]
    assert len(events) == 1


def test_a_corrected_name_replaces_and_links(either_tool: Installation) -> None:
    old = issued(either_tool, "Thora Gudmundsdottir")
    decision = revoking.reissue(either_tool, old, holder_name="Þóra  Guðmundsdóttir", reason="the name was misspelt", actor="administrator")
    with either_tool.database.read() as session:
        assert register.by_number(session, old).state is CertificateState.ISSUED
    new = steps.issue(either_tool, ring(either_tool), decision, nothing_owed)
    with either_tool.database.read() as session:
        before, after = register.by_number(session, old), register.by_number(session, new)
    assert (before.state, before.superseded_by) == (CertificateState.SUPERSEDED, new)
    assert (after.state, after.content.holder_name) == (CertificateState.ISSUED, "Þóra Guðmundsdóttir")
    with pytest.raises(Problem, match="already-revoked"):
        revoking.reissue(either_tool, old, holder_name="X", reason="y", actor="administrator")


@pytest.mark.parametrize("number", ["", "1" * 24, "nonsense", "' or 1=1 --"])
def test_unknown_numbers(tool: Installation, number: str) -> None:
    with pytest.raises(Problem, match="certificate-unknown"):
        revoking.revoke(tool, number, "because", "administrator")
