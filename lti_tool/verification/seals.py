"""Whether a PDF bears a seal of ours that is believed today (threat S13)."""

from __future__ import annotations

from certificate_signing.pdf_check import PdfCheck, check_pdf
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring
from lti_tool.issuing.sealing import authorities


def check_seal(installation: Installation, content: bytes) -> PdfCheck:
    """Check a PDF against our seals: a sound one is believed, a compromised one if a timestamp proves that it was made before that.

    A seal that nothing dates, or that is dated later, is one of somebody else's: so says ``other-signer``. Never raises for content.
    """
    keys, trusted = ring(installation), authorities(installation)
    checked = check_pdf(content, keys.trusted_seals(), trusted)
    if checked.codes != ("other-signer",):
        return checked
    for seal in keys.known_seals:
        if not seal.standing.sound:
            older = check_pdf(content, (seal.certificate,), trusted)
            if older.good and seal.standing.believes(older.proven_at):
                return older
    return checked
