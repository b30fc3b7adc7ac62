"""A VC-API (W3C CCG) over `certificate_signing`, for the W3C's test suites alone: it issues whatever it is sent.

Its key is made when it starts and forgotten when it ends. Nothing of it is in the wheel, and no address of the product leads to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificate_signing.credential_text import read_object
from certificate_signing.data_model import BASE_CONTEXT, check_credential, check_presentation, instant
from certificate_signing.did_key import did_key, did_key_method, did_key_public
from certificate_signing.errors import CredentialUnreadable, DataModelWrong, SigningError, StatusListWrong
from certificate_signing.foreign_proofs import ProofRules, add_general_proof, check_proofs
from certificate_signing.key_types import CredentialKey
from certificate_signing.related_resources import check_related
from certificate_signing.status_list import StatusList, status_list_credential
from certificate_signing.status_reading import check_status_entry, read_status

Answer = tuple[int, Any]
HERE = Path(__file__).parent
OLD_CONTEXT = "https://www.w3.org/2018/credentials/v1"
PROOF_CONTEXT = "https://w3id.org/security/data-integrity/v2"
# What the suites' documents name beside the package's own contexts. The last one says of itself that it is for examples alone.
CONTEXTS: dict[str, Any] = {
    OLD_CONTEXT: json.loads((HERE / "contexts" / "credentials-v1.json").read_bytes()),
    PROOF_CONTEXT: json.loads((HERE / "contexts" / "data-integrity-v2.json").read_bytes()),
    "https://www.w3.org/ns/credentials/examples/v2": {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}},
}
# SHA-256, -384 and -512 of the two versions of the base context that have stood at its address: since February 2025, and before.
PUBLISHED = {
    BASE_CONTEXT: tuple(
        bytes.fromhex(digest)
        for digest in (
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
            "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa21e138fd38def18cb360133c221aa31d6896a6bf3e65b614",
            "5d55452bd2dcf8a29f5a290473eb242b1c5fb77d4e68f1a0aa87baa4dba2694852d65ec63d48ac04a99d956f9f7153b9406f84d2d04c74869b02c239a1d81305",
            "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9",
            "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9d1dcaada40eda7ef921c6b8c0ae107a0",
            "cb1336dfa8670d80d03344b3b0cc25faf4d45201823c35f39bb1afe5a9f911f615ff4ec80ec5f2f89e33d14e96bec8be78e38df35b918c9cd5f3b3449bd6c88f",
        )
    )
}
REVOKED = 7  # the one entry that is set in the list


class VcApi:
    """The endpoint: `answer` takes a request and returns a status and what to send as JSON."""

    def __init__(self, base_url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.key = CredentialKey.of(Ed25519PrivateKey.generate())
        self.did, self.method = did_key(self.key.public_bytes), did_key_method(self.key.public_bytes)
        self.clock = clock
        self.list_address = f"{base_url}/status/1"
        unsigned = status_list_credential(
            StatusList.empty().with_set([REVOKED]), address=self.list_address, issuer=self.did, valid_from=clock(), ttl=timedelta(minutes=5)
        )
        self.list_credential = self.proved(unsigned)
        self._next_index = 0

    def answer(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Answer a request. What is wrong with a document is 400 and says what."""
        if (method, path) == ("GET", "/status/1"):
            return 200, self.list_credential
        actions: Mapping[str, Callable[[dict[str, Any]], Answer]] = {
            "/credentials/issue": self.issue,
            "/listed/credentials/issue": self.issue_listed,
            "/credentials/verify": self.verify,
            "/presentations/verify": self.verify_presentation,
        }
        if method != "POST" or path not in actions:
            return 404, {"errors": ["there is nothing here"]}
        try:
            return actions[path](read_object(body))
        except SigningError as error:
            return 400, {"verified": False, "errors": [f"{type(error).__name__}: {error}"]}

    def issue(self, request: dict[str, Any]) -> Answer:
        credential = request.get("credential")
        checked = modelled(credential)
        if identifier(checked["issuer"]) != self.did:
            raise DataModelWrong("issuer", "is somebody else")
        return 201, {"verifiableCredential": self.proved(with_proof_context(credential))}

    def issue_listed(self, request: dict[str, Any]) -> Answer:
        """Issue a credential with an entry of the status list."""
        credential = request.get("credential")
        if not isinstance(credential, dict) or "credentialStatus" in credential:
            raise DataModelWrong("credentialStatus", "is there already")
        index = self._next_index
        self._next_index += 1 if index + 1 != REVOKED else 2
        return self.issue({"credential": {**credential, "credentialStatus": self.entry(index)}})

    def entry(self, index: int) -> dict[str, Any]:
        return {
            "id": f"{self.list_address}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": self.list_address,
            # Both optional: the suite looks at them only where they are.
            "statusMessage": [{"status": "0x0", "message": "not revoked"}, {"status": "0x1", "message": "revoked"}],
            "statusReference": f"{self.list_address}#about",
        }

    def proved(self, document: dict[str, Any]) -> dict[str, Any]:
        return add_general_proof(document, self.key, self.method, self.clock(), ProofRules(contexts=CONTEXTS, inline_contexts=True))

    def verify(self, request: dict[str, Any]) -> Answer:
        self.refuse_unproved(request.get("verifiableCredential"))
        return 200, {"verified": True}

    def refuse_unproved(self, credential: Any) -> None:
        """Raise a SigningError unless a credential is well formed, proved by its issuer, valid now and not revoked."""
        checked, now = modelled(credential), self.clock()
        rules = ProofRules(controller=identifier(checked["issuer"]), at=now, contexts=CONTEXTS, inline_contexts=True)
        self.refuse_failed(credential, rules)
        if "validFrom" in checked and now < instant(checked["validFrom"], "validFrom"):
            raise DataModelWrong("validFrom", "is still to come")
        if "validUntil" in checked and now > instant(checked["validUntil"], "validUntil"):
            raise DataModelWrong("validUntil", "is past")
        for entry in entries(checked):
            if entry["statusListCredential"] == self.list_address and read_status(entry, self.list_credential):
                raise StatusListWrong("revoked")

    def verify_presentation(self, request: dict[str, Any]) -> Answer:
        presentation, options = request.get("verifiablePresentation"), request.get("options", {})
        check_presentation(presentation)
        holder = identifier(presentation["holder"]) if "holder" in presentation else None
        rules = ProofRules("authentication", holder, self.clock(), options.get("challenge"), options.get("domain"), CONTEXTS, inline_contexts=True)
        self.refuse_failed(presentation, rules)
        held = presentation.get("verifiableCredential", [])
        for credential in held if isinstance(held, list) else [held]:
            self.refuse_unproved(credential)
        return 200, {"verified": True}

    def refuse_failed(self, document: Any, rules: ProofRules) -> None:
        found = check_proofs(document, did_key_public, rules)
        if not found.ok:
            raise CredentialUnreadable(found.code)


