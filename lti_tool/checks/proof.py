"""What proves a document, and what stands against its proof: found for every document, whatever its scheme asks for."""

from __future__ import annotations

from typing import Final

from lti_tool.checks.findings import Finding, Verdict
from lti_tool.checks.pieces import Case
from lti_tool.evidence.proof_doubts import NO_WORSE, is_about_proof
from lti_tool.evidence.reading import Doubt, ProofLevel

# Our own register says that these do not count.
_REFUSED: Final = frozenset({"own-revoked", "own-contradicted"})


def proof(case: Case) -> list[Finding]:
    """Find how the document proves itself (``proved-own``, ``proved-seal``, ``proved-credential``, ``proof-link``) and what is wrong with that."""
    reading = case.piece.reading
    found = [case.finding(doubt.code, _verdict(doubt), doubt.place, seen=doubt.seen) for doubt in reading.doubts if is_about_proof(doubt)]
    if reading.proof is None or reading.proof.level is ProofLevel.NONE:
        return found
    code = "proof-link" if reading.proof.level is ProofLevel.LINK else f"proved-{reading.proof.level}"
    return [case.finding(code, Verdict.ACCEPT, by=reading.proof.by, reference=reading.proof.reference), *found]


def _verdict(doubt: Doubt) -> Verdict:
    if doubt.code in NO_WORSE:
        return Verdict.ACCEPT
    return Verdict.REJECT if doubt.code in _REFUSED else Verdict.REVIEW
