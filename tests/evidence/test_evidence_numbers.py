"""Numbers by which the same document is found again, and those that many documents share."""

from __future__ import annotations

import pytest

from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.layout import Word
from lti_tool.evidence.numbers import numbers
from lti_tool.evidence.vocabulary import vocabulary
from lti_tool.scheme.catalogue import shipped

VOCABULARY = vocabulary(shipped().get("digital-competence", "2026")).speaking(["de"])

CASES = [
    ("Certificate no. ESEP-2026-00231", ("ESEP-2026-00231",)),
    ("Certificate ID: a8f3-77c1-9d20", ("A8F3-77C1-9D20",)),
    ("Verification code: 00af31bc77", ("00AF31BC77",)),
    ("Zertifikatsnummer: 2026/004217", ("2026/004217",)),
    ("Verify at https://academy.europa.eu/verify/AB12CD34EF", ("HTTPS://ACADEMY.EUROPA.EU/VERIFY/AB12CD34EF", "AB12CD34EF")),
    ("id 123e4567-e89b-12d3-a456-426614174000", ("123E4567-E89B-12D3-A456-426614174000",)),
    ("Certificate of 12.03.2026", ()),
    ("Project ID: 2024-1-BE01-KA", ()),
    ("Reference: JRC107466", ()),
    ("https://publications.jrc.ec.europa.eu/repository/handle/JRC107466", ()),
    ("https://academy.europa.eu/courses/unlocking-the-power-of-teachers-2", ()),
    ("https://school-education.ec.europa.eu/en/node/4100750", ()),
    ("Certificate no. 12", ()),
]


@pytest.mark.parametrize(("text", "right"), CASES)
def test_numbers_of_a_documents_own(text: str, right: tuple[str, ...]) -> None:
    words = [Word(word, 1, (0.1 + 0.08 * index, 0.1, 0.17 + 0.08 * index, 0.12), 12) for index, word in enumerate(text.split())]
    assert numbers(document_of(words, 1), VOCABULARY) == right
