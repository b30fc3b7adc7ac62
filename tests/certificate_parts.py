"""What the tests of sealing, proving and making share: a ring of keys, an award, a content, a certificate made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from certificate_signing.key_folder import KeyFolder
from certificate_signing.keyring import KeyRing
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.scheme.model import Alignment, Award

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
BASE = "https://certificates.example.org"
NUMBER = "7QK3M9ZVXH2C8R4TBWND5YAS"

AWARD = Award(
    id="digital-competence-b2",
    title="Digital competencies for educators",
    sentence="has shown digital competencies as an educator at proficiency level B2 of the European framework DigCompEdu, in all six of its areas.",
    level="B2",
    areas=(
        "Professional engagement",
        "Digital resources",
        "Teaching and learning",
        "Assessment",
        "Empowering learners",
        "Facilitating learners' digital competence",
    ),
    description="Digital competencies of an educator at level B2, shown by six courses and by a project.",
    criteria="Six certificates, one for each area, and a quality label; none older than two years.",
    alignments=(
        Alignment(
            name="DigCompEdu, level B2 (Expert)",
            url="https://publications.jrc.ec.europa.eu/repository/handle/JRC107466",
            framework="DigCompEdu",
            code="B2",
        ),
    ),
)

CONTENT = CertificateContent(
    number=NUMBER,
    holder_name="Þóra Guðmundsdóttir",
    title=AWARD.title,
    sentence=AWARD.sentence,
    level=AWARD.level,
    areas=AWARD.areas,
    issuer_name="Example Academy",
    issued_at=NOW,
    issued_on=date(2026, 11, 21),
    expires_on=None,
    scheme_id="digital-competence",
    scheme_edition="2026",
    checked="read",
    address=f"{BASE}/c/{NUMBER}",
    base_url=BASE,
    status_index=94_567,
)


def content(**changes: Any) -> CertificateContent:
    """Return the sample content with some fields changed."""
    return replace(CONTENT, **changes)


def make_ring(folder: Path | KeyFolder) -> KeyRing:
    """Make the development keys of an invented body in a folder."""
    return KeyRing.create_for_development(folder, "Example Academy", "BE", NOW)
