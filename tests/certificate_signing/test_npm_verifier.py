"""Our credentials before the W3C community's own JavaScript libraries, offline."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from certificate_parts import AWARD, BASE, NOW, content
from npm_parts import Ask, ask

from certificate_signing.data_integrity import add_proof
from certificate_signing.did import did_document, did_web, verification_method
from certificate_signing.keyring import KeyRing
from certificate_signing.status_list import StatusList, status_list_credential
from lti_tool.issuing.make import signed_credential

__all__ = ["ask"]


@pytest.fixture(scope="module")
def question(ring: KeyRing) -> dict[str, Any]:
    method = verification_method(BASE, ring.credential.key_id)
    status = status_list_credential(StatusList.empty().with_set([7]), address=f"{BASE}/status/1", issuer=did_web(BASE), valid_from=NOW)

    def badge(**changes: Any) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(signed_credential(content(**changes), AWARD, ring))
        return made

    good = badge()
    altered = copy.deepcopy(good)
    altered["credentialSubject"]["achievement"]["name"] = "Rocket science"
    signed_status = add_proof(status, ring.credential, method, NOW)
    credentials = {
        "good": good,
        "difficult": badge(holder_name='Ελένη "Λ\\n" Παπα-Χ 😀 O’Brien <b>'),
        "expiring": badge(expires_on=NOW.date().replace(year=2028)),
        "expired": badge(expires_on=NOW.date().replace(year=2025)),
        "revoked": badge(status_index=7),
        "altered": altered,
        "status": signed_status,
    }
    document = did_document(BASE, ring.credential_public, ring.jwt_public)
    return {"base": BASE, "did": document, "status": signed_status, "credentials": credentials, "now": "2026-11-22T00:00:00Z"}


@pytest.fixture(scope="module")
def answers(ask: Ask, question: dict[str, Any]) -> dict[str, Any]:
    """What @digitalbazaar/vc says."""
    return ask("verify.mjs", question)


@pytest.fixture(scope="module")
def core(ask: Ask, question: dict[str, Any]) -> dict[str, Any]:
    """What @digitalcredentials/verifier-core says, which wallets use."""
    return ask("core.mjs", question)


@pytest.mark.judge
@pytest.mark.parametrize("name", ["good", "difficult", "expiring", "status"])
def test_others_verify_what_we_signed(answers: dict[str, Any], name: str) -> None:
    assert answers[name] == {"verified": True, "revoked": False, "error": None}


@pytest.mark.judge
def test_others_read_the_bit_that_we_set(answers: dict[str, Any]) -> None:
    assert answers["revoked"]["revoked"] is True


@pytest.mark.judge
@pytest.mark.parametrize("name", ["altered", "expired"])
def test_others_refuse_what_they_must(answers: dict[str, Any], name: str) -> None:
    assert answers[name]["verified"] is False


@pytest.mark.judge
@pytest.mark.parametrize("name", ["good", "difficult", "expiring"])
def test_the_wallets_library_verifies_what_we_signed(core: dict[str, Any], name: str) -> None:
    assert core["answers"][name] == {"signature": True, "expiration": True, "status": True, "fatal": None, "more": None}


@pytest.mark.judge
def test_the_wallets_library_reads_the_bit_that_we_set(core: dict[str, Any]) -> None:
    assert (core["answers"]["revoked"]["signature"], core["answers"]["revoked"]["status"]) == (True, False)


@pytest.mark.judge
def test_the_wallets_library_refuses_what_it_must(core: dict[str, Any]) -> None:
    assert core["answers"]["expired"]["expiration"] is False
    assert "invalid_signature" in core["answers"]["altered"]["fatal"]


@pytest.mark.judge
def test_the_wallets_library_needs_nothing_but_what_we_publish(core: dict[str, Any]) -> None:
    """Our DID document, our list, and the schema that Open Badges names."""
    assert [urlsplit(address).netloc for address in core["refused"]] == ["purl.imsglobal.org"]
