"""A score that is stuck, tried again while a real worker runs: its queue must not take the new asking for the old one."""

from __future__ import annotations

from record_parts import counting_lms, issued, tenant
from worker_process import WorkerProcess, wait_for

from lti_tool import clock
from lti_tool.delivery import outbox
from lti_tool.delivery.records import ScoreRecord
from lti_tool.installation import Installation
from lti_tool.work import DELIVERY


def test_a_stuck_score_is_sent_when_an_administrator_says_so(either_tool: Installation) -> None:
    with counting_lms() as lms, WorkerProcess(either_tool) as worker:
        where = tenant(either_tool, lms.url)
        lms.faults.append((403, {}))
        with either_tool.database.write() as session:
            values = {"registration_id": where.registration_id, "line_item": lms.line_item, "sub": "teacher-1", "timestamp": clock.now()}
            score = ScoreRecord(certificate_number=issued(either_tool), **values)
            session.add(score)
            session.flush()
            either_tool.work.ask(session, "send-score", DELIVERY, score.id, partition=str(where.registration_id))

        def state() -> str:
            with either_tool.database.read() as session:
                return session.get_one(ScoreRecord, score.id).state

        wait_for(lambda: state() == "stuck", worker.text)
        for _ in range(2):
            if state() == "stuck":
                with either_tool.database.write() as session:
                    outbox.retry(either_tool, session, score.id, "administrator")
        wait_for(lambda: state() == "sent", worker.text)
        assert len(lms.scores) == 1
        assert worker.stop() == 0
