"""Data Integrity proofs `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites v1.0, section 3.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from certificate_signing.canonical import CONTEXTS, canonical
from certificate_signing.canonical_learnt import LearntTemplates
from certificate_signing.canonical_template import Path, canonical_by_template
from certificate_signing.credential_text import refuse_wild
from certificate_signing.errors import CredentialLossy, CredentialUnreadable
from certificate_signing.instants import xsd_instant
from certificate_signing.key_types import CredentialKey
from certificate_signing.multibase import base58, from_base58
from certificate_signing.signatures import ed25519_fits

_SUITE: Final = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}
_PROOF_VARYING: Final[tuple[Path, ...]] = (("created",), ("verificationMethod",))
# Checking is quick for the second and every later credential of a kind; what is learnt here is no one's data but our own issuer's shapes.
_LEARNT: Final = LearntTemplates()
_PROOF_TERMS: Final = {*_SUITE, "created", "verificationMethod", "proofValue"}


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """What a check of a proof found. `codes` says what is wrong, empty if `ok`; the method is the one that the proof names.

    Codes: ``no-proof``, ``two-proofs``, ``proof-unknown`` (another suite or purpose, or extra terms), ``method-unknown``
    (no key of ours), ``issuer-differs`` (the key is not the issuer's), ``context-unknown``, ``credential-unreadable``,
    ``terms-lost`` (something in it is not signed), ``content-changed``, ``cannot-be-verified``.
    """

    ok: bool
    codes: tuple[str, ...] = ()
    verification_method: str | None = None
    created: str | None = None


class _Refused(Exception):
    """Ends a check with a code."""


def add_proof(
    document: dict[str, Any], key: CredentialKey, verification_method: str, created: datetime, *, varying: tuple[Path, ...] = ()
) -> dict[str, Any]:
    """Return the document with its proof.

    Raises CredentialLossy if anything in it would stand unsigned, and CredentialUnreadable for what no check would take.

    `varying` names the places in which documents of this kind differ; with it, all but the first are signed quickly.
    """
    proof = {**_SUITE, "created": xsd_instant(created), "verificationMethod": verification_method}
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    refuse_wild(unsigned)
    quads = canonical_by_template(unsigned, varying) if varying else canonical(unsigned)
    signature = key.sign(_proof_hash(unsigned, proof) + hashlib.sha256(quads).digest())
    return {**unsigned, "proof": {**proof, "proofValue": base58(signature)}}


def check_proof(document: dict[str, Any], keys: Mapping[str, bytes]) -> ProofCheck:
    """Check the one proof of a document; `keys` are the trusted ones, full DID URL → 32 public bytes. Never raises."""
    method = created = None
    try:
        unsigned, proof = _one_proof(document)
        method, created = proof["verificationMethod"], proof["created"]
        _refuse_foreign(unsigned, proof, keys)
        _verify(unsigned, proof, keys[method])
    except _Refused as refused:
        return ProofCheck(False, (str(refused),), method, created)
    except CredentialUnreadable:
        return ProofCheck(False, ("credential-unreadable",), method, created)
    except CredentialLossy:
        return ProofCheck(False, ("terms-lost",), method, created)
    except Exception:
        return ProofCheck(False, ("cannot-be-verified",), method, created)
    return ProofCheck(True, (), method, created)


def _one_proof(document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Take step 1: exactly one proof, of the one suite and purpose, with no term that we would not look at."""
    proof = document.get("proof")
    if isinstance(proof, list):
        if len(proof) != 1:
            raise _Refused("two-proofs" if proof else "no-proof")
        proof = proof[0]
    if not isinstance(proof, dict):
        raise _Refused("no-proof")
    if set(proof) != _PROOF_TERMS or not all(isinstance(value, str) for value in proof.values()):
        raise _Refused("proof-unknown")
    if any(proof[name] != value for name, value in _SUITE.items()):
        raise _Refused("proof-unknown")
    return {name: value for name, value in document.items() if name != "proof"}, proof


def _refuse_foreign(unsigned: dict[str, Any], proof: dict[str, str], keys: Mapping[str, bytes]) -> None:
    """Take steps 2 to 4: a key of ours, which is the issuer's; contexts of ours; nothing wild inside."""
    if proof["verificationMethod"] not in keys:
        raise _Refused("method-unknown")
    issuer = unsigned.get("issuer")
    if isinstance(issuer, dict):
        issuer = issuer.get("id")
    if issuer != proof["verificationMethod"].partition("#")[0]:
        raise _Refused("issuer-differs")
    contexts = unsigned.get("@context")
    if not isinstance(contexts, list) or contexts not in (list(CONTEXTS), list(CONTEXTS)[:1]):
        raise _Refused("context-unknown")
    refuse_wild(unsigned)


def _verify(unsigned: dict[str, Any], proof: dict[str, str], public: bytes) -> None:
    """Take step 5: everything in it is signed, and the signature is right."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    known = _LEARNT.canonical(unsigned)
    quads = canonical(unsigned) if known is None else known
    signed = _proof_hash(unsigned, options) + hashlib.sha256(quads).digest()
    try:
        signature = from_base58(proof["proofValue"])
    except ValueError:
        raise _Refused("content-changed") from None
    if not ed25519_fits(public, signature, signed):
        raise _Refused("content-changed")
    if known is None:
        _LEARNT.learn(unsigned)


def _proof_hash(unsigned: dict[str, Any], options: dict[str, str]) -> bytes:
    """Hash the proof's options, which take the document's contexts (section 3.2.5)."""
    quads = canonical_by_template({"@context": unsigned["@context"], **options}, _PROOF_VARYING)
    return hashlib.sha256(quads).digest()
