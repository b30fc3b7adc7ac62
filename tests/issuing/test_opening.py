"""Which files were checked: the certificate commits to them, its holder alone opens that, and nothing is left to open once erased."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from record_parts import KINDS, Tenant, complete, file_of, issued, pdf_named, person, reading, tenant, upload, with_settings

from certificate_signing.commitment import as_multibase
from lti_tool import clock
from lti_tool.administration.erasure import erase_person
from lti_tool.administration.retention import run as end_of_day
from lti_tool.commands.main import sealwright
from lti_tool.decision import desk
from lti_tool.decision.commitments import OTHER
from lti_tool.decision.freezing import digest
from lti_tool.decision.outcome import Checked
from lti_tool.decision.records import DecisionRecord, OpeningRecord
from lti_tool.decision.submitting import submit
from lti_tool.evidence import dossiers
from lti_tool.installation import Installation
from lti_tool.issuing import issue as steps
from lti_tool.issuing import register, revoking
from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.content import from_json, to_json
from lti_tool.issuing.keys import ring
from lti_tool.issuing.opening import may_open, opened_file, opening, read_opening
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.records import Registration
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem


def awarded(tool: Installation, where: Tenant, *, by_person: bool = False, more: bool = False) -> tuple[Visit, Certificate]:
    visit = person(tool, where)
    application_id = complete(tool, visit)
    if more:
        again = pdf_named(f"again {visit.visitor.sub} {visit.tenant_id}")
        upload(tool, visit, application_id, "again", reading("mooc-1", visit.visitor.full_name, again, date(2026, 1, 2)))
    version = dossiers.view(tool, visit, application_id).version
    submit(with_settings(tool, sample=1.0 if by_person else 0.0), visit, application_id, comment="", version=version)
    if by_person:
        reviewer = person(tool, where, sub="staff", role=Role.STAFF)
        desk.award(tool, reviewer, application_id, dossiers.view(tool, visit, application_id).version)
    with tool.database.read() as session:
        decision_id = session.scalars(sa.select(DecisionRecord.id).where(DecisionRecord.outcome == "awarded")).one()
    number = steps.issue(tool, ring(tool), decision_id, lambda *_: None)
    return visit, certificate(tool, number)


def certificate(tool: Installation, number: str) -> Certificate:
    with tool.database.read() as session:
        found = register.by_number(session, number)
    assert found is not None
    return found


def test_the_holder_opens_each_of_the_seven(either_tool: Installation) -> None:
    visit, held = awarded(either_tool, tenant(either_tool))
    given = read_opening(opening(either_tool, held))
    assert given.number == held.content.number
    opened = [opened_file(held.content, given, file_of(visit, kind)) for kind in KINDS]
    assert all(opened)
    assert opened == list(held.content.evidence)
    assert {file.checked for file in held.content.evidence} == {Checked.READ}
    assert held.content.evidence[0].title == "MOOC 1: Professional engagement"


def test_the_credential_states_them_and_names_no_file(tool: Installation) -> None:
    _, held = awarded(tool, tenant(tool))
    credential = register.credential(tool, held.content.number)
    evidence = json.loads(credential)["evidence"]
    assert [each["digestMultibase"] for each in evidence[1:]] == [as_multibase(bytes.fromhex(file.commitment)) for file in held.content.evidence]
    assert len({each["id"] for each in evidence}) == 8
    with tool.database.read() as session:
        salts = session.scalars(sa.select(OpeningRecord.salt)).all()
        hashes = session.scalars(sa.text("select sha256 from document")).all()
    jwt = register.jwt(tool, held.content.number)
    for secret in (*salts, *hashes, "mooc-1.pdf"):
        assert secret.encode() not in credential + jwt
    assert len(set(salts)) == 7


def test_a_person_saw_every_paper(tool: Installation) -> None:
    visit, held = awarded(tool, tenant(tool), by_person=True, more=True)
    assert [file.checked for file in held.content.evidence] == [Checked.PERSON] * 8
    assert held.content.evidence[-1].title == OTHER
    given = read_opening(opening(tool, held))
    assert all(opened_file(held.content, given, file_of(visit, kind)) for kind in (*KINDS, "again"))


def test_the_program_commits_to_what_counts(tool: Installation) -> None:
    _, held = awarded(tool, tenant(tool), more=True)
    assert OTHER not in {file.title for file in held.content.evidence}
    assert len(held.content.evidence) == 7


FAKES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no salts": lambda stated: stated.update(evidence=[]),
    "another's salts": lambda stated: [entry.update(salt="00" * 32) for entry in stated["evidence"]],
    "short salts": lambda stated: [entry.update(salt=entry["salt"][:-2]) for entry in stated["evidence"]],
    "no digits": lambda stated: [entry.update(salt="zz" * 32) for entry in stated["evidence"]],
    "commitments of its own": lambda stated: [entry.update(commitment="00" * 32) for entry in stated["evidence"]],
    "exchanged": lambda stated: stated.update(
        evidence=[
            one | {"salt": other["salt"]} for one, other in zip(stated["evidence"], stated["evidence"][1:] + stated["evidence"][:1], strict=True)
        ]
    ),
}


@pytest.mark.parametrize("name", FAKES)
def test_an_opening_that_was_made_up_opens_nothing(tool: Installation, name: str) -> None:
    visit, held = awarded(tool, tenant(tool))
    stated = json.loads(opening(tool, held))
    FAKES[name](stated)
    given = read_opening(json.dumps(stated).encode())
    assert [opened_file(held.content, given, file_of(visit, kind)) for kind in KINDS] == [None] * 7


def test_another_file_is_not_the_one_that_was_checked(tool: Installation) -> None:
    visit, held = awarded(tool, tenant(tool))
    given = read_opening(opening(tool, held))
    for other in (b"", file_of(visit, "mooc-1") + b"\n", file_of(visit, "mooc-9"), opening(tool, held)):
        assert opened_file(held.content, given, other) is None


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"type": "x"}', b'{"type": "sealwright-evidence-opening", "number": 1, "evidence": [1]}']
)
def test_what_is_no_opening(content: bytes) -> None:
    with pytest.raises(Problem, match="opening-unreadable"):
        read_opening(content)


def test_a_corrected_name_keeps_what_was_checked(tool: Installation) -> None:
    visit, held = awarded(tool, tenant(tool))
    decision = revoking.reissue(tool, held.content.number, holder_name="Þóra G.", reason="a misspelt name", actor="administrator")
    anew = certificate(tool, steps.issue(tool, ring(tool), decision, lambda *_: None))
    assert anew.content.evidence == held.content.evidence
    assert opened_file(anew.content, read_opening(opening(tool, anew)), file_of(visit, "nql")) == held.content.evidence[-1]


def test_it_outlives_the_files_and_ends_with_the_person(either_tool: Installation) -> None:
    where = tenant(either_tool)
    visit, held = awarded(either_tool, where)
    with clock.held(clock.now().replace(year=clock.now().year + 2)):
        assert end_of_day(either_tool).applications
    given = read_opening(opening(either_tool, held))
    assert opened_file(held.content, given, file_of(visit, "mooc-2")) is not None
    with either_tool.database.read() as session:
        platform = session.get_one(Registration, where.registration_id)
        issuer, client_id = platform.issuer, platform.client_id
    erase_person(either_tool, issuer=issuer, client_id=client_id, sub=visit.visitor.sub)
    with either_tool.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OpeningRecord)) == 0
    assert not may_open(either_tool, held)
    with pytest.raises(Problem, match="opening-missing"):
        opening(either_tool, held)


def test_a_certificate_without_files_has_no_opening(tool: Installation) -> None:
    held = certificate(tool, issued(tool))
    assert held.content.evidence == ()
    assert "evidence" not in to_json(held.content)
    with pytest.raises(Problem, match="opening-missing"):
        opening(tool, held)


def test_what_was_stored_before_is_read_and_hashed_as_before(tool: Installation) -> None:
    number = issued(tool)
    with tool.database.read() as session:
        record = session.get_one(CertificateRecord, number)
        assert to_json(from_json(record.content)) == record.content
        assert digest(record.content) == record.content_sha256


def test_commitments_are_part_of_what_was_approved(tool: Installation) -> None:
    """Another commitment in the prepared content is drift, and not signed."""
    visit = person(tool, tenant(tool))
    application_id = complete(tool, visit)
    submit(with_settings(tool, sample=0.0), visit, application_id, comment="", version=dossiers.view(tool, visit, application_id).version)
    with tool.database.read() as session:
        decision_id = session.scalars(sa.select(DecisionRecord.id)).one()
    number = steps.prepare(tool, decision_id)
    with tool.database.write() as session:
        record = session.get_one(CertificateRecord, number)
        content = from_json(record.content)
        other = dataclasses.replace(content.evidence[0], commitment="00" * 32)
        record.content = to_json(dataclasses.replace(content, evidence=(other, *content.evidence[1:])))
        record.content_sha256 = digest(record.content)
        session.execute(
            sa.text("update event set content = json_set(content, '$.content_sha256', :digest) where kind = 'certificate.prepared'"),
            {"digest": record.content_sha256},
        )
    with pytest.raises(Problem, match="award-drifted"):
        steps.sign(tool, ring(tool), number)


# The command


def asked(tool: Installation, *arguments: str | Path) -> Result:
    return CliRunner().invoke(sealwright, ["--home", str(tool.settings.home), "opening", "check", *map(str, arguments)])


def test_the_command_tells_the_files_apart(tool: Installation, tmp_path: Path) -> None:
    visit, held = awarded(tool, tenant(tool))
    (tmp_path / "opening.json").write_bytes(opening(tool, held))
    (tmp_path / "mooc.pdf").write_bytes(file_of(visit, "mooc-3"))
    (tmp_path / "other.pdf").write_bytes(b"other")
    good = asked(tool, tmp_path / "opening.json", tmp_path / "mooc.pdf", "--json")
    assert good.exit_code == 0
    assert json.loads(good.stdout)["files"][0]["title"] == "MOOC 3: Teaching and learning"
    bad = asked(tool, tmp_path / "opening.json", tmp_path / "mooc.pdf", tmp_path / "other.pdf")
    assert bad.exit_code == 1
    assert "other.pdf: not a file that this certificate rests on" in bad.stdout


def test_the_command_refuses_what_is_no_opening(tool: Installation, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"{}")
    for arguments, code in (
        ((tmp_path / "x.json", tmp_path / "x.json"), "opening-unreadable"),
        ((tmp_path / "no", tmp_path / "x.json"), "file-unreadable"),
    ):
        done = asked(tool, *arguments)
        assert isinstance(done.exception, Problem)
        assert done.exception.code == code
