"""The endpoint of the W3C's suites, held to their main statements without the suites (how to run those: docs/development/w3c-suites.md)."""

from __future__ import annotations

import copy
import json
import ssl
import tomllib
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from vc_api import CONTEXTS, OLD_CONTEXT, PROOF_CONTEXT, REVOKED, VcApi
from vc_api_server import served

from certificate_signing.data_model import BASE_CONTEXT
from certificate_signing.foreign_proofs import ProofRules, add_general_proof

Document = dict[str, Any]
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
API = VcApi("https://issuer.example", lambda: NOW)
CREDENTIAL: Document = {"@context": [BASE_CONTEXT], "type": ["VerifiableCredential"], "issuer": API.did, "credentialSubject": {"id": "did:example:s"}}
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
V2_DIGEST = "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="
KIND = {"Kind": "https://example.org/#Kind"}


def ask(path: str, **body: Any) -> tuple[int, Any]:
    return API.answer("POST", path, json.dumps(body).encode())


def issued(**changes: Any) -> Document:
    status, answer = ask("/credentials/issue", credential={**CREDENTIAL, **changes})
    assert status == 201, answer
    made: Document = answer["verifiableCredential"]
    return made


# VC Data Model 2.0, sections 4 and 5: what an issuer must take, and must not.
TAKEN: list[Document] = [
    {},
    {"@context": [BASE_CONTEXT, EXAMPLES], "type": ["VerifiableCredential", "RelationshipCredential"]},
    {"@context": [BASE_CONTEXT, KIND], "type": ["Kind", "VerifiableCredential"]},
    {"@context": [BASE_CONTEXT, KIND], "credentialStatus": {"type": "Kind", "id": "did:example:status"}},
    {"@context": [BASE_CONTEXT, KIND], "evidence": [{"type": "Kind"}, {"type": "Kind"}]},
    {"type": ["https://example.org/#Kind", "VerifiableCredential"]},
    {"issuer": {"id": API.did, "name": [{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]}},
    {"description": {"@value": "Zeugnis", "@language": "de", "@direction": "ltr"}},
    {"credentialSubject": [{"id": "did:example:s"}, {"id": "did:example:t"}]},
    {"validFrom": "2025-11-21T10:00:00.123Z", "validUntil": "2027-11-21T10:00:00-05:00"},
    {"relatedResource": {"id": BASE_CONTEXT, "digestSRI": V2_DIGEST}},
    {"refreshService": {"type": "https://example.org/#Kind", "id": "did:example:refresh"}},
    {"@context": [OLD_CONTEXT], "issuanceDate": "2020-03-16T22:37:26.544Z"},
]
REFUSED: list[Document] = [
    {"@context": [EXAMPLES]},
    {"@context": [EXAMPLES, BASE_CONTEXT]},
    {"@context": [BASE_CONTEXT, "https ://no-url/context"]},
    {"@context": [BASE_CONTEXT, "https://example.org/unknown"]},
    {"@context": [BASE_CONTEXT, 123]},
    {"@context": [BASE_CONTEXT, {"VerifiableCredential": "https://example.org/#Bad"}]},
    {"@context": [BASE_CONTEXT, {"@protected": True, **KIND}, {"Kind": "https://example.org/#Bad"}], "type": ["VerifiableCredential", "Kind"]},
    {"@context": [BASE_CONTEXT, {"Kind": "https ://no-url#Kind"}], "type": ["VerifiableCredential", "Kind"]},
    {"@context": [BASE_CONTEXT, {"@base": "https://example.org/"}], "type": ["VerifiableCredential", "Relative"]},
    {"@context": [BASE_CONTEXT, {"@vocab": None}]},
    {"type": ["VerifiableCredential", "Unmapped"]},
    {"type": ["RelationshipCredential"]},
    {"id": None},
    {"id": ["https://example.org/1", "https://example.net/1"]},
    {"id": "https ://no-url"},
    {"issuer": None},
    {"issuer": "fake-issuer"},
    {"issuer": {"id": None}},
    {"issuer": "did:example:somebody-else"},
    {"issuer": {"id": API.did, "name": {"@value": "x", "@language": "en", "url": "did:example:s"}}},
    {"credentialSubject": {}},
    {"credentialSubject": [{"id": "did:example:s"}, {}]},
    {"credentialSubject": {"id": ["did:example:s", "did:example:t"]}},
    {"credentialSubject": {"undefined": "x"}},
    {"validFrom": "2026-11-21"},
    {"validFrom": "2027-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"},
    {"credentialStatus": {"id": "did:example:status"}},
    {
        "credentialStatus": {
            "type": "BitstringStatusListEntry",
            "statusListIndex": True,
            "statusPurpose": "x",
            "statusListCredential": "https://e.example",
        }
    },
    {"statusEntry": {"type": "BitstringStatusListEntry", "statusListIndex": True, "statusListCredential": "https://example.com"}},
    {"credentialSchema": {"type": "https://example.org/#Kind"}},
    {"relatedResource": [BASE_CONTEXT]},
    {"relatedResource": [{"id": BASE_CONTEXT}]},
    {"relatedResource": [{"id": BASE_CONTEXT, "digestMultibase": "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0"}]},
    {"relatedResource": [{"id": BASE_CONTEXT, "digestSRI": V2_DIGEST}] * 2},
    {"termsOfUse": {"id": "did:example:terms"}},
    {"evidence": {}},
]


@pytest.mark.parametrize("changes", TAKEN, ids=range(len(TAKEN)))
def test_what_is_issued_is_verified(changes: Document) -> None:
    made = issued(**changes)
    assert made["proof"]["verificationMethod"].startswith("did:key:z6Mk")
    assert ask("/credentials/verify", verifiableCredential=made) == (200, {"verified": True})


@pytest.mark.parametrize("changes", REFUSED, ids=range(len(REFUSED)))
def test_what_breaks_the_model_is_neither_issued_nor_verified(changes: Document) -> None:
    assert ask("/credentials/issue", credential={**CREDENTIAL, **changes})[0] == 400
    made = {**issued(), **changes}
    assert ask("/credentials/verify", verifiableCredential=made)[0] == 400


@pytest.mark.parametrize("name", ["@context", "type", "issuer", "credentialSubject"])
def test_what_is_required_is_missed(name: str) -> None:
    assert ask("/credentials/issue", credential={key: value for key, value in CREDENTIAL.items() if key != name})[0] == 400


ALTERED: list[tuple[tuple[str | int, ...], Any]] = [
    (("credentialSubject", "id"), "did:example:t"),
    (("issuer",), "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"),
    (("proof",), None),
    (("proof", "type"), "UnknownProofType"),
    (("proof", "cryptosuite"), "unknown-cryptosuite-2017"),
    (("proof", "proofPurpose"), "invalidPurpose"),
    (("proof", "verificationMethod"), "did:key:invalidVm"),
    (("proof", "proofValue"), None),
    (("proof", "proofValue"), "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"),
    (("proof", "created"), "invalidDate"),
]


@pytest.mark.parametrize(("path", "value"), ALTERED, ids=[".".join(map(str, path)) + f"={value}"[:40] for path, value in ALTERED])
def test_what_was_altered_is_not_verified(path: tuple[str | int, ...], value: Any) -> None:
    made = copy.deepcopy(issued())
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert ask("/credentials/verify", verifiableCredential=made)[0] == 400


@pytest.mark.parametrize("times", [{"validFrom": "2026-11-22T00:00:00Z"}, {"validUntil": "2026-11-20T00:00:00Z"}], ids=str)
def test_a_credential_out_of_its_time_is_issued_and_not_verified(times: Document) -> None:
    assert ask("/credentials/verify", verifiableCredential=issued(**times))[0] == 400


def test_the_older_model_gets_the_context_that_explains_its_proof() -> None:
    made = issued(**{"@context": [OLD_CONTEXT], "issuanceDate": "2020-03-16T22:37:26Z"})
    assert made["@context"] == [OLD_CONTEXT, PROOF_CONTEXT]


def test_the_list_is_one_and_its_revoked_entry_is_not_verified() -> None:
    status, listed = ask("/listed/credentials/issue", credential=CREDENTIAL)
    assert status == 201
    entry = listed["verifiableCredential"]["credentialStatus"]
    assert ask("/credentials/verify", verifiableCredential=listed["verifiableCredential"])[0] == 200
    assert API.answer("GET", "/status/1") == (200, API.list_credential)
    assert ask("/credentials/verify", verifiableCredential=API.list_credential)[0] == 200
    revoked = issued(credentialStatus={**entry, "id": f"{entry['id']}r", "statusListIndex": str(REVOKED)})
    assert ask("/credentials/verify", verifiableCredential=revoked) == (400, {"verified": False, "errors": ["StatusListWrong: revoked"]})
    outside = issued(credentialStatus={**entry, "statusListIndex": "9999999"})
    assert ask("/credentials/verify", verifiableCredential=outside)[0] == 400


def presented(**changes: Any) -> Document:
    rules = ProofRules("authentication", contexts=CONTEXTS, inline_contexts=True)
    document = {"@context": [BASE_CONTEXT], "type": ["VerifiablePresentation"], "holder": API.did, "verifiableCredential": [issued()], **changes}
    return add_general_proof(document, API.key, API.method, NOW, rules)


PRESENTATIONS: list[tuple[Document, int]] = [
    ({}, 200),
    ({"holder": {"id": API.did}}, 200),
    ({"verifiableCredential": [issued(), issued(id="urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008")]}, 200),
    ({"@context": [BASE_CONTEXT, KIND], "type": ["VerifiablePresentation", "Kind"]}, 200),
    ({"holder": "did:example:somebody"}, 400),
    ({"verifiableCredential": [CREDENTIAL]}, 400),
    ({"verifiableCredential": [{**issued(), "id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"}]}, 400),
]


@pytest.mark.parametrize(("changes", "status"), PRESENTATIONS)
def test_a_presentation_is_verified_with_all_it_holds(changes: Document, status: int) -> None:
    assert ask("/presentations/verify", verifiablePresentation=presented(**changes))[0] == status


def test_a_presentation_for_somebody_else_or_altered_is_not_verified() -> None:
    made = presented()
    assert ask("/presentations/verify", verifiablePresentation=made, options={"challenge": "abc"})[0] == 400
    for changes in (
        {"@context": None},
        {"@context": [BASE_CONTEXT, "https://example.com"]},
        {"@context": [BASE_CONTEXT, 1]},
        {"type": []},
        {"proof": None},
    ):
        assert ask("/presentations/verify", verifiablePresentation={**made, **changes})[0] == 400


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"credential": {}, "credential": {}}', b'{"credential": "x"}', b"\xff", b'{"credential": {"@context": NaN}}']
)
def test_bodies_that_are_none_are_told_so(body: bytes) -> None:
    for path in ("/credentials/issue", "/listed/credentials/issue", "/credentials/verify", "/presentations/verify"):
        assert API.answer("POST", path, body)[0] == 400
    assert API.answer("GET", "/credentials/issue", body)[0] == 404


def test_it_answers_over_https_as_the_suites_ask() -> None:
    trusting = ssl._create_unverified_context()  # noqa: S323 - its certificate is made anew each time, as the suites know
    with served() as (base_url, api):

        def fetched(address: str, body: bytes | None = None) -> Any:
            asked = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - our own, over HTTPS
            with urllib.request.urlopen(asked, context=trusting, timeout=60) as answer:  # noqa: S310 - as above
                return json.load(answer)

        credential = json.dumps({"credential": {**CREDENTIAL, "issuer": api.did}}).encode()
        listed = fetched(f"{base_url}/listed/credentials/issue", credential)["verifiableCredential"]
        assert fetched(listed["credentialStatus"]["statusListCredential"]) == api.list_credential


def test_nothing_of_it_is_shipped() -> None:
    checkout = Path(__file__).parents[2]
    targets = tomllib.loads((checkout / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["packages"] == ["lti_tool", "certificate_signing"]
    assert not any("vc_api" in file.read_text() for package in targets["wheel"]["packages"] for file in (checkout / package).rglob("*.py"))
