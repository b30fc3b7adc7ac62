"""Letters that are the certificate: whom they address is the holder, unless they tell of somebody else; no word of a heading is a name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
COURSE = f"MOOC 3: Teaching and learning, {SERIES}"
HEAD = ["# Certificate of completion", "Dear Maria Quillfeather,"]
DATE = "Issued on 3 May 2026"

ADDRESSED = {
    "you": f"We confirm that you have completed {COURSE}.",
    "you, by name": f"We confirm that you, Maria Quillfeather, have completed {COURSE}.",
}
ABOUT_ANOTHER = {
    "who has completed it": f"Anna Beispiel has completed {COURSE}.",
    "who is certified": f"We confirm that Anna Beispiel has completed {COURSE}.",
    "a colleague": f"Your colleague Anna Beispiel finished every unit of {COURSE}. She has successfully completed the course.",
    "a teacher of the school": f"We write about your teacher Anna Beispiel. The teacher has completed {COURSE}.",
}


@pytest.mark.parametrize("what", ADDRESSED)
def test_a_letter_to_somebody_names_its_holder(what: str) -> None:
    assert judged(read([*HEAD, ADDRESSED[what], DATE]), "Maria", "Quillfeather").verdict is Verdict.ACCEPT


@pytest.mark.parametrize("what", ABOUT_ANOTHER)
def test_a_letter_about_somebody_else_is_never_accepted_for_whom_it_addresses(what: str) -> None:
    assert judged(read([*HEAD, ABOUT_ANOTHER[what], DATE]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


LETTERS = {
    "bg": ["Уважаеми г-н Maria Quillfeather,", "Национален знак за качество"],
    "da": ["Kære Maria Quillfeather", "Nationalt kvalitetsmærke"],
    "de": ["Sehr geehrte Frau Maria Quillfeather,", "Nationales Qualitätssiegel"],
    "fi": ["Hyvä Maria Quillfeather", "Kansallinen laatumerkki"],
    "nl": ["Geachte mevrouw Maria Quillfeather,", "Nationaal Kwaliteitslabel"],
    "sv": ["Bästa Maria Quillfeather,", "Nationell kvalitetsutmärkelse"],
}


@pytest.mark.parametrize("code", LETTERS)
def test_salutations_of_other_languages_name_whom_a_letter_addresses(code: str) -> None:
    reading = read(["eTwinning", *LETTERS[code]])
    assert reading.holder is not None
    assert reading.holder.value == "Maria Quillfeather"


HEADINGS = {
    "en": ["# Quality Label Certificate", "Project | Codebreakers", "Awarded to (teacher) | Maria Quillfeather", "Date of award | 30 June 2026"],
    "de": ["Nationale Unterstützungsorganisation eTwinning", "# Nationales Qualitätssiegel", "Lehrkraft: Maria Quillfeather", "20. März 2026"],
    "fi": ["Kansallinen tukiorganisaatio", "# Kansallinen laatumerkki", "Opettaja | Maria Quillfeather", "Koska projekti sai pisteitä, voit hakea."],
}


@pytest.mark.parametrize("code", HEADINGS)
def test_words_of_a_heading_are_nobodys_name(code: str) -> None:
    reading = read(["eTwinning National Quality Label", *HEADINGS[code]])
    assert reading.holder is None or reading.holder.value == "Maria Quillfeather"
    assert "holder-differs" not in {finding.code for finding in judged(reading, "Maria", "Quillfeather").findings}


def test_that_no_further_paper_is_issued_denies_nothing() -> None:
    lines = ["# Certificate of completion", f"Maria Quillfeather has completed the course {COURSE}.", DATE]
    said = "This letter is the certificate of the course and no further document will be issued."
    denied = "For this course no certificate will be issued."
    assert judged(read([*lines, said]), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    assert judged(read([*lines, denied]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT
