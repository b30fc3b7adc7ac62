"""The signer as an oracle (threat S02): whatever is asked of it, it signs what was decided here, once, and notes who asked."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import cbor2
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from record_parts import with_settings
from test_issue import _change_award_and_hash, _change_content, _change_content_and_hash, decided, nothing_owed

from certificate_signing.checkpoint import open_checkpoint
from certificate_signing.data_integrity import check_proof
from certificate_signing.did import verification_keys
from certificate_signing.errors import LogWrong
from certificate_signing.pdf_check import check_pdf
from lti_tool import history
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing import issue as steps
from lti_tool.issuing import register, signer_client, snapshot, status
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.keys import ring
from lti_tool.issuing.logged import current_checkpoint
from lti_tool.issuing.number import new_number
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.signer import Signer
from lti_tool.issuing.signer_calls import LONGEST_QUESTION, Answer, Asked, Question
from lti_tool.issuing.signer_socket import SignerSocket, allowed_users
from lti_tool.problem import Problem
from lti_tool.public_log import checkpoints


@contextmanager
def serving(tool: Installation, allowed: frozenset[int] | None = None, **changes: object) -> Iterator[Installation]:
    """A signer for an installation; yields the installation as `serve` and `worker` see it: with no key that signs."""
    place = tool.settings.home / "s.sock"
    changed = with_settings(tool, signer=place, **changes)
    signer = Signer(changed, frozenset({os.geteuid()}) if allowed is None else allowed, 2)
    with SignerSocket(place, signer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield changed
        finally:
            server.shutdown()
            thread.join(timeout=30)


@pytest.fixture
def keyless(tool: Installation, tmp_path: Path) -> Iterator[Installation]:
    """An installation whose own process has the public halves alone; the signer has the keys."""
    own = tmp_path / "signers-keys"
    tool.settings.keys.rename(own)
    tool.settings.keys.mkdir(mode=0o700)
    (tool.settings.keys / "keys.json").write_bytes((own / "keys.json").read_bytes())
    signers = with_settings(tool, signing_keys_dir=own)
    with serving(signers) as changed:
        yield with_settings(tool, signer=changed.settings.signer)


def ask(tool: Installation, asked: Asked, name: str = "") -> str:
    assert tool.settings.signer is not None
    return signer_client.ask(tool.settings.signer, Question(asked, name))


def raw(tool: Installation, content: bytes, *, end: bool = True) -> Answer | None:
    """Send bytes and return the answer; None if the door was shut without one."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asking:
        asking.settimeout(60)
        asking.connect(str(tool.settings.signer))
        try:
            asking.sendall(content)
            if end:
                asking.shutdown(socket.SHUT_WR)
            line = asking.makefile("rb").readline()
        except (ConnectionResetError, BrokenPipeError):
            return None
    return Answer.parse(line) if line else None


def noted(tool: Installation) -> list[tuple[str, str, str, str]]:
    with tool.database.read() as session:
        assert history.first_break(session) is None
        found = session.scalars(sa.select(history.Event).where(history.Event.kind.like("signer.%")).order_by(history.Event.id))
        return [(event.kind, event.subject, event.actor, event.content["answer"]) for event in found]


def state(tool: Installation, number: str) -> str:
    with tool.database.read() as session:
        return session.get_one(CertificateRecord, number).state


ME = f"uid:{os.geteuid()}"


def test_a_process_without_keys_issues_through_the_signer(keyless: Installation) -> None:
    keys = ring(keyless)
    number = steps.issue(keyless, keys, decided(keyless), nothing_owed)
    pdf, credential = register.pdf(keyless, number), register.credential(keyless, number)
    assert check_pdf(pdf, keys.trusted_seals()).good
    assert check_proof(json.loads(credential), verification_keys("http://localhost:8400", keys.credential_public)).ok
    assert noted(keyless) == [("signer.called", number, ME, "signed")]
    assert not list(keyless.settings.keys.glob("*.pem"))


def test_the_status_list_comes_from_the_signer(keyless: Installation) -> None:
    listed = json.loads(status.status_list(keyless))
    assert check_proof(listed, verification_keys("http://localhost:8400", ring(keyless).credential_public)).ok


def test_the_list_for_browsers_comes_from_the_signer(keyless: Installation) -> None:
    signed = cbor2.loads(snapshot.status(keyless))
    protected, _, payload, signature = signed.value
    public = Ed25519PublicKey.from_public_bytes(next(iter(ring(keyless).credential_public.values())))
    public.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))


