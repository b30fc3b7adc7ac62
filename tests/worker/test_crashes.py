"""kill -9 at every place that matters, restart: exactly one certificate, one score, nothing lost (threats R01, R05, R09, I1 to I6)."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from record_parts import SCHEME, CountingLms, Tenant, counting_lms, person, tenant
from worker_process import WorkerProcess, wait_for

from certificate_signing.pdf_check import check_pdf
from lti_tool import clock, history
from lti_tool.decision import states
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.outcome import Award, Checked
from lti_tool.delivery.records import ScoreRecord
from lti_tool.evidence.intake import application_for
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing import keys
from lti_tool.issuing.records import CertificateRecord
from lti_tool.scheme.catalogue import shipped


def award(tool: Installation, where: Tenant, line_item: str, sub: str) -> str:
    """An award as the decision stage commits it, with everything that follows still to be done. Returns the decision's id."""
    visit = person(tool, where, sub=sub, line_item=line_item)
    application_id = application_for(tool, visit)
    scheme = shipped().get(SCHEME)
    content = Award(f"Teacher {sub}", scheme.id, scheme.edition, scheme.sha256, Checked.READ, clock.today(scheme.time_zone))
    with tool.database.write() as session:
        application = session.get_one(ApplicationRecord, application_id)
        application.state = states.State.AWARDED.value
        return record_award(session, tool, content, Grounds(actor="program", application_id=application_id))


def rows(tool: Installation) -> tuple[list[CertificateRecord], list[ScoreRecord]]:
    with tool.database.read() as session:
        found = list(session.scalars(sa.select(CertificateRecord))), list(session.scalars(sa.select(ScoreRecord)))
        session.expunge_all()
        return found


def check_invariants(tool: Installation, lms: CountingLms, count: int) -> None:
    certificates, scores = rows(tool)
    assert len(certificates) == count
    assert {record.state for record in certificates} == {"issued"}
    assert sorted(record.sequence for record in certificates) == list(range(1, count + 1))
    for record in certificates:
        pdf = tool.files.get(record.pdf_sha256)
        assert check_pdf(pdf, keys.ring(tool).trusted_seals()).good
        assert json.loads(tool.files.get(record.credential_sha256))
    stored = {path.name for path in (tool.settings.home / "files").rglob("*") if path.is_file()}
    assert stored == {digest for record in certificates for digest in record.stored}
    assert all(sha256((tool.settings.home / "files" / name[:2] / name).read_bytes()) == name for name in stored)
    assert [score.state for score in scores] == ["sent"] * count
    assert sorted(str(score["userId"]) for score in lms.scores) == sorted({str(score["userId"]) for score in lms.scores})
    assert len(lms.scores) == count
    assert lms.most_at_once == 1
    with tool.database.read() as session:
        assert history.first_break(session) is None
        for kind in ("certificate.prepared", "certificate.issued"):
            assert session.scalar(sa.select(sa.func.count()).where(history.Event.kind == kind)) == count


def all_sent(tool: Installation, count: int) -> bool:
    scores = rows(tool)[1]
    return len(scores) == count and all(score.state == "sent" for score in scores)


PLACES = [
    "issue-begun",  # between decision and issue
    "issue-prepared",  # between prepared and signed
    "issue-made",  # signed in memory, nothing stored
    "issue-stored",  # files stored, row not yet
    "issue-signed",  # between signed and published
    "issue-published",  # between issue and score
    "score-begun",
    "score-sent",  # the LMS has it, we don't know yet
]


@pytest.mark.parametrize("place", PLACES)
def test_killed_anywhere_it_ends_with_one_certificate_and_one_score(either_tool: Installation, place: str) -> None:
    with counting_lms() as lms:
        award(either_tool, tenant(either_tool, lms.url), lms.line_item, "teacher-1")
        with WorkerProcess(either_tool, f"{place}:kill") as worker:
            worker.died()
        with WorkerProcess(either_tool) as worker:
            wait_for(lambda: all_sent(either_tool, 1), worker.text)
            assert worker.stop() == 0
        check_invariants(either_tool, lms, 1)


def test_killed_again_and_again_in_a_batch(either_tool: Installation) -> None:
    """Thirty awards, the worker killed five times at whatever it was doing."""
    with counting_lms() as lms:
        where = tenant(either_tool, lms.url)
        for number in range(30):
            award(either_tool, where, lms.line_item, f"teacher-{number}")
        for done in (1, 4, 9, 15, 22):
            with WorkerProcess(either_tool) as worker:
                wait_for(lambda done=done: sum(record.state == "issued" for record in rows(either_tool)[0]) >= done, worker.text)  # type: ignore[misc]
                worker.kill()
        with WorkerProcess(either_tool) as worker:
            wait_for(lambda: all_sent(either_tool, 30), worker.text)
        check_invariants(either_tool, lms, 30)


def test_an_lms_that_was_down_gets_its_score_later(tool: Installation) -> None:
    with counting_lms() as lms:
        where, url = tenant(tool, lms.url), lms.url
    award(tool, where, f"{url}/items/1", "teacher-1")
    with WorkerProcess(tool) as worker:
        wait_for(lambda: [score.attempts for score in rows(tool)[1]] == [1], worker.text)
        with counting_lms(int(url.rsplit(":", 1)[1])) as lms:
            wait_for(lambda: all_sent(tool, 1), worker.text)
            assert len(lms.scores) == 1
        assert "teacher-1" not in worker.text()


def test_it_stops_when_asked_to(tool: Installation) -> None:
    with WorkerProcess(tool).ready() as worker:
        assert worker.stop() == 0
        assert "Traceback" not in worker.text()


def test_it_does_not_start_on_an_old_database(tool: Installation) -> None:
    with tool.database.write() as session:
        session.execute(sa.text("update alembic_version set version_num = '0000'"))
    with WorkerProcess(tool) as worker:
        assert worker.process.wait(60) == 2
        assert "database-not-current" in worker.text()
