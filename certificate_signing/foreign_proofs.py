"""Data Integrity proofs as anybody writes them (W3C Verifiable Credential Data Integrity 1.0, suite `eddsa-rdfc-2022`).

Beside `data_integrity.py`, which takes our own credentials and none else, this takes sets and chains of proofs, optional terms,
presentations and further contexts. Two things it leaves to the caller: which keys are trusted, and what the contexts mean. A
proof is over the meaning of a document; contexts that are not known can give any word any meaning, so nothing that was proved
with `inline_contexts` may be read by its words alone (Data Integrity 1.0, section 2.4.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from certificate_signing.canonical import canonical
from certificate_signing.credential_text import bounded_nodes
from certificate_signing.data_model import instant
from certificate_signing.errors import CredentialLossy, CredentialUnreadable, DataModelWrong
from certificate_signing.instants import xsd_instant
from certificate_signing.key_types import CredentialKey
from certificate_signing.multibase import base58, from_base58
from certificate_signing.signatures import ed25519_fits

_TYPE: Final = "DataIntegrityProof"
_SUITE: Final = "eddsa-rdfc-2022"
_MOST_PROOFS: Final = 8
_MOST_UNNAMED: Final = 12  # of 13 that are alike the canonical form takes 0.1 s, of 19 half a minute
_KEYWORDS: Final = frozenset({"@context", "@value", "@language", "@direction"})
# They would make relative addresses absolute, or name contexts to fetch.
_ELSEWHERE: Final = frozenset({"@base", "@import"})

# Full DID URL → the 32 bytes of an Ed25519 key; raises KeyError or ValueError for those that are not known or not trusted.
Resolver = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class ProofRules:
    """What a proof has to be good for.

    `controller`: at least one proof must be by a key of this DID (the issuer of a credential, the holder of a presentation).
    `at`: no proof may have expired at this instant. `challenge`, `domain`: each proof must name them. `contexts`: address →
    JSON-LD document of contexts beside the package's own. `inline_contexts`: take contexts written into the document.
    """

    purpose: str = "assertionMethod"
    controller: str | None = None
    at: datetime | None = None
    challenge: str | None = None
    domain: str | None = None
    contexts: Mapping[str, Any] = field(default_factory=dict)
    inline_contexts: bool = False


@dataclass(frozen=True, slots=True)
class ProofsCheck:
    """What a check found: `ok` if every proof holds; `methods` are then the keys that made them.

    Codes otherwise: ``no-proof``, ``too-many-proofs``, ``proof-unknown`` (another type, suite or purpose, or a malformed term),
    ``previous-missing`` (a chain that has a gap or goes round), ``expired``, ``challenge-differs``, ``domain-differs``,
    ``method-unknown``, ``controller-differs``, ``context-unknown``, ``credential-unreadable``, ``terms-lost`` (something in it is
    not signed), ``content-changed``, ``cannot-be-verified``.
    """

    ok: bool
    code: str = ""
    methods: tuple[str, ...] = ()


class _Refused(Exception):
    """Ends a check with a code."""


def add_general_proof(document: dict[str, Any], key: CredentialKey, method: str, created: datetime, rules: ProofRules) -> dict[str, Any]:
    """Return a document with a proof beside those that it has. Raises CredentialLossy or CredentialUnreadable.

    `rules` gives its purpose, and what contexts the document may have.
    """
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    _refuse_wild(unsigned, rules)
    options = {"type": _TYPE, "cryptosuite": _SUITE, "created": xsd_instant(created), "verificationMethod": method, "proofPurpose": rules.purpose}
    proof = {**options, "proofValue": base58(key.private_key.sign(_signed(unsigned, options, rules)))}
    earlier = document.get("proof", [])
    proofs = [*(earlier if isinstance(earlier, list) else [earlier]), proof]
    return {**unsigned, "proof": proofs if len(proofs) > 1 else proof}


def check_proofs(document: object, resolver: Resolver, rules: ProofRules) -> ProofsCheck:
    """Check every proof of a document. Never raises, but for MemoryError."""
    try:
        return ProofsCheck(True, "", _checked(document, resolver, rules))
    except _Refused as refused:
        return ProofsCheck(False, str(refused))
    except CredentialUnreadable:
        return ProofsCheck(False, "credential-unreadable")
    except CredentialLossy:
        return ProofsCheck(False, "terms-lost")
    except MemoryError:
        raise
    except Exception:
        return ProofsCheck(False, "cannot-be-verified")


def _checked(document: object, resolver: Resolver, rules: ProofRules) -> tuple[str, ...]:
    if not isinstance(document, dict):
        raise _Refused("credential-unreadable")
    proofs = _proofs(document.get("proof"))  # 1
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    _refuse_wild(unsigned, rules)  # 2
    for proof in proofs:
        _refuse_unfit(proof, rules)  # 3
    chains = [_previous(proof, proofs) for proof in proofs]  # 4
    for proof, chain in zip(proofs, chains, strict=True):
        _verify({**unsigned, "proof": chain} if chain else unsigned, proof, resolver, rules)  # 5
    methods = tuple(proof["verificationMethod"] for proof in proofs)
    if rules.controller is not None and not any(method.partition("#")[0] == rules.controller for method in methods):  # 6
        raise _Refused("controller-differs")
    return methods


def _proofs(value: Any) -> list[dict[str, Any]]:
    proofs: list[dict[str, Any]] = value if isinstance(value, list) else [value]
    if not proofs or not all(isinstance(proof, dict) for proof in proofs):
        raise _Refused("no-proof")
    if len(proofs) > _MOST_PROOFS:
        raise _Refused("too-many-proofs")
    return proofs


def _refuse_wild(unsigned: dict[str, Any], rules: ProofRules) -> None:
    nodes = bounded_nodes(unsigned, _MOST_UNNAMED)
    if any(name.startswith("@") and name not in _KEYWORDS for node in nodes for name in node):
        raise CredentialUnreadable("a keyword inside")
    inline = [each for node in nodes if "@context" in node for each in _inline(node["@context"])]
    if inline and not rules.inline_contexts:
        raise _Refused("context-unknown")
    if any(name in _ELSEWHERE for each in inline for name in each):
        raise CredentialUnreadable("a context that is resolved against something else")


def _inline(value: object) -> Iterator[dict[str, Any]]:
    """Yield the contexts that are written into a document, and those inside them."""
    if isinstance(value, list):
        for each in value:
            yield from _inline(each)
    elif isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _inline(each)


def _refuse_unfit(proof: dict[str, Any], rules: ProofRules) -> None:
    """Refuse a proof of another kind, for another purpose, time or place (sections 2.1 and 4.4)."""
    if (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose")) != (_TYPE, _SUITE, rules.purpose):
        raise _Refused("proof-unknown")
    if not all(isinstance(proof.get(name), str) for name in ("verificationMethod", "proofValue")):
        raise _Refused("proof-unknown")
    try:
        times = {name: instant(proof[name], name) for name in ("created", "expires") if name in proof}
    except DataModelWrong:
        raise _Refused("proof-unknown") from None
    if rules.at is not None and "expires" in times and rules.at > times["expires"]:
        raise _Refused("expired")
    if rules.challenge is not None and proof.get("challenge") != rules.challenge:
        raise _Refused("challenge-differs")
    domains = proof.get("domain")
    if rules.domain is not None and rules.domain not in (domains if isinstance(domains, list) else [domains]):
        raise _Refused("domain-differs")


def _previous(proof: dict[str, Any], proofs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the proofs that a proof says come before it (section 4.5). All of them are checked for themselves too."""
    names = proof.get("previousProof", [])
    names = names if isinstance(names, list) else [names]
    found = [other for name in names for other in proofs if isinstance(name, str) and other.get("id") == name and other is not proof]
    # Each name stands for one proof, which comes before this one in the document: so no chain goes round.
    if len(found) != len(names) or any(proofs.index(other) >= proofs.index(proof) for other in found):
        raise _Refused("previous-missing")
    return found


def _verify(secured: dict[str, Any], proof: dict[str, Any], resolver: Resolver, rules: ProofRules) -> None:
    try:
        public = resolver(proof["verificationMethod"])
    except (KeyError, ValueError):
        raise _Refused("method-unknown") from None
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    signed = _signed(secured, options, rules)
    try:
        signature = from_base58(proof["proofValue"])
    except ValueError:
        raise _Refused("content-changed") from None
    if not ed25519_fits(public, signature, signed):
        raise _Refused("content-changed")


def _signed(secured: dict[str, Any], options: dict[str, Any], rules: ProofRules) -> bytes:
    """Return what is signed: the hash of the options, which take the document's contexts, then that of the document."""
    configuration = canonical({"@context": secured.get("@context"), **options}, rules.contexts)
    return hashlib.sha256(configuration).digest() + hashlib.sha256(canonical(secured, rules.contexts)).digest()
