"""A paper that recommends a course of the series beside its own, of another series, is no certificate of it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
ADVERTS = {
    "en": "Other courses that may interest you:",
    "es": "Otros cursos que te pueden interesar:",
    "fr": "D'autres formations qui pourraient vous intéresser :",
    "de": "Weitere Kurse, die Sie interessieren könnten:",
    "it": "Altri corsi che potrebbero interessarti:",
    "pt": "Outros cursos que lhe podem interessar:",
    "nl": "Andere cursussen die u misschien interesseren:",
    "pl": "Inne kursy, które mogą Cię zainteresować:",
    "ro": "Alte cursuri care v-ar putea interesa:",
    "bg": "Други курсове, които може да ви интересуват:",
    "el": "Άλλα μαθήματα που μπορεί να σας ενδιαφέρουν:",
    "hu": "További kurzusok, amelyek érdekelhetik:",
    "fi": "Muita kursseja, jotka saattavat kiinnostaa:",
    "da": "Andre kurser, der måske interesserer dig:",
    "sv": "Fler kurser som kan intressera dig:",
    "cs": "Další kurzy, které by vás mohly zajímat:",
}
FIELDS = tomllib.loads((Path(__file__).parent / "completion_fields.toml").read_text(encoding="utf-8"))


def paper(language: str, course: str, series: str, *more: str) -> list[str]:
    words = FIELDS[language]
    name, head = f"{words['name'][0]} | {words['name'][1]}", f"# {words['heads'][-1]}"
    return [
        head,
        name,
        f"{words['course']} | {course}",
        f"{words['told'][0]} | {words['done']}",
        f"Series | {series}",
        f"{words['issue']} | 24-02-2026",
        *more,
    ]


@pytest.mark.parametrize("language", ADVERTS)
def test_what_is_recommended_is_not_completed(language: str) -> None:
    for lines in ([f"{ADVERTS[language]} {SERIES} – Assessment"], [ADVERTS[language], f"- {SERIES}: Assessment"]):
        found = judged(read(paper(language, "Digital classrooms", "Schools for beginners", *lines)), "Maria", "Quillfeather")
        assert found.verdict is not Verdict.ACCEPT


# Romanian "ar putea" beside a word for courses is heard as a condition, and a person looks.
@pytest.mark.parametrize("language", [code for code in ADVERTS if code != "ro"])
def test_a_certificate_may_recommend_others(language: str) -> None:
    for advertised in ("Schools for beginners", f"{SERIES} – Digital resources"):
        lines = paper(language, "MOOC 4: Assessment", SERIES, f"{ADVERTS[language]} {advertised}")
        assert judged(read(lines), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
