"""How much may be handed in: of a person, of a tenant, of several at the last free place (threat U13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from record_parts import pdf_named, person, tenant, with_settings

from lti_tool import clock
from lti_tool.administration import retention
from lti_tool.evidence import intake, quota
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord, EvidenceUsage
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

MEBIBYTE = 1 << 20


def document(name: str, mebibytes: int = 0) -> bytes:
    return pdf_named(name).ljust(mebibytes * MEBIBYTE, b" ")


def held(installation: Installation, visit: Visit) -> int:
    with installation.database.read() as session:
        return session.get_one(EvidenceUsage, visit.tenant_id).held_bytes


def sent(installation: Installation, visit: Visit, name: str, mebibytes: int = 0) -> str:
    """The document's id, or the code of the refusal."""
    try:
        return intake.receive(installation, visit, intake.application_for(installation, visit), f"{name}.pdf", document(name, mebibytes))
    except Problem as problem:
        return problem.code


def test_one_person_fills_their_own_share_and_nobody_elses(either_tool: Installation) -> None:
    small, where = with_settings(either_tool, person_mb=20, max_documents=500), tenant(either_tool)
    mallory, anna = person(small, where), person(small, where, sub="anna")
    for number in range(6):
        assert len(sent(small, mallory, f"big {number}", 3)) == 32
    assert sent(small, mallory, "one more", 3) == "person-full"
    assert len(sent(small, anna, "hers")) == 32
    # Removing gives nothing back before the bytes are gone.
    application = intake.application_for(small, mallory)
    with small.database.read() as session:
        first = session.query(DocumentRecord.id).filter_by(application_id=application).first()
    assert first
    intake.remove(small, mallory, application, first[0])
    assert sent(small, mallory, "again", 3) == "person-full"


def test_a_thousand_uploads_of_one_person_end_at_the_day_s_share(tool: Installation) -> None:
    small = with_settings(tool, max_documents=500, person_daily_documents=20)
    visit = person(small, tenant(small))
    answers = [sent(small, visit, str(number)) for number in range(1000)]
    assert answers.count("too-many-uploads") == 980
    with tool.database.write() as session:
        session.query(DocumentRecord).update({"received_at": clock.now() - timedelta(days=1, minutes=1)})
    assert len(sent(small, visit, "tomorrow")) == 32


@pytest.mark.parametrize("limit", ["bytes", "documents"])
def test_of_two_at_the_last_place_of_a_tenant_one_wins(either_tool: Installation, limit: str) -> None:
    changes = {"tenant_mb": 20} if limit == "bytes" else {"tenant_daily_documents": 7}
    small, where = with_settings(either_tool, **changes), tenant(either_tool)
    people = [person(small, where, sub=f"teacher-{number}") for number in range(12)]
    for visit in people:
        intake.application_for(small, visit)
    size, places, code = (3, 6, "tenant-full") if limit == "bytes" else (0, 7, "tenant-busy")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda visit: sent(small, visit, visit.visitor.sub, size), people))
    assert answers.count(code) == 12 - places
    stored = [len(document(visit.visitor.sub, size)) for visit, answer in zip(people, answers, strict=True) if len(answer) == 32]
    assert len(stored) == places
    assert held(small, people[0]) == sum(stored)
    # Another tenant has its own.
    assert len(sent(small, person(small, tenant(small)), "elsewhere")) == 32


def test_what_is_erased_gives_its_room_back(either_tool: Installation) -> None:
    small = with_settings(either_tool, tenant_mb=20)
    visit, other = (person(small, where, sub=sub) for where in (tenant(small),) for sub in ("one", "other"))
    application = intake.application_for(small, visit)
    for number in range(6):
        assert len(sent(small, visit, str(number), 3)) == 32
    assert sent(small, other, "later", 3) == "tenant-full"
    retention.erase(small, application)
    assert held(small, visit) == 0
    assert len(sent(small, other, "later", 3)) == 32


def test_a_wrong_count_is_mended_by_the_daily_run(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    sent(either_tool, visit, "one", 1)
    right = held(either_tool, visit)
    with either_tool.database.write() as session:
        session.get_one(EvidenceUsage, visit.tenant_id).held_bytes = 10**15
    assert sent(either_tool, visit, "two") == "tenant-full"
    retention.run(either_tool)
    assert held(either_tool, visit) == right
    assert len(sent(either_tool, visit, "two")) == 32


def test_an_installation_with_documents_from_before_counts_them(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    sent(either_tool, visit, "before", 2)
    with either_tool.database.write() as session:
        session.query(EvidenceUsage).delete()
    sent(either_tool, visit, "after")
    assert held(either_tool, visit) == len(document("before", 2)) + len(document("after"))


def test_a_count_of_yesterday_does_not_hold_today(either_tool: Installation) -> None:
    small = with_settings(either_tool, tenant_daily_documents=7)
    visit = person(small, tenant(small))
    with small.database.write() as session:
        quota.begin_count(session, visit.tenant_id)
        usage = session.get_one(EvidenceUsage, visit.tenant_id)
        usage.documents, usage.day = 7, clock.now().date()
    assert sent(small, visit, "today") == "tenant-busy"
    with small.database.write() as session:
        session.get_one(EvidenceUsage, visit.tenant_id).day -= timedelta(days=1)
    assert len(sent(small, visit, "today")) == 32
    with small.database.read() as session:
        assert session.get_one(EvidenceUsage, visit.tenant_id).documents == 1
        assert session.query(ApplicationRecord).count() == 1
