"""Timestamping authorities have a history as keys have: by command, in the public log, in the trust kit, and for every verdict (S13, S14)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from certificate_parts import AWARD, CONTENT, NUMBER
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding
from record_parts import with_settings
from served_authority import Served, decided, nothing_owed

from certificate_signing.key_folder import KeyUse
from certificate_signing.key_making import compromise, create_key
from certificate_signing.timestamp_authorities import authority_id
from lti_tool import clock
from lti_tool.administration import trust_kit
from lti_tool.commands.main import sealwright
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing import register, sealing, timestamp_authorities
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.issuing.logged import current_checkpoint, issued_at
from lti_tool.issuing.make import make
from lti_tool.problem import Problem
from lti_tool.public_log.records import LogLeaf
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_verify import verify_with_kit
from lti_tool.verification.seals import check_seal
from lti_tool.verification.verify import verify_pdf

MINUTE = timedelta(minutes=1)


@pytest.fixture
def command(stamping: Installation, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `sealwright keys authority …` on the installation, whose file of certificates holds the authority's CA."""
    monkeypatch.setenv("SEALWRIGHT_TIMESTAMP_CERTIFICATES", str(stamping.settings.timestamp_certificates))

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(sealwright, ["--home", str(stamping.settings.home), "keys", "authority", *arguments], input=typed)

    return run


def entries(installation: Installation) -> list[dict[str, Any]]:
    with installation.database.read() as session:
        rows = session.scalars(sa.select(LogLeaf.entry).order_by(LogLeaf.position))
        return [entry for entry in map(json.loads, rows) if entry["subject"].startswith("timestamp-")]


def test_the_file_of_earlier_installations_goes_on_working(command: Any, stamping: Installation, authority: Served) -> None:
    ((listed),) = json.loads(command("list", "--json").stdout)
    assert (listed["id"], listed["state"], listed["in_ring"]) == (authority_id(authority.ca.certificate), "active", False)
    assert stamping.signing_folder.authorities() == ()
    assert "(in timestamp_certificates)" in command("list").stdout
    assert sealing.policy(stamping).authority is not None


def test_added_by_command_no_file_is_needed(command: Any, stamping: Installation, authority: Served, tmp_path: Path) -> None:
    without = with_settings(stamping, timestamp_certificates=None)
    with pytest.raises(Problem, match="timestamps-not-set-up"):
        sealing.policy(without)
    file = tmp_path / "ca.pem"
    file.write_bytes(authority.ca.certificate.public_bytes(Encoding.PEM))
    (added,) = json.loads(command("add", str(file), "--json").stdout)
    assert (added["use"], added["state"]) == ("timestamp", "active")
    assert sealing.policy(without).authority is not None
    assert issue(without, ring(without), decided(without), nothing_owed)
    assert [(entry["kind"], entry["use"]) for entry in entries(stamping)] == [("key.created", "timestamp")]
    assert entries(stamping)[0]["certificate_sha256"].startswith(added["id"].removeprefix("timestamp-"))


