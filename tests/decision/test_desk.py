"""The desk: who may decide, on what, and that two people don't decide against each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from record_parts import Tenant, complete, person, tenant, with_settings

from lti_tool import history
from lti_tool.decision import desk
from lti_tool.decision.freezing import approved
from lti_tool.decision.outcome import Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.decision.submitting import submit
from lti_tool.evidence import dossiers, intake
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem


def submitted(tool: Installation, visit: Visit, comment: str = "") -> str:
    """An application that waits for a person."""
    application_id = complete(tool, visit)
    version = dossiers.view(tool, visit, application_id).version
    submit(with_settings(tool, sample=1.0), visit, application_id, comment=comment, version=version)
    return application_id


def staff(tool: Installation, where: Tenant, sub: str = "staff-1") -> Visit:
    return person(tool, where, sub=sub, given="Sam", family="Staff", role=Role.STAFF)


def held_version(tool: Installation, visit: Visit, application_id: str) -> int:
    return dossiers.view(tool, visit, application_id).version


def awards(tool: Installation) -> int:
    with tool.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).where(DecisionRecord.outcome == "awarded")) or 0


def test_staff_see_what_waits_and_award_it(either_tool: Installation) -> None:
    where = tenant(either_tool)
    teacher, reviewer = person(either_tool, where), staff(either_tool, where)
    application_id = submitted(either_tool, teacher, "please look")
    (waiting,) = desk.waiting(either_tool, reviewer)
    assert (waiting.application_id, waiting.applicant.full_name, waiting.comment, waiting.own) == (
        application_id,
        "Þóra Guðmundsdóttir",
        "please look",
        False,
    )
    desk.award(either_tool, reviewer, application_id, waiting.version)
    assert dossiers.view(either_tool, teacher, application_id).state == "awarded"
    assert desk.waiting(either_tool, reviewer) == ()
    with either_tool.database.read() as session:
        decision = session.scalars(sa.select(DecisionRecord)).one()
        award = approved(session, decision.id).award
        assert decision.decided_by == reviewer.visitor.id
        assert history.first_break(session) is None
    assert (award.holder_name, award.checked) == ("Þóra Guðmundsdóttir", Checked.PERSON)


def test_changes_are_asked_for_made_and_sent_again(either_tool: Installation) -> None:
    where = tenant(either_tool)
    teacher, reviewer = person(either_tool, where), staff(either_tool, where)
    application_id = submitted(either_tool, teacher)
    desk.request_changes(either_tool, reviewer, application_id, " The label is cut off. ", held_version(either_tool, reviewer, application_id))
    assert dossiers.view(either_tool, teacher, application_id).state == "changes-requested"
    assert desk.asked(either_tool, application_id).message == "The label is cut off."
    assert intake.application_for(either_tool, teacher) == application_id
    gone = dossiers.view(either_tool, teacher, application_id).documents[-1]
    intake.place(either_tool, teacher, application_id, gone.id, "nql")
    submit(with_settings(either_tool, sample=0.0), teacher, application_id, comment="", version=held_version(either_tool, teacher, application_id))
    assert dossiers.view(either_tool, teacher, application_id).state == "awarded"


def test_twenty_awards_at_once_are_one(either_tool: Installation) -> None:
    where = tenant(either_tool)
    teacher = person(either_tool, where)
    application_id = submitted(either_tool, teacher)
    reviewers = [staff(either_tool, where, f"staff-{number}") for number in range(5)]
    version = held_version(either_tool, reviewers[0], application_id)

    def decide(number: int) -> str:
        try:
            if number % 5 == 4:
                desk.request_changes(either_tool, reviewers[4], application_id, "Please wait.", version)
            else:
                desk.award(either_tool, reviewers[number % 5], application_id, version)
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(decide, range(50)))
    assert answers == ["changed-meanwhile"] * 49 + ["done"]
    assert awards(either_tool) <= 1


def test_a_second_award_is_impossible_in_the_database_itself(either_tool: Installation) -> None:
    where = tenant(either_tool)
    teacher, reviewer = person(either_tool, where), staff(either_tool, where)
    application_id = submitted(either_tool, teacher)
    desk.award(either_tool, reviewer, application_id, held_version(either_tool, reviewer, application_id))
    with either_tool.database.write() as session:
        session.get_one(ApplicationRecord, application_id).state = "submitted"
    with pytest.raises(Problem, match="changed-meanwhile"):
        desk.award(either_tool, reviewer, application_id, held_version(either_tool, reviewer, application_id))
    assert awards(either_tool) == 1


def _decide(tool: Installation, visit: Visit, application_id: str, version: int, deed: str) -> None:
    if deed == "award":
        desk.award(tool, visit, application_id, version)
    else:
        desk.request_changes(tool, visit, application_id, "Please.", version)


DEEDS = ["award", "request-changes"]


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_decides_on_their_own(tool: Installation, deed: str) -> None:
    where = tenant(tool)
    both = person(tool, where, role=Role.STAFF)
    application_id = submitted(tool, both)
    assert desk.waiting(tool, both)[0].own
    with pytest.raises(Problem, match="own-application"):
        _decide(tool, both, application_id, held_version(tool, both, application_id), deed)
    assert dossiers.view(tool, both, application_id).state == "submitted"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.ADMINISTRATOR, Role.OBSERVER])
@pytest.mark.parametrize("deed", DEEDS)
def test_only_staff_decide(tool: Installation, role: Role, deed: str) -> None:
    where = tenant(tool)
    application_id = submitted(tool, person(tool, where))
    other = person(tool, where, sub="other", role=role)
    with pytest.raises(Problem, match="not-a-reviewer"):
        _decide(tool, other, application_id, 1, deed)
    with pytest.raises(Problem, match="not-a-reviewer"):
        desk.waiting(tool, other)


@pytest.mark.parametrize("deed", DEEDS)
def test_staff_of_another_tenant_see_nothing(either_tool: Installation, deed: str) -> None:
    here, there = tenant(either_tool), tenant(either_tool)
    application_id = submitted(either_tool, person(either_tool, here))
    stranger = staff(either_tool, there)
    assert desk.waiting(either_tool, stranger) == ()
    for wanted in (application_id, "0" * 32):
        with pytest.raises(Problem) as refused:
            _decide(either_tool, stranger, wanted, 2, deed)
        assert (refused.value.code, refused.value.details) == ("not-found", {})


@pytest.mark.parametrize("deed", DEEDS)
def test_a_draft_is_not_there_for_staff(tool: Installation, deed: str) -> None:
    where = tenant(tool)
    application_id = complete(tool, person(tool, where))
    reviewer = staff(tool, where)
    with pytest.raises(Problem, match="not-found"):
        _decide(tool, reviewer, application_id, 1, deed)
    with pytest.raises(Problem, match="not-found"):
        dossiers.view(tool, reviewer, application_id)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_stale_form_decides_nothing(tool: Installation, deed: str) -> None:
    where = tenant(tool)
    application_id = submitted(tool, person(tool, where))
    with pytest.raises(Problem, match="changed-meanwhile"):
        _decide(tool, staff(tool, where), application_id, 1, deed)


@pytest.mark.parametrize("message", ["", "   \n"])
def test_asking_for_changes_needs_words(tool: Installation, message: str) -> None:
    where = tenant(tool)
    application_id = submitted(tool, person(tool, where))
    reviewer = staff(tool, where)
    with pytest.raises(Problem, match="message-missing"):
        desk.request_changes(tool, reviewer, application_id, message, held_version(tool, reviewer, application_id))


def test_a_certificate_needs_a_name(tool: Installation) -> None:
    where = tenant(tool)
    application_id = submitted(tool, person(tool, where, given="", family=""), "please look")
    reviewer = staff(tool, where)
    with pytest.raises(Problem, match="name-missing"):
        desk.award(tool, reviewer, application_id, held_version(tool, reviewer, application_id))
