"""Credentials as JWTs: the genuine is told from the forged, and the forged with what was changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from record_parts import issued

from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.verification.changes import with_changes
from lti_tool.verification.verdict import Shown, VerdictOutcome
from lti_tool.verification.verify import verify_anything

VALID, WAS_VALID, NOT_VALID, CANNOT_TELL = VerdictOutcome


@pytest.fixture
def number(tool: Installation) -> str:
    return issued(tool)


def parts(token: bytes) -> list[bytes]:
    return token.strip().split(b".")


def encoded(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def payload(token: bytes) -> dict[str, object]:
    body = parts(token)[1]
    return json.loads(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)))


def test_our_jwt_is_valid_until_it_is_revoked(tool: Installation, number: str) -> None:
    token = register.jwt(tool, number)
    for shape in (token, b"  " + token + b"\n"):
        verdict = verify_anything(tool, shape)
        assert (verdict.outcome, verdict.shown) == (VALID, Shown.JWT)
    revoking.revoke(tool, number, "a mistake", "administrator")
    assert verify_anything(tool, token).reasons == ("revoked",)


ES256 = {"alg": "ES256", "typ": "JWT"}


def _renamed(token: bytes) -> bytes:
    head, _, seal = parts(token)
    said = payload(token)
    said["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory Example"
    return b".".join((head, encoded(said), seal))


JWTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another name": (_renamed, "content-changed"),
    "no signature": (lambda token: b".".join((encoded({"alg": "none", "typ": "JWT"}), parts(token)[1], b"")), "changed"),
    "alg none, our kid": (lambda token: b".".join((encoded({"alg": "none", "typ": "JWT", "kid": "x"}), *parts(token)[1:])), "changed"),
    "signed by another key": (lambda token: b".".join((encoded({**ES256, "kid": "https://evil.example/k"}), *parts(token)[1:])), "other-signer"),
    "the signature cut": (lambda token: token.strip()[:-5], "changed"),
    "its key inside": (lambda token: b".".join((encoded({**ES256, "kid": "x", "jwk": {}}), *parts(token)[1:])), "changed"),
}  # fmt: skip


@pytest.mark.parametrize("name", JWTS)
def test_a_forged_jwt_is_not_valid(tool: Installation, number: str, name: str) -> None:
    forge, reason = JWTS[name]
    forged = forge(register.jwt(tool, number))
    verdict = with_changes(tool, forged, verify_anything(tool, forged))
    assert (verdict.outcome, verdict.shown) == (NOT_VALID, Shown.JWT)
    assert verdict.reasons in {(reason,), ("changed",), ("content-changed",)}
    if name == "another name":
        assert [(entry.ours, entry.theirs) for entry in verdict.differences] == [("Þóra Guðmundsdóttir", "Mallory Example")]


def test_a_jwt_that_has_nothing_to_do_with_us(tool: Installation) -> None:
    for token in (b"eyJ.eyJ.x", b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V2aWwuZXhhbXBsZSJ9."):
        assert verify_anything(tool, token).outcome is CANNOT_TELL