def modelled(credential: Any) -> dict[str, Any]:
    """Check a credential by the data model, and return it as one of version 2.0.

    Of version 1.1, which the EdDSA suite still sends, only the context and the names of two times are different to it.
    """
    if isinstance(credential, dict) and isinstance(contexts := credential.get("@context"), list) and contexts[:1] == [OLD_CONTEXT]:
        names = {"issuanceDate": "validFrom", "expirationDate": "validUntil"}
        credential = {names.get(name, name): value for name, value in credential.items()} | {"@context": [BASE_CONTEXT, *contexts[1:]]}
    check_credential(credential)
    check_related(credential, PUBLISHED)
    for entry in entries(credential):
        check_status_entry(entry)
    checked: dict[str, Any] = credential
    return checked


def entries(credential: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of status lists; other kinds of statuses are none of ours."""
    status = credential.get("credentialStatus", [])
    return [each for each in (status if isinstance(status, list) else [status]) if each["type"] == "BitstringStatusListEntry"]


def identifier(value: Any) -> str:
    return str(value["id"] if isinstance(value, dict) else value)


def with_proof_context(credential: Any) -> dict[str, Any]:
    """Add the context that explains the proof's terms, where the base context doesn't (Data Integrity 1.0, section 2.4.2)."""
    contexts = credential["@context"]
    known = contexts[0] == BASE_CONTEXT or PROOF_CONTEXT in contexts
    return dict(credential) if known else {**credential, "@context": [*contexts, PROOF_CONTEXT]}
