"""Approval without right (threat S18): refused, logged with ids alone, and nothing is decided; also when the applicant has just withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from record_parts import Tenant, complete, person, tenant, with_settings
from structlog.testing import capture_logs

from lti_tool import clock, history
from lti_tool.decision import desk, forgetting
from lti_tool.decision.records import DecisionRecord
from lti_tool.decision.submitting import submit
from lti_tool.evidence import dossiers
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem


def submitted(tool: Installation, visit: Visit) -> str:
    """An application that waits for a person."""
    application_id = complete(tool, visit)
    submit(with_settings(tool, sample=1.0), visit, application_id, comment="", version=dossiers.view(tool, visit, application_id).version)
    return application_id


def staff(tool: Installation, where: Tenant, sub: str = "staff-1") -> Visit:
    return person(tool, where, sub=sub, given="Sam", family="Staff", role=Role.STAFF)


def withdraw(tool: Installation, application_id: str) -> None:
    """What happens to what is under way when its person is erased."""
    with tool.database.write() as session:
        found = session.scalars(sa.select(ApplicationRecord).filter_by(id=application_id).with_for_update()).one()
        forgetting.forget(session, found, clock.now())


class Stored(NamedTuple):
    """How an application stands."""

    state: str
    version: int


def stored(tool: Installation, application_id: str) -> Stored:
    with tool.database.read() as session:
        found = session.get_one(ApplicationRecord, application_id)
        return Stored(found.state, found.version)


def decided(tool: Installation) -> tuple[int, int, int]:
    """How many decisions, live awards and certificates there are."""
    with tool.database.read() as session:
        awards = sa.select(sa.func.count()).select_from(DecisionRecord).where(DecisionRecord.live_award_of.is_not(None))
        every = (sa.select(sa.func.count()).select_from(table) for table in (DecisionRecord, CertificateRecord))
        decisions, certificates = (session.scalar(each) or 0 for each in every)
        assert history.first_break(session) is None
        return decisions, session.scalar(awards) or 0, certificates


DEEDS: dict[str, Callable[[Installation, Visit, str, int], None]] = {
    "award": desk.award,
    "request-changes": lambda tool, visit, application_id, version: desk.request_changes(tool, visit, application_id, "Please.", version),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_withdrawn_is_not_decided(either_tool: Installation, deed: str) -> None:
    where = tenant(either_tool)
    application_id, reviewer = submitted(either_tool, person(either_tool, where)), staff(either_tool, where)
    seen = desk.waiting(either_tool, reviewer)[0].version
    withdraw(either_tool, application_id)
    # With the form of before, and with the version of now, which no page gave anybody.
    for version in (seen, stored(either_tool, application_id).version):
        with capture_logs() as lines, pytest.raises(Problem, match="changed-meanwhile"):
            DEEDS[deed](either_tool, reviewer, application_id, version)
        assert [(line["event"], line["code"], line["application"], line["person"], line["log_level"]) for line in lines] == [
            ("decision-refused", "withdrawn", application_id, reviewer.visitor.id, "warning")
        ]
    assert stored(either_tool, application_id).state == "withdrawn"
    assert decided(either_tool) == (0, 0, 0)
    assert desk.waiting(either_tool, reviewer) == ()


def test_of_an_award_and_a_withdrawal_at_once_one_comes_first(either_tool: Installation) -> None:
    where = tenant(either_tool)
    reviewer = staff(either_tool, where)
    expected = 0
    for place in range(6):
        application_id = submitted(either_tool, person(either_tool, where, sub=f"teacher-{place}"))
        version, ready = stored(either_tool, application_id).version, Barrier(2)

        def decide(number: str = application_id, seen: int = version, ready: Barrier = ready) -> str:
            ready.wait(30)
            try:
                desk.award(either_tool, reviewer, number, seen)
            except Problem as problem:
                return problem.code
            return "awarded"

        def end(number: str = application_id, ready: Barrier = ready) -> None:
            ready.wait(30)
            withdraw(either_tool, number)

        with ThreadPoolExecutor(2) as pool:
            awarding, ending = pool.submit(decide), pool.submit(end)
            ending.result(60)
            answer = awarding.result(60)
        expected += answer == "awarded"
        # An award that came first stands when its evidence is forgotten; one that came second is none.
        assert (answer, stored(either_tool, application_id).state) in {("awarded", "awarded"), ("changed-meanwhile", "withdrawn")}
    assert decided(either_tool)[1] == expected


def without_right(tool: Installation, where: Tenant, applicant: Visit) -> dict[str, tuple[Visit, str, dict[str, object]]]:
    """Who tries, what they are told, and the line in the log."""
    own = replace(applicant, roles=frozenset({Role.STAFF}))
    teacher = person(tool, where, sub="other", role=Role.TEACHER)
    elsewhere = staff(tool, tenant(tool), "staff-of-b")
    return {
        "the applicant": (own, "own-application", {"event": "own-application-refused", "person": own.visitor.id}),
        "a teacher": (teacher, "not-a-reviewer", {"event": "review-refused", "person": teacher.visitor.id, "tenant": where.id}),
        "staff of another tenant": (
            elsewhere,
            "not-found",
            {"event": "decision-refused", "code": "not-found", "person": elsewhere.visitor.id, "tenant": elsewhere.tenant_id},
        ),
    }


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", ["the applicant", "a teacher", "staff of another tenant"])
def test_whoever_has_no_right_is_refused_and_logged(either_tool: Installation, who: str, deed: str) -> None:
    where = tenant(either_tool)
    applicant = person(either_tool, where)
    application_id = submitted(either_tool, applicant)
    visit, code, line = without_right(either_tool, where, applicant)[who]
    with capture_logs() as lines, pytest.raises(Problem) as refused:
        DEEDS[deed](either_tool, visit, application_id, stored(either_tool, application_id).version)
    assert refused.value.code == code
    (told,) = lines
    assert line.items() <= told.items()
    assert told["log_level"] == "warning"
    # Ids alone: neither names nor what was written.
    assert not any(name in str(told) for name in ("Þóra", "Guðmundsdóttir", "Sam", "Staff", "Please"))
    assert decided(either_tool) == (0, 0, 0)
    assert stored(either_tool, application_id).state == "submitted"
