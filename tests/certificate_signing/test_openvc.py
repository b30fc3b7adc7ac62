"""Our credentials before openvc-core, a library of others, and our JWTs before PyJWT, offline.

openvc-core takes JWTs of the data model 1.1 alone, with the credential in a claim `vc`; Open Badges 3.0 has it as the payload itself.
"""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import jwt
import pytest
from certificate_parts import AWARD, BASE, NOW, content
from openvc.errors import OpenvcError
from openvc_parts import AskOpenvc, openvc_with

from certificate_signing.data_integrity import add_proof
from certificate_signing.did import did_document, did_web, verification_method
from certificate_signing.keyring import KeyRing
from certificate_signing.status_list import StatusList, status_list_credential
from lti_tool.issuing.make import signed_credential, signed_jwt

pytestmark = pytest.mark.judge
AT = datetime(2026, 11, 22, tzinfo=UTC)
REVOKED = 7


@pytest.fixture(scope="module")
def ask(ring: KeyRing) -> AskOpenvc:
    """Ask the library with our DID document and our status list."""
    status = status_list_credential(StatusList.empty().with_set([REVOKED]), address=f"{BASE}/status/1", issuer=did_web(BASE), valid_from=NOW)
    listed = add_proof(status, ring.credential, verification_method(BASE, ring.credential.key_id), NOW)
    return openvc_with(did_document(BASE, ring.credential_public, ring.jwt_public), listed, AT)


def badge(ring: KeyRing, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(signed_credential(content(**changes), AWARD, ring))
    return made


def token(ring: KeyRing, **changes: Any) -> str:
    made = signed_jwt(content(**changes), AWARD, ring)
    assert made is not None
    return made.decode()


GOOD: dict[str, dict[str, Any]] = {"plain": {}, "difficult": {"holder_name": 'Ελένη "Λ\\n" 😀 <b>'}, "expiring": {"expires_on": date(2028, 1, 1)}}


@pytest.mark.parametrize("name", GOOD)
def test_it_verifies_what_we_signed(ask: AskOpenvc, ring: KeyRing, name: str) -> None:
    result = ask(badge(ring, **GOOD[name]))
    assert result.issuer == did_web(BASE)
    assert result.credential["credentialSubject"]["achievement"]["name"] == AWARD.title


@pytest.mark.parametrize("changes", [{"expires_on": date(2025, 1, 1)}, {"status_index": REVOKED}], ids=["expired", "revoked"])
def test_it_refuses_what_ended(ask: AskOpenvc, ring: KeyRing, changes: dict[str, Any]) -> None:
    with pytest.raises(OpenvcError):
        ask(badge(ring, **changes))


def test_it_refuses_what_others_signed_in_our_name(ask: AskOpenvc, other_ring: KeyRing) -> None:
    with pytest.raises(OpenvcError):
        ask(badge(other_ring))


def test_it_refuses_what_was_altered(ask: AskOpenvc, ring: KeyRing) -> None:
    altered = copy.deepcopy(badge(ring))
    altered["credentialSubject"]["achievement"]["name"] = "Rocket science"
    with pytest.raises(OpenvcError):
        ask(altered)


def decoded(ring: KeyRing, shown: str) -> dict[str, Any]:
    """Decode a JWT as any verifier would that found the key behind its `kid` in the DID document."""
    kid = jwt.get_unverified_header(shown)["kid"]
    methods = did_document(BASE, ring.credential_public, ring.jwt_public)["verificationMethod"]
    (key,) = [each["publicKeyJwk"] for each in methods if each["id"].endswith("#" + kid.partition("#")[2])]
    claims: dict[str, Any] = jwt.decode(
        shown, jwt.PyJWK(key).key, algorithms=["ES256"], issuer=did_web(BASE), options={"require": ["iss", "sub", "jti", "nbf"]}
    )
    return claims


def test_pyjwt_verifies_the_jwt(ring: KeyRing) -> None:
    assert decoded(ring, token(ring, expires_on=date(2038, 1, 1)))["jti"] == badge(ring)["id"]


def test_pyjwt_refuses_what_it_must(ring: KeyRing, other_ring: KeyRing) -> None:
    header, payload, signature = token(ring).split(".")
    foreign = token(other_ring).split(".")
    for shown in (f"{header}.{payload}.{'A' * 86}", f"{header}.{foreign[1]}.{foreign[2]}", token(ring, expires_on=date(2025, 1, 1))):
        with pytest.raises(jwt.InvalidTokenError):
            decoded(ring, shown)
    assert decoded(ring, f"{header}.{payload}.{signature}")
