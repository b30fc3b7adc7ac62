"""An invented award and its contents, each with another name, as in real life: nothing may be cached by accident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.number import new_number
from lti_tool.scheme.model import Alignment, Award

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
BASE = "https://certificates.example.org"
NAMES = ("Þóra Guðmundsdóttir", "Ελένη Παπαδοπούλου-Χατζηγεωργίου", "María José García-Lorca Ñíguez", "Иванка Стоянова")

AWARD = Award(
    id="digital-competence-b2",
    title="Digital competencies for educators",
    sentence="has shown digital competencies as an educator at proficiency level B2 of the European framework DigCompEdu, in all six of its areas.",
    level="B2",
    areas=("Professional engagement", "Digital resources", "Teaching and learning", "Assessment", "Empowering learners", "Facilitating competence"),
    description="Digital competencies of an educator at level B2, shown by six courses and by a project.",
    criteria="Six certificates, one for each area, and a quality label; none older than two years.",
    alignments=(
        Alignment(name="DigCompEdu, level B2", url="https://publications.jrc.ec.europa.eu/repository/handle/JRC107466", framework="DigCompEdu"),
    ),
)


def contents() -> Iterator[CertificateContent]:
    """Yield contents without end."""
    for index in count():
        number = new_number()
        yield CertificateContent(
            number=number,
            holder_name=f"{NAMES[index % len(NAMES)]} {index}",
            title=AWARD.title,
            sentence=AWARD.sentence,
            level=AWARD.level,
            areas=AWARD.areas,
            issuer_name="Example Academy",
            issued_at=NOW,
            issued_on=NOW.date(),
            expires_on=None,
            scheme_id="digital-competence",
            scheme_edition="2026",
            checked="read",
            address=f"{BASE}/c/{number}",
            base_url=BASE,
            status_index=index,
        )
