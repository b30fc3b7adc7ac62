"""Seals with timestamps from a real authority over HTTP, and what becomes of the work while it gives none (threats S12, S14)."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import sqlalchemy as sa
from record_parts import with_settings
from served_authority import Served, answer, decided, nothing_owed

from certificate_signing.keyring import store_seal
from certificate_signing.pdf_check import check_pdf
from certificate_signing.seal_level import SealLevel
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import issue as steps
from lti_tool.issuing import register, sealing
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.problem import Problem
from lti_tool.settings import Settings
from lti_tool.verification.pdf import verify_pdf
from lti_tool.verification.verdict import VerdictOutcome


def states(installation: Installation) -> list[tuple[str, str | None]]:
    with installation.database.read() as session:
        return [(row.state, row.pdf_sha256) for row in session.execute(sa.select(CertificateRecord.state, CertificateRecord.pdf_sha256))]


def test_a_certificate_is_issued_with_a_timestamp_of_a_real_authority(stamping: Installation, authority: Served) -> None:
    number = steps.issue(stamping, ring(stamping), decided(stamping), nothing_owed)
    pdf = register.pdf(stamping, number)
    checked = check_pdf(pdf, ring(stamping).trusted_seals(), sealing.authorities(stamping))
    assert checked.good
    assert checked.proven_at is not None
    assert abs(checked.proven_at - clock.now()).total_seconds() < 600
    assert authority.asked == ["application/timestamp-query"]
    assert verify_pdf(stamping, pdf).outcome is VerdictOutcome.VALID


def test_a_certificate_keeps_its_timestamp_when_the_level_is_lowered(stamping: Installation) -> None:
    number = steps.issue(stamping, ring(stamping), decided(stamping), nothing_owed)
    lowered = with_settings(stamping, seal_level=SealLevel.B_B)
    assert verify_pdf(lowered, register.pdf(stamping, number)).outcome is VerdictOutcome.VALID


def test_long_term_seals_ask_the_ca_once_for_many(stamping: Installation, authority: Served) -> None:
    store_seal(stamping.settings.keys, authority.ca.seal_key(), clock.now())
    lasting = with_settings(stamping, seal_level=SealLevel.B_LT)
    for _ in range(2):
        number = steps.issue(lasting, ring(lasting), decided(lasting), nothing_owed)
        assert b"/DSS" in register.pdf(lasting, number)
        assert verify_pdf(lasting, register.pdf(lasting, number)).outcome is VerdictOutcome.VALID
    assert authority.asked.count("/list.crl") == 1


def _silent(_: BaseHTTPRequestHandler, _body: bytes) -> bool:
    time.sleep(8)
    return True


# What the authority does → the reason that is told.
FAILS: dict[str, tuple[Callable[[BaseHTTPRequestHandler, bytes], bool], str]] = {
    "an error": (lambda handler, _: answer(handler, b"", status=503), "unreachable"),
    "a page to sign in": (lambda handler, _: answer(handler, b"<html>", kind="text/html"), "unreachable"),
    "rubbish": (lambda handler, _: answer(handler, b"\x30\x03\x02\x01\x00"), "unreadable"),
    "far too much": (lambda handler, _: answer(handler, bytes(100_000)), "unreachable"),
    "silence": (_silent, "unreachable"),
}


@pytest.mark.parametrize("fails", FAILS)
def test_without_a_timestamp_nothing_is_signed_and_later_the_same_is(stamping: Installation, authority: Served, fails: str) -> None:
    """No half-signed certificate: the work stays where it was, and goes on when the authority is back."""
    spoil, reason = FAILS[fails]
    decision = decided(stamping)
    authority.spoil.append(spoil)
    with pytest.raises(Problem) as refused:
        steps.work(stamping, ring(stamping), decision, nothing_owed)
    assert (refused.value.code, refused.value.details["reason"]) == ("timestamp-missing", reason)
    assert states(stamping) == [(CertificateState.PREPARED.value, None)]
    authority.spoil.clear()
    assert steps.work(stamping, ring(stamping), decision, nothing_owed) is None
    assert [state for state, _ in states(stamping)] == [CertificateState.ISSUED.value]


def test_an_authority_that_is_down_is_told(stamping: Installation) -> None:
    down = with_settings(stamping, timestamp_url="http://127.0.0.1:9/")
    with pytest.raises(Problem) as refused:
        steps.issue(down, ring(down), decided(down), nothing_owed)
    assert (refused.value.code, refused.value.details["reason"]) == ("timestamp-missing", "unreachable")


def test_an_authority_inside_is_not_called_unless_it_is_allowed(stamping: Installation, authority: Served) -> None:
    outside = with_settings(stamping, allow_private_hosts=False)
    with pytest.raises(Problem) as refused:
        steps.issue(outside, ring(outside), decided(outside), nothing_owed)
    assert refused.value.code == "timestamp-missing"
    assert authority.asked == []


def test_development_certificates_can_not_be_sealed_for_the_long_term(stamping: Installation) -> None:
    lasting = with_settings(stamping, seal_level=SealLevel.B_LT)
    with pytest.raises(Problem) as refused:
        steps.issue(lasting, ring(lasting), decided(lasting), nothing_owed)
    assert refused.value.code == "revocation-unknown"
    assert states(lasting) == [(CertificateState.PREPARED.value, None)]


@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp_url": None},
        {"timestamp_certificates": None},
        {"timestamp_certificates": Path("/nowhere.pem")},
        {"timestamp_certificates": "rubbish"},
    ],
    ids=["no address", "no certificates", "no such file", "no PEM"],
)
def test_a_level_that_is_not_set_up_is_told_before_anything_is_signed(stamping: Installation, tmp_path: Path, changes: dict[str, object]) -> None:
    if changes.get("timestamp_certificates") == "rubbish":
        (tmp_path / "rubbish.pem").write_text("no certificate")
        changes = {"timestamp_certificates": tmp_path / "rubbish.pem"}
    wrong = with_settings(stamping, **changes)
    with pytest.raises(Problem) as refused:
        sealing.policy(wrong)
    assert refused.value.code == "timestamps-not-set-up"
    if "timestamp_url" not in changes:
        assert sealing.authorities(wrong) == ()


@pytest.mark.parametrize("wrong", [{"seal_level": "B-X"}, {"timestamp_url": "ftp://example.org"}, {"timestamp_policy": "none"}])
def test_a_wrong_setting_is_no_setting(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Settings(home=tmp_path, **wrong)
