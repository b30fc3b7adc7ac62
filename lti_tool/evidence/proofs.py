"""From what was found of a file's signatures and credentials to the level of proof of its readings, and the doubts about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from certificate_signing.foreign_credentials import ForeignCredential
from certificate_signing.foreign_seals import ForeignSeal
from lti_tool.evidence.addresses import plain
from lti_tool.evidence.credential_facts import disagreement, facts_of, proved_by
from lti_tool.evidence.proof_doubts import is_against_proof
from lti_tool.evidence.reading import Doubt, Fact, Proof, ProofLevel, Reading, Source
from lti_tool.evidence.trust import TrustList
from lti_tool.scheme.model import Scheme

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a file: its signatures and its credentials, each checked."""

    seals: tuple[ForeignSeal, ...] = ()
    credentials: tuple[ForeignCredential, ...] = ()


def with_proof(reading: Reading, found: Found, trust: TrustList, scheme: Scheme) -> Reading:
    """Return a reading with the strongest proof that holds; a reason against one proof keeps all of them from counting."""
    doubts = (*_of_seals(found.seals), *_of_credentials(found.credentials))
    noted = replace(reading, doubts=(*reading.doubts, *doubts))
    if any(is_against_proof(doubt) for doubt in doubts):
        return noted
    noted = _with_credential(noted, found.credentials, trust, scheme)
    good = next((seal for seal in found.seals if seal.code == "good"), None)
    return noted if good is None else _sealed(noted, good)


def _sealed(reading: Reading, seal: ForeignSeal) -> Reading:
    """Let what the issuer's text says count as proved; what was read off a picture stays as sure as reading was."""
    return replace(
        reading,
        proof=Proof(ProofLevel.SEAL, seal.issuer, seal.signer),
        title=_proved(reading.title),
        holder=_proved(reading.holder),
        issue_date=_proved(reading.issue_date),
        disclaimer=_proved(reading.disclaimer),
    )


def _with_credential(reading: Reading, credentials: Sequence[ForeignCredential], trust: TrustList, scheme: Scheme) -> Reading:
    good = [credential for credential in credentials if credential.code == "good"]
    if not good or reading.part is not None:
        # Which of several certificates a credential is of can't be told.
        return reading
    proved = reading
    for credential in good:
        facts = facts_of(credential.document, scheme)
        if other := disagreement(facts, reading):
            return replace(reading, doubts=(*reading.doubts, Doubt("credential-disagrees", plain(other)[:200])))
        proved = proved_by(facts, proved)
    issuer = next(issuer.name for issuer in trust.issuers if good[0].key_id in issuer.keys)
    return replace(proved, proof=Proof(ProofLevel.CREDENTIAL, issuer, plain(str(good[0].document.get("id", "")))[:300]))


def _of_seals(seals: Sequence[ForeignSeal]) -> list[Doubt]:
    return [Doubt(f"signature-{seal.code}", plain(seal.signer)[:200]) for seal in seals if seal.code != "good"]


def _of_credentials(credentials: Sequence[ForeignCredential]) -> list[Doubt]:
    return [Doubt(f"credential-{entry.code}", _issuer(entry)) for entry in credentials if entry.code != "good"]


def _issuer(credential: ForeignCredential) -> str:
    named = credential.document.get("issuer")
    name = (named.get("name") or named.get("id")) if isinstance(named, dict) else named
    return plain(name)[:200] if isinstance(name, str) else ""


def _proved(fact: Fact[T] | None) -> Fact[T] | None:
    return replace(fact, source=Source.PROVED) if fact is not None and fact.source is Source.TEXT else fact
