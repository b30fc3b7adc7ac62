"""Evidence ends when its retention does, and nothing else does (threat W07)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from record_parts import Tenant, complete, either_tool, issued, keys_folder, pdf_named, person, reading, settle, tenant, tool, upload, with_settings

from lti_tool import clock, history
from lti_tool.administration import retention
from lti_tool.decision import desk, states
from lti_tool.decision.records import DecisionRecord
from lti_tool.decision.submitting import submit
from lti_tool.evidence import dossiers, intake
from lti_tool.evidence.records import ApplicationRecord, DocumentNumber, DocumentRecord
from lti_tool.evidence.work import _finish
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.launch.records import Deployment
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem

__all__ = ["either_tool", "keys_folder", "tool"]

YEAR = 365


def in_days(days: float) -> AbstractContextManager[datetime]:
    return clock.held(clock.now() + timedelta(days=days))


def stored(tool: Installation) -> set[str]:
    return {path.name for path in (tool.settings.home / "files").rglob("*") if path.is_file()}


def hand_in(tool: Installation, visit: Visit, application_id: str) -> None:
    """Submit for a person to look at."""
    version = dossiers.view(tool, visit, application_id).version
    submit(with_settings(tool, sample=1.0), visit, application_id, comment="please look", version=version)


def awarded(tool: Installation, where: Tenant, sub: str = "teacher-1") -> tuple[Visit, str, str]:
    """An awarded application with seven documents, a comment and a published certificate: (visit, application, number)."""
    visit = person(tool, where, sub=sub)
    application_id = complete(tool, visit)
    hand_in(tool, visit, application_id)
    desk.award(tool, person(tool, where, sub="staff", role=Role.STAFF), application_id, dossiers.view(tool, visit, application_id).version)
    with tool.database.read() as session:
        decision_id = session.scalars(sa.select(DecisionRecord.id).where(DecisionRecord.application_id == application_id)).one()
    return visit, application_id, issue(tool, ring(tool), decision_id, lambda *_: None)


def test_evidence_ends_and_the_certificate_stays(either_tool: Installation) -> None:
    visit, application_id, number = awarded(either_tool, tenant(either_tool))
    evidence = {document.sha256 for document in dossiers.view(either_tool, visit, application_id).documents}
    assert len(evidence) == 7
    with in_days(YEAR - 1):
        assert retention.run(either_tool).applications == ()
        assert evidence <= stored(either_tool)
    with in_days(YEAR + 1):
        assert retention.run(either_tool).applications == (application_id,)
        assert retention.run(either_tool) == retention.Outcome((), ())
    certificate = register.of_application(either_tool, visit, application_id)
    assert certificate is not None
    assert certificate.content.holder_name == "Þóra Guðmundsdóttir"
    assert stored(either_tool) == {certificate.pdf_sha256, certificate.credential_sha256, certificate.jwt_sha256}
    assert register.pdf(either_tool, number).startswith(b"%PDF")


def test_what_stays_of_an_application(either_tool: Installation) -> None:
    visit, application_id, _ = awarded(either_tool, tenant(either_tool))
    with in_days(YEAR + 1):
        retention.run(either_tool)
    seen = dossiers.view(either_tool, visit, application_id)
    assert (seen.state, seen.documents, seen.comment, seen.applicant.full_name) == ("awarded", (), "", "")
    assert seen.erased_at is not None
    assert seen.submitted_at is not None
    with either_tool.database.read() as session:
        for row in session.scalars(sa.select(DocumentRecord)):
            assert (row.state, row.sha256, row.file_name, row.reading, row.text_sha256, row.size) == ("erased", "", "", None, None, 0)
        decision = session.scalars(sa.select(DecisionRecord)).one()
        assert decision.findings["requirements"]
        assert history.first_break(session) is None
        events = [event.kind for event in session.scalars(sa.select(history.Event).order_by(history.Event.id))]
        assert events[-1] == "application.erased"


KEPT: dict[str, Callable[[Installation, Visit, str], object]] = {
    "handed in and waiting": hand_in,
    "a document came": lambda tool, visit, application: upload(tool, visit, application, "late"),
    "a document went": lambda tool, visit, application: intake.remove(
        tool, visit, application, dossiers.view(tool, visit, application).documents[0].id
    ),
}


@pytest.mark.parametrize("deed", KEPT.values(), ids=KEPT)
def test_what_is_still_under_way_is_kept(deed: Callable[[Installation, Visit, str], object], either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application_id = complete(either_tool, visit)
    with in_days(YEAR - 10):
        deed(either_tool, visit, application_id)
    with in_days(YEAR + 5):
        assert retention.run(either_tool).applications == ()
        assert dossiers.view(either_tool, visit, application_id).erased_at is None


def test_an_application_waits_for_its_answer_however_long(tool: Installation) -> None:
    visit = person(tool, tenant(tool))
    application_id = complete(tool, visit)
    hand_in(tool, visit, application_id)
    with in_days(10 * YEAR):
        assert retention.run(tool).applications == ()


def test_a_forgotten_draft_is_withdrawn_and_its_person_may_begin_anew(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application_id = complete(either_tool, visit)
    with in_days(YEAR + 1):
        assert retention.run(either_tool).applications == (application_id,)
        assert dossiers.view(either_tool, visit, application_id).state == "withdrawn"
        assert stored(either_tool) == set()
        fresh = intake.application_for(either_tool, visit)
        assert fresh != application_id
        assert dossiers.view(either_tool, visit, fresh).applicant.given_name == "Þóra"
        with pytest.raises(Problem, match="application-closed"):
            upload(either_tool, visit, application_id, "too-late")


def test_changes_that_never_came(tool: Installation) -> None:
    where = tenant(tool)
    visit = person(tool, where)
    application_id = complete(tool, visit)
    hand_in(tool, visit, application_id)
    reviewer = person(tool, where, sub="staff", role=Role.STAFF)
    desk.request_changes(tool, reviewer, application_id, "Þóra, the third is too old", dossiers.view(tool, visit, application_id).version)
    with in_days(YEAR + 1):
        assert retention.run(tool).applications == (application_id,)
    with tool.database.read() as session:
        assert session.scalars(sa.select(DecisionRecord.reason)).all() == [""]


TENANTS = [(None, 30, {"one", "two"}), (None, 400, {"two"}), (10, 400, {"one", "two"}), (500, 30, {"two"})]


@pytest.mark.parametrize(("own", "installation_wide", "expected"), TENANTS)
def test_a_tenant_has_its_own_retention(own: int | None, installation_wide: int, expected: set[str], tool: Installation) -> None:
    """The first tenant says `own`, the second 20 days."""
    tool = with_settings(tool, retention_days=installation_wide)
    ids = {}
    for name, days in (("one", own), ("two", 20)):
        where = tenant(tool, f"https://{name}.example")
        with tool.database.write() as session:
            session.get_one(Deployment, where.id).retention_days = days
        ids[name] = complete(tool, person(tool, where))
    with in_days(40):
        assert set(retention.run(tool, dry_run=True).applications) == {ids[name] for name in expected}


def test_a_dry_run_changes_nothing(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application_id = complete(either_tool, visit)
    before = stored(either_tool)
    with in_days(YEAR + 1):
        assert retention.run(either_tool, dry_run=True).applications == (application_id,)
        assert len(dossiers.view(either_tool, visit, application_id).documents) == 7
        assert stored(either_tool) == before


# Removed documents

REMOVED = [(29, None, True), (31, None, False), (6, 5, False), (4, 5, True)]


@pytest.mark.parametrize(("days", "own", "there"), REMOVED)
def test_a_removed_document_goes_after_a_month_or_the_retention(days: int, own: int | None, there: bool, either_tool: Installation) -> None:
    where = tenant(either_tool)
    visit = person(either_tool, where)
    application_id = complete(either_tool, visit)
    with either_tool.database.write() as session:
        session.get_one(Deployment, where.id).retention_days = own
    # The application is in use, so that only the removed document can be due.
    with in_days(days):
        now = clock.now()
    with clock.held(now - timedelta(days=days)):
        gone = dossiers.view(either_tool, visit, application_id).documents[0]
        intake.remove(either_tool, visit, application_id, gone.id)
    with clock.held(now):
        upload(either_tool, visit, application_id, "fresh")
        retention.run(either_tool)
    assert (gone.sha256 in stored(either_tool)) is there
    assert len(stored(either_tool)) == 8 - (not there)


def test_a_removed_document_is_not_held_against_anybody(tool: Installation) -> None:
    """As before: whoever took out a colleague's file by mistake stands in nobody's way, kept or erased."""
    where = tenant(tool)
    first, second = person(tool, where, sub="one"), person(tool, where, sub="two")
    content, mine, theirs = pdf_named("the same"), intake.application_for(tool, first), intake.application_for(tool, second)
    read = reading("mooc-1", "Þóra Guðmundsdóttir", content)
    ids = [intake.receive(tool, visit, each, "a.pdf", content) for visit, each in ((first, mine), (second, theirs))]
    for each in ids:
        settle(tool, each, read)
    day = clock.now().date()
    with tool.database.read() as session:
        assert dossiers.dossier(session, theirs, day).pieces[0].seen_with_others == {"bytes", "text"}
    intake.remove(tool, first, mine, ids[0])
    with tool.database.read() as session:
        assert dossiers.dossier(session, theirs, day).pieces[0].seen_with_others == set()


# Shared bytes


def test_bytes_that_somebody_else_still_needs_stay(either_tool: Installation) -> None:
    where = tenant(either_tool)
    content = pdf_named("shared")
    old, young = person(either_tool, where, sub="old"), person(either_tool, where, sub="young")
    ends = intake.application_for(either_tool, old)
    intake.receive(either_tool, old, ends, "a.pdf", content)
    with in_days(YEAR - 1):
        stays = intake.application_for(either_tool, young)
        document_id = intake.receive(either_tool, young, stays, "b.pdf", content)
    with in_days(YEAR + 2):
        assert retention.run(either_tool).applications == (ends,)
    assert dossiers.content(either_tool, young, stays, document_id)[1] == content
    with in_days(2 * YEAR + 2):
        assert retention.run(either_tool).applications == (stays,)
    assert stored(either_tool) == set()


def test_a_certificate_that_was_handed_in_as_evidence_stays(either_tool: Installation) -> None:
    number = issued(either_tool)
    visit = person(either_tool, tenant(either_tool))
    application_id = intake.application_for(either_tool, visit)
    intake.receive(either_tool, visit, application_id, "mine.pdf", register.pdf(either_tool, number))
    with in_days(YEAR + 1):
        assert retention.run(either_tool).applications == (application_id,)
    assert register.pdf(either_tool, number).startswith(b"%PDF")
    assert register.credential(either_tool, number)


def test_bytes_whose_last_use_ends_while_they_arrive_are_stored_again(either_tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file goes after it was put and before its row is written."""
    where = tenant(either_tool)
    content = pdf_named("shared")
    old, young = person(either_tool, where, sub="old"), person(either_tool, where, sub="young")
    ends, stays = intake.application_for(either_tool, old), intake.application_for(either_tool, young)
    intake.receive(either_tool, old, ends, "a.pdf", content)
    put = either_tool.files.put

    def put_then_lose(content: bytes) -> str:
        monkeypatch.setattr(either_tool.files, "put", put)
        digest = put(content)
        retention.erase(either_tool, ends)
        assert not either_tool.files.has(digest)
        return digest

    monkeypatch.setattr(either_tool.files, "put", put_then_lose)
    document_id = intake.receive(either_tool, young, stays, "b.pdf", content)
    assert dossiers.content(either_tool, young, stays, document_id)[1] == content