def test_what_is_no_certificate_is_refused(command: Any, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("no certificate")
    refused = {
        ("add", str(tmp_path / "none.pem")): "key-refused",
        ("add", "/nowhere.pem"): "key-file-unreadable",
        ("retire", "timestamp-0"): "key-unknown",
    }
    for arguments, code in refused.items():
        result = command(*arguments)
        assert isinstance(result.exception, Problem)
        assert result.exception.code == code


def test_a_retired_authority_is_asked_no_more(command: Any, stamping: Installation, authority: Served) -> None:
    pdf = register.pdf(stamping, issue(stamping, ring(stamping), decided(stamping), nothing_owed))
    told = json.loads(command("retire", authority_id(authority.ca.certificate), "--json").stdout)
    assert told[0]["state"] == "retired"
    with pytest.raises(Problem, match="timestamps-not-set-up"):
        sealing.policy(stamping)
    assert verify_pdf(stamping, pdf).proved_at is not None
    assert check_seal(stamping, pdf).proven_at is not None
    assert [entry["kind"] for entry in entries(stamping)] == ["key.created", "key.retired"]


def test_declaring_one_compromised_asks_and_is_in_the_public_log(command: Any, stamping: Installation, authority: Served) -> None:
    name = authority_id(authority.ca.certificate)
    asked = command("compromise", name, "--from", "2026-01-01T00:00:00Z", typed="n\n")
    assert asked.exit_code == 1
    assert "prove nothing" in asked.stderr
    assert entries(stamping) == []
    assert command("compromise", name, "--from", "2026-01-01T00:00:00").exit_code == 2
    told = json.loads(command("compromise", name, "--from", "2026-01-01T00:00:00Z", "--yes", "--json").stdout)
    assert (told[0]["state"], told[0]["compromised_at"]) == ("compromised", "2026-01-01T00:00:00Z")
    assert [entry["kind"] for entry in entries(stamping)] == ["key.created", "key.retired", "key.compromised"]
    assert entries(stamping)[-1]["from"] == "2026-01-01T00:00:00Z"
    assert "void from 2026-01-01T00:00:00Z" in command("list").stdout
    with pytest.raises(Problem, match="timestamps-not-set-up"):
        sealing.policy(stamping)


class Thefts:
    """A certificate that the log has four minutes after its timestamp, and keys that are stolen so many minutes after the stamp."""

    def __init__(self, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
        self.installation, self.begun = installation, clock.now()
        # The authority is not ours to delay: our own clock, which writes the log, goes ahead as far as it may.
        monkeypatch.setattr(clock, "now", lambda: self.begun + 4 * MINUTE)
        self.pdf = register.pdf(installation, issue(installation, ring(installation), decided(installation), nothing_owed))
        # As whoever asks for the log's head, or the next certificate, has it signed.
        current_checkpoint(installation)
        self.keys, self.policy = ring(installation), sealing.policy(installation)
        monkeypatch.setattr(clock, "now", lambda: self.begun + 90 * MINUTE)

    def seal(self, minutes: int) -> None:
        old = ring(self.installation).seal.id
        create_key(self.installation.settings.keys, KeyUse.SEAL, "Example Academy", "BE", clock.now())
        compromise(self.installation.settings.keys, old, self.begun + minutes * MINUTE, clock.now())

    def authority(self, minutes: int, served: Served) -> None:
        timestamp_authorities.compromise(self.installation, authority_id(served.ca.certificate), self.begun + minutes * MINUTE, "test")

    def kit(self, folder: Path) -> TrustKit:
        for place, content in trust_kit.files(self.installation):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(content)
        return TrustKit.open(folder)


@pytest.fixture
def thefts(stamping: Installation, monkeypatch: pytest.MonkeyPatch) -> Thefts:
    return Thefts(stamping, monkeypatch)


# When the seal's key and the authority's were stolen, in minutes after the stamp, and what is said of the certificate.
VERDICTS: dict[str, tuple[int | None, int | None, str]] = {
    "nothing was stolen": (None, None, "valid"),
    "the authority's key alone": (None, 2, "valid"),
    "the seal's key, which the stamp is older than": (2, None, "valid"),
    "both, the authority's before the log has the stamp": (2, 3, "cannot-tell"),
    "both, the authority's after the log has the stamp": (2, 20, "valid"),
    "both, and the log is older than either": (60, 60, "valid"),
    "both, before the stamp": (-5, -5, "cannot-tell"),
}  # fmt: skip


@pytest.mark.parametrize("name", VERDICTS)
def test_the_installation_and_its_kit_judge_alike(name: str, thefts: Thefts, authority: Served, tmp_path: Path) -> None:
    seal, stamp, expected = VERDICTS[name]
    if seal is not None:
        thefts.seal(seal)
    if stamp is not None:
        thefts.authority(stamp, authority)
    verdict = verify_pdf(thefts.installation, thefts.pdf)
    kept = verify_with_kit(thefts.kit(tmp_path / "kit"), thefts.pdf, clock.now()).verdict
    assert (verdict.outcome.value, kept.outcome.value) == (expected, expected)
    if expected == "cannot-tell":
        assert verdict.reasons == kept.reasons == ("seal-not-trusted",)
    if stamp is not None and stamp < 4 and expected == "valid":
        # The verdict is as without a timestamp: by the log.
        assert verdict.proved_at == thefts.begun.replace(microsecond=verdict.proved_at.microsecond if verdict.proved_at else 0) + 4 * MINUTE


def test_a_backdated_stamp_of_a_thief_with_both_keys_proves_nothing(thefts: Thefts, authority: Served, tmp_path: Path) -> None:
    """The thief seals with our key and stamps with the authority's, and tells a time before both thefts."""
    thefts.seal(60)
    forged = make(CONTENT, AWARD, thefts.keys, thefts.policy).pdf
    # As long as only our key is known to be stolen, the authority's word counts.
    assert check_seal(thefts.installation, forged).good
    thefts.authority(60, authority)
    assert check_seal(thefts.installation, forged).codes == ("other-signer",)
    assert verify_pdf(thefts.installation, forged).outcome.value == "not-valid"
    assert verify_with_kit(thefts.kit(tmp_path / "kit"), forged, clock.now()).verdict.outcome.value == "cannot-tell"


def test_a_log_that_was_emptied_proves_no_stamp(thefts: Thefts, authority: Served) -> None:
    thefts.seal(2)
    thefts.authority(20, authority)
    with thefts.installation.database.write() as session:
        session.execute(sa.delete(LogLeaf))
    assert verify_pdf(thefts.installation, thefts.pdf).outcome.value == "cannot-tell"


def test_the_log_dates_the_very_file_that_was_issued(thefts: Thefts) -> None:
    keys, digest = ring(thefts.installation), sha256(thefts.pdf)
    with thefts.installation.database.read() as session:
        known = register.by_pdf(session, digest)
        assert known is not None
        number = known.content.number
        assert issued_at(session, keys, number, digest) is not None
        assert issued_at(session, keys, number, sha256(thefts.pdf + b"\n")) is None
        assert issued_at(session, keys, NUMBER, digest) is None


def test_the_kit_says_what_the_history_says(thefts: Thefts, authority: Served, tmp_path: Path) -> None:
    thefts.authority(2, authority)
    (known,) = thefts.kit(tmp_path / "kit").authorities
    assert known == sealing.authorities(thefts.installation)[0]
    assert known.compromised_at is not None
    assert json.loads((tmp_path / "kit" / "keys" / "keys.json").read_text())["version"] == 3