def test_the_logs_checkpoint_comes_from_the_signer(keyless: Installation) -> None:
    number = steps.issue(keyless, ring(keyless), decided(keyless), nothing_owed)
    note = current_checkpoint(keyless)
    assert note == current_checkpoint(keyless)
    assert number not in note
    keys = checkpoints.note_keys(ring(keyless), "localhost:8400/log")
    assert open_checkpoint(note, keys).size > 0
    with pytest.raises(LogWrong):
        open_checkpoint(note.replace("localhost", "l0calhost", 1), keys)


def test_the_same_certificate_twice_is_signed_once(keyless: Installation) -> None:
    number = steps.prepare(keyless, decided(keyless))
    ask(keyless, Asked.CERTIFICATE, number)
    with keyless.database.read() as session:
        before = session.get_one(CertificateRecord, number)
        signed = (before.pdf_sha256, before.credential_sha256)
    ask(keyless, Asked.CERTIFICATE, number)
    with keyless.database.read() as session:
        after = session.get_one(CertificateRecord, number)
        assert (after.pdf_sha256, after.credential_sha256) == signed
    assert [answer for *_, answer in noted(keyless)] == ["signed", "signed-before"]


def test_asked_for_by_many_at_once_it_is_signed_once(keyless: Installation) -> None:
    number = steps.prepare(keyless, decided(keyless))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ask(keyless, Asked.CERTIFICATE, number), range(16)))
    with keyless.database.read() as session:
        record = session.get_one(CertificateRecord, number)
        pdf_sha256 = record.pdf_sha256
    assert sha256(keyless.files.get(str(pdf_sha256))) == pdf_sha256
    assert len(noted(keyless)) == 16


OWN_PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DIGEST = "ab" * 32
FORGED: dict[str, bytes] = {
    "a PDF of one's own": OWN_PDF,
    "a PDF of one's own as a question": json.dumps({"asked": "certificate", "name": "x", "pdf": "JVBERi0xLjc="}).encode() + b"\n",
    "a digest of one's own": json.dumps({"asked": "digest", "name": DIGEST}).encode() + b"\n",
    "a digest as a number": json.dumps({"asked": "certificate", "name": DIGEST}).encode() + b"\n",
    "raw bytes to sign": json.dumps({"asked": "sign", "name": "", "data": "aGVsbG8="}).encode() + b"\n",
    "a checkpoint of one's own": json.dumps({"asked": "checkpoint", "name": "localhost:8400/log\n7\nabc="}).encode() + b"\n",
    "a list of one's own": json.dumps({"asked": "status-list", "name": "1/revocation", "bits": "AAAA"}).encode() + b"\n",
    "a list that is none": json.dumps({"asked": "status-list", "name": "1/../../etc/passwd"}).encode() + b"\n",
    "a list with no number": json.dumps({"asked": "status-list", "name": "-1/revocation"}).encode() + b"\n",
    "no JSON": b"hello\n",
    "an array": b"[]\n",
    "a number of the wrong kind": json.dumps({"asked": "certificate", "name": 7}).encode() + b"\n",
    "nested deep": b"[" * 200 + b"\n",
    "no text": b"\xff\xfe\n",
    "too long": json.dumps({"asked": "certificate", "name": "A" * (LONGEST_QUESTION + 1)}).encode() + b"\n",
    "a megabyte": b"A" * 1_000_000,
    "nothing": b"",
}


@pytest.mark.parametrize("case", FORGED)
def test_nothing_that_is_handed_over_is_signed(keyless: Installation, case: str) -> None:
    number = steps.prepare(keyless, decided(keyless))
    answer = raw(keyless, FORGED[case])
    assert answer is None or (not answer.done and not answer.text)
    assert state(keyless, number) == CertificateState.PREPARED
    # It goes on for whoever asks rightly.
    ask(keyless, Asked.CERTIFICATE, number)


NAMES = ["", "nobody", "../../etc/passwd", new_number(), new_number().lower(), "1' or '1'='1", "0" * 24]


# Numbered: a random name would be another test in each process.
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_number_that_nobody_prepared_is_refused_and_noted(keyless: Installation, name: str) -> None:
    with pytest.raises(Problem, match="certificate-unknown"):
        ask(keyless, Asked.CERTIFICATE, name)
    ((kind, _, actor, answer),) = noted(keyless)
    assert (kind, actor, answer) == ("signer.refused", ME, "certificate-unknown")