def test_files_that_no_row_names_go_after_a_day(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    complete(either_tool, visit)
    orphan = either_tool.files.put(b"stored, then refused")
    (either_tool.settings.home / "files" / "note.txt").write_text("not ours")
    retention.run(either_tool)
    assert either_tool.files.has(orphan)
    with in_days(1.1):
        assert retention.run(either_tool).files == 1
    assert not either_tool.files.has(orphan)
    assert len(stored(either_tool)) == 7 + 1


# Crashes and races

PLACES = ["retention-marked", "retention-deleted"]


@pytest.mark.parametrize("place", PLACES)
def test_a_run_that_was_ended_is_finished_by_the_next(place: str, either_tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    where = tenant(either_tool)
    for sub in ("one", "two"):
        complete(either_tool, person(either_tool, where, sub=sub))
    with in_days(YEAR + 1):
        monkeypatch.setenv("SEALWRIGHT_FAILPOINT", f"{place}:error")
        with pytest.raises(RuntimeError, match=place):
            retention.run(either_tool)
        assert stored(either_tool) != set()
        monkeypatch.delenv("SEALWRIGHT_FAILPOINT")
        retention.run(either_tool)
    assert stored(either_tool) == set()
    with either_tool.database.read() as session:
        assert set(session.scalars(sa.select(DocumentRecord.state))) == {"erased"}
        erased = session.scalar(sa.select(sa.func.count()).where(history.Event.kind == "application.erased"))
        assert erased == 2


def test_an_applicant_who_comes_back_in_time_keeps_everything(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = person(tool, tenant(tool))
    application_id = complete(tool, visit)
    with in_days(YEAR + 1):
        due = retention.retention.due

        def late(*arguments: object) -> list[str]:
            found = due(*arguments)  # type: ignore[arg-type]
            upload(tool, visit, application_id, "just in time")
            return found

        monkeypatch.setattr(retention.retention, "due", late)
        assert retention.run(tool).applications == ()
        assert len(dossiers.view(tool, visit, application_id).documents) == 8


def test_a_reading_that_ends_after_the_evidence_is_thrown_away(either_tool: Installation) -> None:
    visit = person(either_tool, tenant(either_tool))
    application_id = intake.application_for(either_tool, visit)
    document_id = upload(either_tool, visit, application_id, "mooc-1")
    retention.erase(either_tool, application_id)
    _finish(either_tool, document_id, reading("mooc-1", "Þóra Guðmundsdóttir", b"x"))
    with either_tool.database.read() as session:
        document = session.get_one(DocumentRecord, document_id)
        assert (document.state, document.reading, document.text_sha256) == ("erased", None, None)
        assert session.scalars(sa.select(DocumentNumber)).all() == []


def test_erasing_again_changes_nothing(tool: Installation) -> None:
    visit = person(tool, tenant(tool))
    application_id = complete(tool, visit)
    retention.erase(tool, application_id)
    with tool.database.read() as session:
        first = session.get_one(ApplicationRecord, application_id)
        before = (first.erased_at, first.version)
    with in_days(3):
        retention.erase(tool, application_id)
        retention.erase(tool, "0" * 32)
    with tool.database.read() as session:
        again = session.get_one(ApplicationRecord, application_id)
        assert (again.erased_at, again.version) == before
        assert again.state == states.State.WITHDRAWN
