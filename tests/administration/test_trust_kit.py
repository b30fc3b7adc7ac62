"""The trust kit verifies every certificate ever issued when the installation is gone, and says nothing about anybody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from kit_parts import FORMS, Issuer, told, write
from record_parts import issued, keys_folder, tool

from certificate_signing.development_pki import development_seal
from certificate_signing.keyring import KeyUse, create_key
from certificate_signing.pdf_seal import seal
from lti_tool import clock
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.keys import ring
from lti_tool.issuing.render import render
from lti_tool.problem import Problem
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_verify import verify_with_kit
from lti_tool.verification.verdict import VerdictOutcome

__all__ = ["keys_folder", "tool"]


@pytest.fixture
def issuer(tool: Installation, tmp_path: Path) -> Issuer:
    return Issuer(tool, tmp_path / "kit")


STANDINGS = {
    "kept": ("valid", ()),
    "corrected": ("valid", ()),
    "revoked": ("not-valid", ("revoked",)),
    "replaced": ("was-valid", ("replaced",)),
}


def test_every_form_of_every_certificate_is_answered_for_without_its_issuer(issuer: Issuer) -> None:
    kit = issuer.gone()
    for name, files in issuer.files.items():
        for form in FORMS:
            answer = verify_with_kit(kit, files[form], clock.now())
            assert told(answer) == STANDINGS[name], (name, form, answer)
            assert answer.said["number"].replace("-", "") == issuer.numbers[name]
    assert verify_with_kit(kit, issuer.files["kept"]["pdf"], clock.now()).said["holder_name"] == "Þóra Guðmundsdóttir"
    later = datetime.now(UTC) + timedelta(days=50 * 365)
    assert told(verify_with_kit(kit, issuer.files["kept"]["pdf"], later)) == ("valid", ())


def test_nothing_in_the_kit_is_personal_or_secret(issuer: Issuer) -> None:
    issuer.gone()
    files = [file for file in issuer.folder.rglob("*") if file.is_file()]
    content = b"\n".join(file.read_bytes() for file in files)
    for secret in ("Þóra", "Guðmundsdóttir", *issuer.numbers.values(), "asked by", "PRIVATE KEY"):
        assert secret.encode() not in content, secret
    names = {str(file.relative_to(issuer.folder)) for file in files}
    assert {"kit.json", "README.txt", "keys/keys.json", ".well-known/did.json", "status/1.json", "log/checkpoint", "log/keys"} <= names


Forge = Callable[[dict[str, bytes], Issuer], bytes]


def with_other_name(files: dict[str, bytes], _issuer: Issuer) -> bytes:
    return files["credential"].replace("Þóra".encode(), "Tóra".encode())


def with_other_status(files: dict[str, bytes], issuer: Issuer) -> bytes:
    document, kept = json.loads(issuer.files["revoked"]["credential"]), json.loads(files["credential"])
    document["credentialStatus"] = kept["credentialStatus"]
    return json.dumps(document).encode()


def with_bytes_behind(files: dict[str, bytes], _issuer: Issuer) -> bytes:
    return files["pdf"] + b"\n"


def with_a_byte_changed(files: dict[str, bytes], _issuer: Issuer) -> bytes:
    return files["pdf"][:900] + b"!" + files["pdf"][901:]


def rendered(files: dict[str, bytes], issuer: Issuer) -> bytes:
    with issuer.installation.database.read() as session:
        held = register.by_number(session, issuer.numbers["kept"])
    assert held is not None
    return render(held.content, files["credential"])


def sealed_by_a_stranger(files: dict[str, bytes], issuer: Issuer) -> bytes:
    stranger = development_seal("seal-x", "Example Academy", "BE", clock.now())
    return seal(rendered(files, issuer), stranger, at=clock.now(), reason="x", organisation="Example Academy")


def sealed_by_us_and_never_issued(files: dict[str, bytes], issuer: Issuer) -> bytes:
    """What a thief of the key could make: a genuine seal over another file with the credential of a real certificate."""
    return seal(rendered(files, issuer), ring(issuer.installation).seal, at=clock.now(), reason="x", organisation="Example Academy")


def a_jwt_changed(files: dict[str, bytes], _issuer: Issuer) -> bytes:
    head, body, signature = files["jwt"].split(b".")
    return b".".join([head, body, (b"A" if signature[:1] != b"A" else b"B") + signature[1:]])


def a_token_at_another_number(files: dict[str, bytes], issuer: Issuer) -> bytes:
    return files["token"].replace(issuer.numbers["kept"].encode(), issuer.numbers["corrected"].encode())


def a_token_changed(files: dict[str, bytes], _issuer: Issuer) -> bytes:
    return files["token"][:-1] + (b"1" if files["token"][-1:] != b"1" else b"2")


FORGERIES: list[tuple[Forge, tuple[str, tuple[str, ...]]]] = [
    (with_other_name, ("not-valid", ("content-changed",))),
    (with_other_status, ("not-valid", ("content-changed",))),
    (with_bytes_behind, ("not-valid", ("changed-after-sealing",))),
    (with_a_byte_changed, ("not-valid", ("content-changed",))),
    (sealed_by_a_stranger, ("not-valid", ("other-signer",))),
    (sealed_by_us_and_never_issued, ("cannot-tell", ("sealed-not-registered",))),
    (a_jwt_changed, ("not-valid", ("content-changed",))),
    (a_token_at_another_number, ("not-valid", ("token-other-number",))),
    (a_token_changed, ("not-valid", ("token-altered",))),
    (lambda _files, issuer: issuer.numbers["kept"].encode(), ("cannot-tell", ("kit-number-alone",))),
    (lambda _files, issuer: f"http://localhost:8400/c/{issuer.numbers['kept']}".encode(), ("cannot-tell", ("kit-number-alone",))),
    (lambda _files, _issuer: b"%PDF-1.7\nnothing", ("cannot-tell", ("not-ours",))),
    (lambda _files, _issuer: b"{}", ("cannot-tell", ("not-ours",))),
    (lambda _files, _issuer: b'{"a": 1, "a": 2}', ("cannot-tell", ("unreadable",))),
    (lambda _files, _issuer: b"eyJhbGciOiJub25lIn0.e30.", ("cannot-tell", ("not-ours",))),
    (lambda _files, _issuer: b"hello", ("cannot-tell", ("not-recognised",))),
    (lambda _files, _issuer: b"#1234567", ("cannot-tell", ("not-recognised",))),
    (lambda _files, _issuer: b"\xff\x00" * 50, ("cannot-tell", ("not-recognised",))),
    (lambda _files, _issuer: b"", ("cannot-tell", ("not-recognised",))),
]


def test_no_forgery_is_valid(issuer: Issuer) -> None:
    forged = [(forge(issuer.files["kept"], issuer), expected) for forge, expected in FORGERIES]
    kit = issuer.gone()
    for content, expected in forged:
        assert told(verify_with_kit(kit, content, clock.now())) == expected, content[:60]


def test_what_was_issued_after_the_kit_can_not_be_told(issuer: Issuer, tool: Installation) -> None:
    write(tool, issuer.folder)
    later = issuer.of(issued(tool))
    kit = TrustKit.open(issuer.folder)
    assert [told(verify_with_kit(kit, later[form], clock.now())) for form in FORMS] == [("cannot-tell", ("kit-unknown",))] * 4


def test_after_rotations_old_and_new_ones_are_known(issuer: Issuer, tool: Installation) -> None:
    for use in (KeyUse.SEAL, KeyUse.CREDENTIAL, KeyUse.LOG):
        create_key(tool.settings.keys, use, "Example Academy", "BE", clock.now())
    new = issuer.of(issued(tool))
    kit = issuer.gone()
    for form in FORMS:
        assert told(verify_with_kit(kit, issuer.files["kept"][form], clock.now())) == ("valid", ())
        assert told(verify_with_kit(kit, new[form], clock.now())) == ("valid", ())


def test_what_is_older_than_the_log_is_known_by_its_lists(issuer: Issuer, tool: Installation, tmp_path: Path) -> None:
    from lti_tool.public_log.records import LogCheckpoint, LogLeaf

    with tool.database.write() as session:
        for table in (LogCheckpoint, LogLeaf):
            session.execute(sa.delete(table))
    kit = issuer.gone()
    assert told(verify_with_kit(kit, issuer.files["kept"]["pdf"], clock.now())) == ("valid", ())
    # The lists name what was replaced among what ended.
    assert [told(verify_with_kit(kit, issuer.files[name]["pdf"], clock.now()))[1] for name in ("revoked", "replaced")] == [("revoked",)] * 2


Spoil = tuple[str, Callable[[bytes], bytes]]
SPOILT: dict[str, Spoil] = {
    "a revocation taken out of the log": (
        "log/tile/entries/000.p/11",
        lambda content: content.replace(b"certificate.revoked", b"certificate.rewoked"),
    ),
    "a shorter log": ("log/checkpoint", lambda content: content.replace(b"\n11\n", b"\n10\n")),
    "a list without the bit": ("status/1.json", lambda content: content.replace(b'"encodedList": "u', b'"encodedList": "uH')),
    "an index that says something else than the log": ("check/files/000.json", lambda content: content.replace(b'"revoked"', b'"replaced"')),
    "an index that says nothing of a file": ("check/files/000.json", lambda content: b"{" + content.partition(b",\n")[2]),
    "an index of another day": ("check/files/about.json", lambda content: content.replace(b'"made_at": "2', b'"made_at": "3')),
    "an index that says nothing of itself": ("check/files/about.json", lambda _content: b"{}"),
    "another key": ("keys/keys.json", lambda content: content.replace(b"MCow", b"MCox")),
    "no manifest": ("keys/keys.json", lambda _content: b""),
    "another version": ("kit.json", lambda content: content.replace(b'"version": 1', b'"version": 2')),
    "no JSON": ("kit.json", lambda content: content[:-9]),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_kit_that_was_changed_verifies_nothing(issuer: Issuer, spoil: Spoil) -> None:
    write(issuer.installation, issuer.folder)
    place, change = spoil
    file = issuer.folder / place
    before = file.read_bytes()
    file.write_bytes(change(before))
    assert file.read_bytes() != before
    with pytest.raises(Problem, match=r"trust-kit-wrong|log-unreadable"):
        TrustKit.open(issuer.folder)


def test_a_kit_without_an_index_or_with_one_of_another_release_is_as_good(issuer: Issuer) -> None:
    kit = issuer.gone()
    about = issuer.folder / "check" / "files" / "about.json"
    about.write_bytes(about.read_bytes().replace(b'"version": 1', b'"version": 2'))
    assert TrustKit.open(issuer.folder).traces == kit.traces
    shutil.rmtree(issuer.folder / "check")
    assert TrustKit.open(issuer.folder).traces == kit.traces


def test_the_commands(issuer: Issuer, tool: Installation, tmp_path: Path) -> None:
    def run(*arguments: str) -> Any:
        return CliRunner().invoke(sealwright, arguments)

    made = run("--home", str(tool.settings.home), "export", "trust-kit", str(issuer.folder))
    assert made.exit_code == 0, made.output
    again = run("--home", str(tool.settings.home), "export", "trust-kit", str(issuer.folder))
    assert isinstance(again.exception, Problem)
    page = {file.name for file in (issuer.folder / "check").iterdir()}
    assert {"index.html", "worker.js", "keys.json", "status.cwt", "files"} <= page
    assert "Þóra" not in (issuer.folder / "check" / "index.html").read_text(encoding="utf-8")
    assert again.exception.code == "folder-not-empty"
    tool.database.engine.dispose()
    shutil.rmtree(tool.settings.home)
    for name, (outcome, _) in STANDINGS.items():
        (tmp_path / name).write_bytes(issuer.files[name]["pdf"])
        done = run("verify", "--trust-kit", str(issuer.folder), "--json", str(tmp_path / name))
        assert (json.loads(done.output)["outcome"], done.exit_code) == (outcome, 0 if outcome == "valid" else 1)
    shown = run("verify", "--trust-kit", str(issuer.folder), issuer.files["kept"]["token"].decode())
    assert shown.exit_code == 0
    assert "Þóra Guðmundsdóttir" in shown.output
    assert VerdictOutcome.VALID.value in shown.output.casefold()
