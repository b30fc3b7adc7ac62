"""The main job without a browser: real documents, a real worker, a real LMS endpoint, one certificate that verifies."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa
from record_parts import Tenant, counting_lms, person, tenant, with_settings
from worker_process import WorkerProcess, wait_for

from lti_tool.decision import desk
from lti_tool.decision.submitting import submit
from lti_tool.delivery.records import ScoreRecord
from lti_tool.evidence import dossiers, intake
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.launch.visit import Role, Visit
from lti_tool.practice_lms import documents, people
from lti_tool.problem import Problem
from lti_tool.verification.verdict import VerdictOutcome
from lti_tool.verification.verify import verify_anything

MAIN = "from lti_tool.commands.main import main; main()"


def _teachers() -> list[people.Person]:
    return [each for each in people.people() if each.kind is people.Kind.TEACHER][:2]


def _hand_in(tool: Installation, where: Tenant, who: people.Person, line_item: str | None, files: str = "right") -> tuple[Visit, str]:
    visit = person(tool, where, sub=who.id, given=who.given_name, family=who.family_name, line_item=line_item)
    application_id = intake.application_for(tool, visit)
    for sample in documents.samples(files):
        intake.receive(tool, visit, application_id, sample.file, documents.make(sample, who))
    return visit, application_id


def _settled(tool: Installation, visit: Visit, application_id: str) -> bool:
    return all(document.settled for document in dossiers.view(tool, visit, application_id).documents)


def _send(tool: Installation, visit: Visit, application_id: str, comment: str = "") -> None:
    submit(tool, visit, application_id, comment=comment, version=dossiers.view(tool, visit, application_id).version)


def _scores(tool: Installation) -> list[str]:
    with tool.database.read() as session:
        return list(session.scalars(sa.select(ScoreRecord.state)))


def sealwright(tool: Installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, on this installation."""
    environment = {**os.environ, "SEALWRIGHT_DATABASE_URL": tool.settings.database}
    return subprocess.run(
        [sys.executable, "-c", MAIN, "--home", str(tool.settings.home), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_seven_documents_become_a_certificate_and_a_score(either_tool: Installation, tmp_path: Path) -> None:
    tool = with_settings(either_tool, sample=0.0)
    with counting_lms() as lms, WorkerProcess(tool) as worker:
        where = tenant(tool, lms.url)
        handed_in = [_hand_in(tool, where, who, lms.line_item) for who in _teachers()]
        for visit, application_id in handed_in:
            wait_for(lambda v=visit, a=application_id: _settled(tool, v, a), worker.text)  # type: ignore[misc]
            _send(tool, visit, application_id)
            assert dossiers.view(tool, visit, application_id).state == "awarded"
        wait_for(lambda: _scores(tool) == ["sent"] * 2, worker.text)
        assert sorted(str(score["userId"]) for score in lms.scores) == sorted(visit.visitor.sub for visit, _ in handed_in)
        assert worker.stop() == 0
        # Names stay out of the log (threat W06).
        assert all(visit.visitor.family_name not in worker.text() for visit, _ in handed_in)
    for visit, application_id in handed_in:
        found = register.of_application(tool, visit, application_id)
        assert found is not None
        assert found.content.holder_name == visit.visitor.full_name
        assert found.content.checked == "read"
        assert register.of_person(tool, visit) == (found,)
        pdf = tmp_path / "certificate.pdf"
        pdf.write_bytes(register.pdf(tool, found.content.number))
        answer = sealwright(tool, "verify", str(pdf), "--json")
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["certificate"]["holder_name"] == visit.visitor.full_name


def test_the_wrong_documents_are_never_awarded_by_the_program(tool: Installation) -> None:
    tool = with_settings(tool, sample=0.0)
    where = tenant(tool)
    with WorkerProcess(tool) as worker:
        visit, application_id = _hand_in(tool, where, _teachers()[0], None, "wrong")
        wait_for(lambda: _settled(tool, visit, application_id), worker.text)
        states = {document.file_name: document.state for document in dossiers.view(tool, visit, application_id).documents}
        assert "needs-person" in states.values()
        with pytest.raises(Problem, match="incomplete"):
            _send(tool, visit, application_id)


def test_what_a_person_awards_says_so(tool: Installation) -> None:
    where = tenant(tool)
    sampled = with_settings(tool, sample=1.0)
    with WorkerProcess(tool) as worker:
        visit, application_id = _hand_in(tool, where, _teachers()[0], None)
        wait_for(lambda: _settled(tool, visit, application_id), worker.text)
        _send(sampled, visit, application_id)
        reviewer = person(tool, where, sub="staff", role=Role.STAFF)
        (waiting,) = desk.waiting(tool, reviewer)
        desk.award(tool, reviewer, application_id, waiting.version)
        wait_for(lambda: register.of_application(tool, visit, application_id) is not None, worker.text)
    found = register.of_application(tool, reviewer, application_id)
    assert found is not None
    assert found.content.checked == "person"
    stranger = person(tool, where, sub="somebody")
    assert register.of_application(tool, stranger, application_id) is None
    assert register.of_person(tool, stranger) == ()
    assert verify_anything(tool, found.content.address.encode()).outcome is VerdictOutcome.VALID


def test_serve_and_worker_share_a_database(either_tool: Installation) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "SEALWRIGHT_DATABASE_URL": either_tool.settings.database}
    serving = subprocess.Popen(
        [sys.executable, "-c", MAIN, "--home", str(either_tool.settings.home), "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    tool = with_settings(either_tool, sample=0.0)
    try:
        with WorkerProcess(tool) as worker:
            visit, application_id = _hand_in(tool, tenant(tool), _teachers()[0], None)
            wait_for(lambda: _answers(port, "/healthz"))
            wait_for(lambda: _settled(tool, visit, application_id), worker.text)
            _send(tool, visit, application_id)
            wait_for(lambda: register.of_application(tool, visit, application_id) is not None, worker.text)
        number = register.of_application(tool, visit, application_id).content.number
        wait_for(lambda: _answers(port, f"/c/{number}"))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/c/{number}") as response:
            assert visit.visitor.family_name in response.read().decode()
    finally:
        serving.terminate()
        assert serving.wait(30) == 0


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as response:
            return bool(response.status == 200)
    except OSError:
        return False
