"""Submitting: what may be submitted, what the program decides, and that it happens once."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from record_parts import KINDS, Tenant, complete, pdf_named, person, reading, tenant, upload, with_settings

from lti_tool import clock, history
from lti_tool.decision import submitting
from lti_tool.decision.outcome import Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.decision.submitting import findings_now, is_sampled, submit
from lti_tool.evidence import dossiers, intake
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import Catalogue, shipped

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def where(tool: Installation) -> Tenant:
    return tenant(tool)


@pytest.fixture
def teacher(tool: Installation, where: Tenant) -> Visit:
    return person(tool, where)


@pytest.fixture
def unsampled(tool: Installation) -> Installation:
    return with_settings(tool, sample=0.0)


def version(tool: Installation, visit: Visit, application_id: str) -> int:
    return dossiers.view(tool, visit, application_id).version


def send(tool: Installation, visit: Visit, application_id: str, comment: str = "") -> str:
    """Submit as the page does, and return the state after it."""
    submit(tool, visit, application_id, comment=comment, version=version(tool, visit, application_id))
    return dossiers.view(tool, visit, application_id).state


def decisions(tool: Installation) -> list[DecisionRecord]:
    with tool.database.read() as session:
        found = list(session.scalars(sa.select(DecisionRecord)))
        session.expunge_all()
        return found


def unreadable(name: str) -> Reading:
    return dataclasses.replace(reading("nql", "", pdf_named(name)), kind=Kind.UNKNOWN, kind_id=None, disclaimer=None, unreadable="locked")


def test_everything_right_is_awarded_at_once(either_tool: Installation) -> None:
    unsampled = with_settings(either_tool, sample=0.0)
    visit = person(unsampled, tenant(unsampled))
    application_id = complete(unsampled, visit)
    assert send(unsampled, visit, application_id) == "awarded"
    (decision,) = decisions(unsampled)
    assert decision.award["holder_name"] == "Þóra Guðmundsdóttir"
    assert decision.award["checked"] == Checked.READ
    assert (decision.decided_by, decision.live_award_of) == (None, application_id)
    assert "Þóra" not in str(decision.findings)
    with unsampled.database.read() as session:
        events = session.scalars(sa.select(history.Event).where(history.Event.kind != "lms-added").order_by(history.Event.id)).all()
        assert [event.kind for event in events] == ["application.submit", "decision.award", "application.award"]
        assert "Þóra" not in str([event.content for event in events])
        assert history.first_break(session) is None
        schema = "" if unsampled.database.engine.dialect.name == "sqlite" else "dbos."
        asked = session.scalars(sa.text(f"select workflow_uuid from {schema}workflow_status where name = 'issue-certificate'")).all()  # noqa: S608 - a constant
        assert asked == [f"issue-certificate:{decision.id}"]


def test_the_edition_and_the_day_are_pinned(unsampled: Installation, teacher: Visit) -> None:
    application_id = complete(unsampled, teacher)
    # 23:30 in UTC is the next day in Brussels, in summer and in winter.
    with clock.held(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        send(unsampled, teacher, application_id)
    seen = dossiers.view(unsampled, teacher, application_id)
    scheme = shipped().get("digital-competence")
    assert (seen.submitted_day, seen.scheme_edition) == (date(2027, 1, 1), scheme.edition)
    with unsampled.database.read() as session:
        assert session.get_one(ApplicationRecord, application_id).scheme_sha256 == scheme.sha256


def test_ages_count_to_the_day_of_submission_for_good(tool: Installation, where: Tenant) -> None:
    visit = person(with_settings(tool, sample=1.0), where)
    application_id = intake.application_for(tool, visit)
    for kind in KINDS:
        upload(tool, visit, application_id, kind, reading(kind, visit.visitor.full_name, pdf_named(kind), date(2024, 11, 21)))
    with clock.held(NOW):
        send(with_settings(tool, sample=1.0), visit, application_id)
        before = findings_now(tool, application_id)
    with clock.held(NOW + timedelta(days=90)):
        assert findings_now(tool, application_id) == before


@pytest.mark.parametrize("missing", KINDS)
def test_what_is_incomplete_is_not_taken_and_says_what_is_missing(unsampled: Installation, teacher: Visit, missing: str) -> None:
    application_id = complete(unsampled, teacher)
    gone = next(entry for entry in dossiers.view(unsampled, teacher, application_id).documents if entry.file_name == f"{missing}.pdf")
    intake.remove(unsampled, teacher, application_id, gone.id)
    for comment in ("", "please look"):
        with pytest.raises(Problem, match="incomplete") as refused:
            send(unsampled, teacher, application_id, comment)
        assert refused.value.details["missing"] == shipped().get("digital-competence").requirement(missing).title
    assert dossiers.view(unsampled, teacher, application_id).state == "draft"
    assert decisions(unsampled) == []


@pytest.mark.parametrize(("comment", "state"), [("", None), ("  ", None), ("My label is password protected, please look.", "submitted")])
def test_an_unreadable_document_may_go_to_a_person_with_a_comment(unsampled: Installation, teacher: Visit, comment: str, state: str | None) -> None:
    application_id = complete(unsampled, teacher)
    label = next(entry for entry in dossiers.view(unsampled, teacher, application_id).documents if entry.file_name == "nql.pdf")
    intake.remove(unsampled, teacher, application_id, label.id)
    upload(unsampled, teacher, application_id, "locked", unreadable("locked"))
    if state is None:
        with pytest.raises(Problem, match="incomplete"):
            send(unsampled, teacher, application_id, comment)
    else:
        assert send(unsampled, teacher, application_id, comment) == state
    assert decisions(unsampled) == []


def test_one_unreadable_document_does_not_stand_for_two(unsampled: Installation, teacher: Visit) -> None:
    application_id = complete(unsampled, teacher)
    for document in dossiers.view(unsampled, teacher, application_id).documents[:2]:
        intake.remove(unsampled, teacher, application_id, document.id)
    upload(unsampled, teacher, application_id, "locked", unreadable("locked"))
    with pytest.raises(Problem, match="incomplete"):
        send(unsampled, teacher, application_id, "please look")


@pytest.mark.parametrize(("comment", "state"), [("", None), ("It is the newest there is.", "submitted")])
def test_a_document_that_does_not_fit_is_never_awarded(unsampled: Installation, teacher: Visit, comment: str, state: str | None) -> None:
    application_id = complete(unsampled, teacher)
    old = next(entry for entry in dossiers.view(unsampled, teacher, application_id).documents if entry.file_name == "mooc-3.pdf")
    intake.remove(unsampled, teacher, application_id, old.id)
    upload(unsampled, teacher, application_id, "old", reading("mooc-3", teacher.visitor.full_name, pdf_named("old"), date(2020, 1, 1)))
    if state is None:
        with pytest.raises(Problem, match="incomplete"):
            send(unsampled, teacher, application_id, comment)
    else:
        assert send(unsampled, teacher, application_id, comment) == state
    assert decisions(unsampled) == []


def test_documents_still_being_read(unsampled: Installation, teacher: Visit) -> None:
    application_id = complete(unsampled, teacher)
    upload(unsampled, teacher, application_id, "new")
    with pytest.raises(Problem, match="still-reading"):
        send(unsampled, teacher, application_id)


def test_a_stale_form_is_told_so(unsampled: Installation, teacher: Visit) -> None:
    application_id = complete(unsampled, teacher)
    stale = version(unsampled, teacher, application_id)
    intake.application_for(unsampled, dataclasses.replace(teacher, line_item="https://lms.example/new"))
    with pytest.raises(Problem, match="changed-meanwhile"):
        submit(unsampled, teacher, application_id, comment="", version=stale)


def test_fifty_submissions_at_once_have_one_effect(either_tool: Installation) -> None:
    unsampled = with_settings(either_tool, sample=0.0)
    visit = person(unsampled, tenant(unsampled))
    application_id = complete(unsampled, visit)
    held = version(unsampled, visit, application_id)

    def attempt(_: int) -> str:
        try:
            submit(unsampled, visit, application_id, comment="", version=held)
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(attempt, range(50))) == {"done"}
    assert len(decisions(unsampled)) == 1
    with unsampled.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).where(history.Event.kind == "application.submit")) == 1


# The policy: who decides, for each setting of the scheme file and of the installation.

POLICY = [
    ("never", 0.0, "submitted"),
    ("proved", 0.0, "submitted"),
    ("read", 0.0, "awarded"),
    ("read", 1.0, "submitted"),
]


@pytest.mark.parametrize(("automatic", "sample", "state"), POLICY)
def test_the_scheme_says_what_the_program_may_decide(
    tool: Installation, teacher: Visit, monkeypatch: pytest.MonkeyPatch, *, automatic: str, sample: float, state: str
) -> None:
    scheme = shipped().get("digital-competence").model_copy(update={"automatic": automatic, "sample": sample})
    monkeypatch.setattr(submitting, "shipped", lambda: Catalogue((scheme,)))
    assert tool.settings.sample is None
    assert send(tool, teacher, complete(tool, teacher)) == state


def test_the_settings_sample_goes_before_the_schemes(tool: Installation, teacher: Visit) -> None:
    assert send(with_settings(tool, sample=1.0), teacher, complete(tool, teacher)) == "submitted"


def test_the_draw_is_fair_and_the_same_again(tool: Installation) -> None:
    ids = [f"{number:032x}" for number in range(4000)]
    drawn = [is_sampled(tool, each, 0.1) for each in ids]
    assert 300 < sum(drawn) < 500
    assert drawn == [is_sampled(tool, each, 0.1) for each in ids]
    assert not any(is_sampled(tool, each, 0.0) for each in ids)
    assert all(is_sampled(tool, each, 1.0) for each in ids)


def test_without_a_name_nothing_is_awarded(unsampled: Installation, where: Tenant) -> None:
    nobody = person(unsampled, where, sub="private", given="", family="")
    application_id = complete(unsampled, nobody)
    assert send(unsampled, nobody, application_id, "please look") == "submitted"
    assert decisions(unsampled) == []


def test_other_peoples_applications_are_unknown(unsampled: Installation, teacher: Visit, where: Tenant) -> None:
    application_id = complete(unsampled, teacher)
    for stranger in (person(unsampled, where, sub="b"), person(unsampled, tenant(unsampled)), dataclasses.replace(teacher, tenant_id=0)):
        with pytest.raises(Problem, match="not-found"):
            submit(unsampled, stranger, application_id, comment="", version=1)
    with pytest.raises(Problem, match="not-found"):
        findings_now(unsampled, "0" * 32)
