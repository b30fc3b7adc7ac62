"""A certificate carries the proof that it is in the public log, and the proof holds against the log's keys alone."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
import sqlalchemy as sa
from record_parts import issued
from sqlalchemy.orm import Session
from test_issue import decided, nothing_owed

from certificate_signing import merkle
from certificate_signing.checkpoint import NoteKey
from certificate_signing.errors import LogWrong
from certificate_signing.keyring import KeyUse, create_key
from certificate_signing.log_entry import subject_hash
from certificate_signing.log_proof import LogProof
from certificate_signing.pdf_check import check_pdf
from lti_tool import clock, history
from lti_tool.failpoints import VARIABLE
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.issuing import issue as steps
from lti_tool.issuing import register
from lti_tool.issuing.keys import ring
from lti_tool.issuing.logged import logged, proofs_to_carry
from lti_tool.issuing.records import CertificateRecord
from lti_tool.public_log.records import LogCheckpoint, LogLeaf

ORIGIN = "localhost:8400/log"


def carried(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        assert sorted(document.attachments) == ["credential.json", "log-proof.json"]
        files = {str(spec.UF): spec for spec in document.Root.AF}
        assert (files["log-proof.json"].AFRelationship, files["credential.json"].AFRelationship) == ("/Supplement", "/Source")
        return bytes(document.attachments["log-proof.json"].get_file().read_bytes())


def keys(installation: Installation) -> list[NoteKey]:
    return [NoteKey(ORIGIN, public) for public in ring(installation).log_public.values()]


def content_sha256(installation: Installation, number: str) -> str:
    with installation.database.read() as session:
        return session.get_one(CertificateRecord, number).content_sha256


def proof(installation: Installation, number: str) -> LogProof | None:
    with installation.database.look() as reader:
        with_key = logged(reader, ring(installation), number, content_sha256(installation, number))
        assert logged(reader, None, number, content_sha256(installation, number)) == with_key
        return with_key


def test_the_pdf_carries_a_proof_that_holds(either_tool: Installation) -> None:
    numbers = [issued(either_tool) for _ in range(3)]
    for number in numbers:
        pdf = register.pdf(either_tool, number)
        assert check_pdf(pdf, ring(either_tool).trusted_seals()).good
        found = LogProof.parse(carried(pdf))
        head = found.check(keys(either_tool))
        assert (found.entry.kind, found.entry.subject) == ("certificate.prepared", subject_hash(number))
        assert found.entry.more == {"content_sha256": content_sha256(either_tool, number)}
        assert head.size > found.index
        assert proof(either_tool, number) == found


def test_no_other_leaf_is_needed_for_the_proof_of_a_single_one(tool: Installation) -> None:
    """The checkpoint of the first certificate of all: the beginning of the log, and the certificate."""
    found = proof(tool, issued(tool))
    assert found is not None
    assert (found.index, len(found.path)) == (1, 1)


@pytest.mark.parametrize("place", ["issue-made", "issue-stored"])
def test_a_crash_while_signing_changes_no_byte_of_the_proof(tool: Installation, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    decision = decided(tool)
    number = steps.prepare(tool, decision)
    monkeypatch.setenv(VARIABLE, f"{place}:error")
    with pytest.raises(RuntimeError):
        steps.sign(tool, ring(tool), number)
    monkeypatch.delenv(VARIABLE)
    before = proofs_to_carry(tool, ring(tool), [number])[number]
    issued(tool)
    assert steps.issue(tool, ring(tool), decision, nothing_owed) == number
    assert carried(register.pdf(tool, number)) == before.encoded()


def test_several_at_once_share_a_checkpoint(tool: Installation) -> None:
    decisions = [decided(tool) for _ in range(5)]
    numbers = steps.issue_all(tool, ring(tool), decisions, nothing_owed)
    found = [LogProof.parse(carried(register.pdf(tool, number))) for number in numbers.values()]
    for one in found:
        one.check(keys(tool))
    assert len({one.checkpoint for one in found}) == 1
    assert [one.index for one in found] == [1, 2, 3, 4, 5]


def test_no_checkpoint_is_signed_for_what_is_not_committed(tool: Installation) -> None:
    """An inconsistent checkpoint could never be taken back: the log signs what is stored, after it is stored."""
    steps.prepare(tool, decided(tool))
    with tool.database.read() as session:
        assert session.scalars(sa.select(LogCheckpoint)).all() == []


def test_a_certificate_older_than_the_log_has_no_proof_and_is_signed_all_the_same(tool: Installation) -> None:
    decision = decided(tool)
    number = steps.prepare(tool, decision)
    with tool.database.write() as session:
        session.execute(sa.delete(LogLeaf))
    steps.issue(tool, ring(tool), decision, nothing_owed)
    assert proof(tool, number) is None
    with pikepdf.open(BytesIO(register.pdf(tool, number))) as document:
        assert list(document.attachments) == ["credential.json"]


def test_after_a_rotation_old_proofs_hold_and_new_ones_too(tool: Installation) -> None:
    old = issued(tool)
    create_key(tool.settings.keys, KeyUse.LOG, "Example Academy", "BE", clock.now())
    new = issued(tool)
    for number in (old, new):
        LogProof.parse(carried(register.pdf(tool, number))).check(keys(tool))
        assert proof(tool, number) is not None


Harm = Callable[[Session, str, str], None]


def other_subject(session: Session, number: str, other: str) -> None:
    leaf(session, number).entry = leaf(session, number).entry.replace(subject_hash(number), subject_hash(other))


def other_content(session: Session, number: str, _other: str) -> None:
    session.get_one(CertificateRecord, number).content_sha256 = "0" * 64


def others_leaf(session: Session, number: str, other: str) -> None:
    mine, theirs = leaf(session, number), leaf(session, other)
    entries = mine.entry, theirs.entry
    theirs.entry, mine.entry = "x", "y"
    session.flush()
    mine.entry, theirs.entry = entries[1], entries[0]


def other_time(session: Session, number: str, _other: str) -> None:
    held = leaf(session, number)
    held.entry = held.entry.replace('"at":"2', '"at":"1')


def moved_node(session: Session, _number: str, _other: str) -> None:
    for held in session.scalars(sa.select(LogLeaf)):
        held.hash, held.nodes = hash_of(held.hash), bytes(len(held.nodes))


def hash_of(content: bytes) -> bytes:
    return merkle.leaf_hash(content)


def no_checkpoint(session: Session, _number: str, _other: str) -> None:
    session.execute(sa.delete(LogCheckpoint))


def forged_checkpoint(session: Session, _number: str, _other: str) -> None:
    for held in session.scalars(sa.select(LogCheckpoint)):
        held.note = held.note.replace(held.note.split("\n")[2], base64.b64encode(bytes(32)).decode())


def garbage(session: Session, number: str, _other: str) -> None:
    leaf(session, number).entry = "no JSON"


def leaf(session: Session, number: str) -> LogLeaf:
    event = session.scalars(sa.select(Event.id).where(Event.kind == "certificate.prepared", Event.subject == number)).one()
    return session.scalars(sa.select(LogLeaf).where(LogLeaf.event_id == event)).one()


@pytest.mark.parametrize("harm", [other_subject, other_content, others_leaf, other_time, moved_node, no_checkpoint, forged_checkpoint, garbage])
def test_a_leaf_that_is_not_this_certificates_proves_nothing(tool: Installation, harm: Harm) -> None:
    number, other = issued(tool), issued(tool)
    with tool.database.write() as session:
        harm(session, number, other)
    with pytest.raises(LogWrong):
        proof(tool, number)


def test_a_stored_proof_with_anything_changed_is_refused(tool: Installation) -> None:
    number = issued(tool)
    issued(tool)
    good = carried(register.pdf(tool, number))
    known = keys(tool)
    plain: dict[str, Any] = json.loads(good)
    assert LogProof.parse(json.dumps(plain, indent=2).encode()).check(known)
    changed: list[dict[str, Any]] = [
        plain | {"index": plain["index"] - 1},
        plain | {"index": str(plain["index"])},
        plain | {"index": True},
        plain | {"size": plain["size"] + 1},
        plain | {"path": plain["path"][:-1]},
        plain | {"path": [*plain["path"], plain["path"][0]]},
        plain | {"path": ["AAAA"]},
        plain | {"path": ["é"]},
        plain | {"path": "A"},
        plain | {"version": 2},
        plain | {"more": 1},
        plain | {"checkpoint": ""},
        plain | {"checkpoint": None},
        plain | {"entry": plain["entry"] | {"subject": subject_hash("1" * 24)}},
        plain | {"entry": plain["entry"] | {"kind": "certificate.revoked"}},
        plain | {"entry": plain["entry"] | {"at": "2020-01-01T00:00:00Z"}},
        plain | {"entry": plain["entry"] | {"content_sha256": "0" * 64}},
        plain | {"entry": plain["entry"] | {"more": "x"}},
        plain | {"entry": []},
        {name: value for name, value in plain.items() if name != "path"},
    ]
    for each in changed:
        with pytest.raises(LogWrong):
            LogProof.parse(json.dumps(each).encode()).check(known)
    for content in (b"", b"[]", b"null", good[:-1], b"[" * 5000, good + b" " * 70_000):
        with pytest.raises(LogWrong):
            LogProof.parse(content)
    with pytest.raises(LogWrong):
        LogProof.parse(good).check([])
    with pytest.raises(LogWrong):
        LogProof.parse(good).check([dataclasses.replace(key, name="elsewhere.example.org/log") for key in known])


def test_the_history_and_the_log_are_one_story(tool: Installation) -> None:
    issued(tool)
    with tool.database.read() as session:
        assert history.first_break(session) is None
        published = [event for event in session.scalars(sa.select(Event).order_by(Event.id)) if event.kind.startswith(("certificate.", "log."))]
        leaves = session.scalars(sa.select(LogLeaf.entry).order_by(LogLeaf.position)).all()
        assert [history.leaf_of(event).decode() for event in published] == leaves


@pytest.mark.judge
@pytest.mark.parametrize(("profile", "rules"), [("PDF_A_3A", 156), ("PDF_UA_1", 104)])
def test_with_its_proof_the_file_is_archival_and_accessible(tool: Installation, tmp_path: Path, profile: str, rules: int) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(register.pdf(tool, issued(tool)))
    report = page.validate_pdf(str(file), profile=getattr(page.ValidationProfile, profile))
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert (report.is_compliant, report.rules.passed, report.rules.total) == (True, rules, rules)
