"""How a document proves itself, in words and with an icon: for its applicant in short, for staff with what was looked at."""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool.checks.words import vocabulary
from lti_tool.evidence.proof_doubts import NO_WORSE
from lti_tool.evidence.reading import ProofLevel, Reading
from lti_tool.web.language import gettext as _
from lti_tool.web.language import translated


@dataclass(frozen=True, slots=True)
class ProofShown:
    """The level of proof: `icon` of `parts/icons.html`, `words` of who stands behind it, `remark` on what could not count."""

    level: ProofLevel
    icon: str
    words: str
    remark: str = ""

    @property
    def holds(self) -> bool:
        """Tell a document that is proved from one that only says what it says."""
        return self.level not in (ProofLevel.LINK, ProofLevel.NONE)


def proof_of(reading: Reading) -> ProofShown:
    """Return the level of proof of a document in the reader's language."""
    remark = " ".join(_said(doubt.code, seen=doubt.seen) for doubt in reading.doubts if doubt.code in NO_WORSE)
    proof = reading.proof
    if proof is None or proof.level is ProofLevel.NONE:
        return ProofShown(ProofLevel.NONE, "file-earmark-text", _("Paper: it was read, and nothing in the file proves it."), remark)
    if proof.level is ProofLevel.LINK:
        return ProofShown(proof.level, "link-45deg", _said("proof-link", by=proof.by), remark)
    return ProofShown(proof.level, "shield-check", _said(f"proved-{proof.level}", by=proof.by), remark)


def _said(code: str, **details: str) -> str:
    return translated(vocabulary()[code]["seen"], details)