def test_a_decision_is_not_enough_it_must_be_prepared(keyless: Installation) -> None:
    with pytest.raises(Problem, match="certificate-unknown"):
        ask(keyless, Asked.CERTIFICATE, decided(keyless))


@pytest.mark.parametrize("change", [_change_award_and_hash, _change_content, _change_content_and_hash])
def test_what_drifted_since_the_approval_is_not_signed(keyless: Installation, change: Callable[[Any, str], None]) -> None:
    decision = decided(keyless)
    number = steps.prepare(keyless, decision)
    with keyless.database.write() as session:
        change(session, decision)
    with pytest.raises(Problem, match="award-drifted"):
        ask(keyless, Asked.CERTIFICATE, number)
    assert state(keyless, number) == CertificateState.PREPARED
    assert noted(keyless) == [("signer.refused", number, ME, "award-drifted")]
    # The worker ends such work for good, as where it signs itself.
    assert steps.work(keyless, ring(keyless), decision, nothing_owed) is None


def test_a_user_who_is_not_named_is_refused_whatever_they_ask(tool: Installation) -> None:
    with serving(tool, allowed=frozenset({os.geteuid() + 1})) as changed:
        number = steps.prepare(changed, decided(changed))
        for asked, name in ((Asked.CERTIFICATE, number), (Asked.STATUS_LIST, "1/revocation"), (Asked.CHECKPOINT, "")):
            with pytest.raises(Problem, match="signer-stranger"):
                ask(changed, asked, name)
        assert state(changed, number) == CertificateState.PREPARED
        # Once a minute and not each time: a stranger can not fill the history.
        assert {entry[:1] + entry[2:] for entry in noted(changed)} == {("signer.refused", ME, "signer-stranger")}


def test_a_flood_is_capped_and_does_not_fill_the_history(tool: Installation) -> None:
    with serving(tool, signer_per_minute=5) as changed:
        begun = time.monotonic()
        answers = [raw(changed, Question(Asked.CERTIFICATE, new_number()).encoded()) for _ in range(60)]
        minutes = 1 + int((time.monotonic() - begun) // 60)
        codes = [answer.code for answer in answers if answer]
        assert codes.count("certificate-unknown") <= 5 * minutes
        assert codes.count("signer-busy") >= 60 - 5 * minutes
        assert len(noted(changed)) <= (5 + 1) * minutes + 1


def test_one_who_says_nothing_holds_up_nobody(keyless: Installation) -> None:
    number = steps.prepare(keyless, decided(keyless))
    silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(8)]
    try:
        for each in silent:
            each.connect(str(keyless.settings.signer))
        ask(keyless, Asked.CERTIFICATE, number)
        assert state(keyless, number) == CertificateState.SIGNED
    finally:
        for each in silent:
            each.close()


def test_without_a_signer_nothing_is_signed_and_the_work_is_tried_again(keyless: Installation, tmp_path: Path) -> None:
    gone = with_settings(keyless, signer=tmp_path / "nobody.sock")
    decision = decided(gone)
    with pytest.raises(Problem, match="signer-silent"):
        steps.work(gone, ring(gone), decision, nothing_owed)
    assert steps.work(keyless, ring(keyless), decision, nothing_owed) is None


def test_a_second_signer_does_not_take_the_place_of_the_first(keyless: Installation) -> None:
    assert keyless.settings.signer is not None
    with pytest.raises(Problem, match="signer-runs"):
        SignerSocket(keyless.settings.signer, Signer(keyless, frozenset(), 1))


def test_a_socket_that_a_dead_signer_left_is_taken_over(tool: Installation) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as dead:
        dead.bind(str(tool.settings.home / "s.sock"))
    with serving(tool) as changed:
        assert ask(changed, Asked.STATUS_LIST, "1/revocation")


def test_what_goes_wrong_inside_stays_inside(keyless: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    number = steps.prepare(keyless, decided(keyless))

    def broken(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(steps, "sign", broken)
    answer = raw(keyless, Question(Asked.CERTIFICATE, number).encoded())
    assert answer is not None
    assert (answer.done, answer.code, answer.details) == (False, "signer-failed", {})


@pytest.mark.parametrize(("named", "expected"), [("", set()), ("7, 12", {7, 12}), ("root", {0}), ("nobody,7", {7, 65534})])
def test_users_are_named_by_name_or_number(named: str, expected: set[int]) -> None:
    assert allowed_users(named) == expected | {os.geteuid()}


def test_a_user_whom_nobody_knows_is_told() -> None:
    with pytest.raises(Problem, match="setting-wrong"):
        allowed_users("no-such-user")
