"""Doubts about a proof itself, told from those about what a document says."""

from __future__ import annotations

from typing import Final

from lti_tool.evidence.reading import Doubt

# How their codes begin.
ABOUT_PROOF: Final = ("signature-", "credential-", "link-", "own-")
# What makes a document no worse than paper: proofs of bodies or of a kind that this installation does not know.
NO_WORSE: Final = frozenset(
    {
        "signature-unknown",
        "signature-expired",
        "credential-unknown",
        "credential-unsigned",
        "credential-unreadable",
        "credential-unchecked",
    }
)


def is_about_proof(doubt: Doubt) -> bool:
    """Tell a doubt about a signature, a credential, a link, or our own certificate."""
    return doubt.code.startswith(ABOUT_PROOF)


def is_against_proof(doubt: Doubt) -> bool:
    """Tell a doubt that keeps every proof of a document from counting."""
    return is_about_proof(doubt) and doubt.code not in NO_WORSE
