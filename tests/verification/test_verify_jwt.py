"""Credentials as JWTs: the genuine is told from the forged, and the forged with what was changed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt_forgeries import JWTS, by_shared_secret
from record_parts import issued

from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.keys import ring
from lti_tool.verification.changes import with_changes
from lti_tool.verification.verdict import Shown, VerdictOutcome
from lti_tool.verification.verify import verify_anything

VALID, WAS_VALID, NOT_VALID, CANNOT_TELL = VerdictOutcome


@pytest.fixture
def number(tool: Installation) -> str:
    return issued(tool)


def test_our_jwt_is_valid_until_it_is_revoked(tool: Installation, number: str) -> None:
    token = register.jwt(tool, number)
    for shape in (token, b"  " + token + b"\n"):
        verdict = verify_anything(tool, shape)
        assert (verdict.outcome, verdict.shown) == (VALID, Shown.JWT)
    revoking.revoke(tool, number, "a mistake", "administrator")
    assert verify_anything(tool, token).reasons == ("revoked",)


@pytest.mark.parametrize("name", JWTS)
def test_a_forged_jwt_is_not_valid(tool: Installation, number: str, name: str) -> None:
    forge, reason = JWTS[name]
    forged = forge(register.jwt(tool, number))
    verdict = with_changes(tool, forged, verify_anything(tool, forged))
    assert (verdict.outcome, verdict.shown) == (NOT_VALID, Shown.JWT)
    assert verdict.reasons == (reason,)
    assert [step.code for step in verdict.steps if step.held is False] in (["proof-ours"], ["credential-readable"])
    if name == "another name":
        assert [(entry.ours, entry.theirs) for entry in verdict.differences] == [("Þóra Guðmundsdóttir", "Mallory Example")]


def test_our_own_public_key_is_no_secret(tool: Installation, number: str) -> None:
    (key,) = ring(tool).jwt_public.values()
    for encoding, form in ((Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), (Encoding.X962, PublicFormat.UncompressedPoint)):
        forged = by_shared_secret(register.jwt(tool, number), key.public_bytes(encoding, form))
        assert verify_anything(tool, forged).reasons == ("changed",)


def test_a_jwt_that_has_nothing_to_do_with_us(tool: Installation) -> None:
    for token in (b"eyJ.eyJ.x", b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V2aWwuZXhhbXBsZSJ9."):
        assert verify_anything(tool, token).outcome is CANNOT_TELL
