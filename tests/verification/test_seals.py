"""Seals of a key that was compromised stand if a timestamp proves them older, and no others do (threat S13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from certificate_parts import AWARD, CONTENT
from record_parts import with_settings
from served_authority import decided, nothing_owed

from certificate_signing.key_making import compromise
from certificate_signing.keyring import KeyUse, create_key
from certificate_signing.seal_level import SealLevel
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import register, sealing
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.issuing.make import make
from lti_tool.public_log.records import LogLeaf
from lti_tool.verification.seals import check_seal
from lti_tool.verification.verdict import VerdictOutcome
from lti_tool.verification.verify import verify_pdf

HOUR = timedelta(hours=1)


def stolen(installation: Installation, since: timedelta, later: timedelta = timedelta()) -> None:
    """The seal's key is replaced, and declared compromised from an instant on, relative to the present."""
    old, present = ring(installation).seal.id, clock.now()
    now = present + later
    create_key(installation.settings.keys, KeyUse.SEAL, "Example Academy", "BE", now)
    compromise(installation.settings.keys, old, present + since, now)


def issued(installation: Installation) -> bytes:
    return register.pdf(installation, issue(installation, ring(installation), decided(installation), nothing_owed))


def test_a_seal_that_a_timestamp_proves_older_stands(stamping: Installation) -> None:
    pdf = issued(stamping)
    stolen(stamping, HOUR, later=2 * HOUR)
    assert verify_pdf(stamping, pdf).outcome is VerdictOutcome.VALID
    assert check_seal(stamping, pdf).certificate not in ring(stamping).trusted_seals()


@pytest.mark.parametrize("since", [timedelta(), -HOUR, timedelta(days=-3)])
def test_a_seal_that_is_not_older_is_void_whoever_made_it(stamping: Installation, since: timedelta) -> None:
    pdf = issued(stamping)
    stolen(stamping, since)
    verdict = verify_pdf(stamping, pdf)
    assert (verdict.outcome, verdict.reasons) == (VerdictOutcome.CANNOT_TELL, ("seal-not-trusted",))


def test_a_seal_that_nothing_dates_stands_only_by_the_public_log(stamping: Installation) -> None:
    """Whatever the seal says of its own time: what was logged before the theft is believed, what was not is void."""
    undated = with_settings(stamping, seal_level=SealLevel.B_B)
    pdf = issued(undated)
    stolen(undated, HOUR, later=2 * HOUR)
    assert check_seal(undated, pdf).codes == ("other-signer",)
    verdict = verify_pdf(undated, pdf)
    assert verdict.outcome is VerdictOutcome.VALID
    assert verdict.log is not None
    with undated.database.write() as session:
        session.execute(sa.delete(LogLeaf))
    verdict = verify_pdf(undated, pdf)
    assert (verdict.outcome, verdict.reasons) == (VerdictOutcome.CANNOT_TELL, ("seal-not-trusted",))
    assert [step.code for step in verdict.steps if step.held is False] == ["key-counted"]


def test_what_a_stolen_key_sealed_and_the_register_does_not_hold_is_not_valid(stamping: Installation) -> None:
    keys = ring(stamping)
    stolen(stamping, -HOUR)
    forged = make(CONTENT, AWARD, keys, sealing.policy(stamping)).pdf
    verdict = verify_pdf(stamping, forged)
    assert (verdict.outcome, verdict.reasons) == (VerdictOutcome.NOT_VALID, ("key-stolen",))


def test_a_thief_with_the_key_and_a_true_timestamp_comes_too_late(stamping: Installation) -> None:
    keys, policy = ring(stamping), sealing.policy(stamping)
    stolen(stamping, -HOUR)
    forged = make(CONTENT, AWARD, keys, policy).pdf
    assert check_seal(stamping, forged).codes == ("other-signer",)
    assert verify_pdf(stamping, forged).outcome is not VerdictOutcome.VALID


def test_a_timestamp_of_an_authority_that_is_not_trusted_proves_nothing(stamping: Installation) -> None:
    pdf = issued(stamping)
    stolen(stamping, HOUR, later=2 * HOUR)
    forgetful = with_settings(stamping, timestamp_certificates=None)
    assert verify_pdf(forgetful, pdf).outcome is VerdictOutcome.CANNOT_TELL


def test_retired_keys_need_no_proof_of_time(stamping: Installation) -> None:
    undated = with_settings(stamping, seal_level=SealLevel.B_B)
    pdf = issued(undated)
    create_key(undated.settings.keys, KeyUse.SEAL, "Example Academy", "BE", clock.now())
    assert verify_pdf(undated, pdf).outcome is VerdictOutcome.VALID


@pytest.mark.parametrize("level", [SealLevel.B_B, SealLevel.B_T])
def test_old_certificates_are_valid_in_five_years(stamping: Installation, monkeypatch: pytest.MonkeyPatch, level: SealLevel) -> None:
    """By then the seal's certificate has run out; nothing asks the authority."""
    today = with_settings(stamping, seal_level=level)
    pdf = issued(today)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=5 * 366))
    offline = with_settings(today, timestamp_url="http://127.0.0.1:9")
    assert ring(offline).seal.certificate.not_valid_after_utc < clock.now()
    assert verify_pdf(offline, pdf).outcome is VerdictOutcome.VALID
