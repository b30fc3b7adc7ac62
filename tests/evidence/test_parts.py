"""Several in one file: what begins a certificate, what belongs to the one before, and what is one in two languages."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner

from lti_tool.commands.main import sealwright
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Reading
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import COURSE, LABEL, lines, pdf, shown

SCHEME = shipped().get("digital-competence", "2026")
SERIES = "Unlocking the power of teachers' digital competencies"
AREAS = (
    "Professional engagement",
    "Digital resources",
    "Teaching and learning",
    "Assessment",
    "Empowering learners",
    "Facilitating learners' digital competence",
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def page(*texts: str) -> bytes:
    return pdf(lines(texts))


def course(number: int, *, name: str = "Anna Muster", issued: str = "12 March 2026") -> bytes:
    texts = [line.replace("Anna Muster", name).replace("12 March 2026", issued) for line in COURSE]
    return page(*texts[:4], f"MOOC {number}: {AREAS[number - 1]}", *texts[5:])


def joined(*files: bytes) -> bytes:
    """The pages of several files as one file."""
    out = pikepdf.new()
    for file in files:
        with pikepdf.open(io.BytesIO(file)) as one:
            out.pages.extend(one.pages)
    stream = io.BytesIO()
    out.save(stream)
    return stream.getvalue()


BLANK = pdf("")
NUMBERED = page("- 2 -")
COVER = page("My certificates", "Anna Muster", "Portfolio for the digital competencies certificate")
LETTER = page("Dear Anna Muster,", "congratulations! Please find your certificate attached.", "Kind regards", "Brussels, 1 October 2026")
DOUBTED = page(*COURSE[:4], f"MOOC 1: {AREAS[0]}", *COURSE[5:], "Please find enclosed the marks of the course.")
PROGRAMME = page("Course programme", AREAS[2], "Module 1: Planning (12 January 2026)", "Module 2: Guidance", "Tutor: Bruno Beispiel")
ENROLMENT = page(
    "Confirmation of enrolment",
    "This is to confirm that Anna Muster",
    "is enrolled in MOOC 4: Assessment",
    f"of the series {SERIES}",
    "1 October 2026",
)
FIRST_AID = page("Certificate", "This is to certify that", "Anna Muster", "took part in a first aid course", "Issued on 3 May 2025")
NEARLY_HERS = page("Certificate", "This is to certify that", "Annika Muster", "has completed the course Knitting", "Issued on 12 March 2026")
LABEL_ALONE, NOTE = page(*LABEL[:-1]), page(LABEL[-1])
HEADED_NOTE = page("eTwinning National Quality Label", "Anna Muster", LABEL[-1])
GERMAN = page(
    "Zertifikat",
    "Hiermit wird bestätigt, dass",
    "Anna Muster",
    "den Onlinekurs MOOC 3: Lehren und Lernen",
    f"der Reihe {SERIES}",
    "erfolgreich abgeschlossen hat.",
    "Ausgestellt am 12. März 2026",
)
SUPPLEMENT = page("Supplement", "Anna Muster", f"MOOC 3: {AREAS[2]}", "Learning outcomes: planning, guidance, collaboration")

# What a file is made of, and what it holds: (kind, first page, last page) of each part.
FILES: dict[str, tuple[list[bytes], list[tuple[str, int, int]]]] = {
    "two courses": ([course(1), course(2)], [("mooc-1", 1, 1), ("mooc-2", 2, 2)]),
    "six courses and a label of two pages": (
        [*(course(number) for number in range(1, 7)), LABEL_ALONE, NOTE],
        [*((f"mooc-{number}", number, number) for number in range(1, 7)), ("nql", 7, 8)],
    ),
    "a label of two pages first": ([LABEL_ALONE, NOTE, course(2)], [("nql", 1, 2), ("mooc-2", 3, 3)]),
    "the same course of two people": ([course(3), course(3, name="Bruno Beispiel")], [("mooc-3", 1, 1), ("mooc-3", 2, 2)]),
    "the same course of two days": ([course(3), course(3, issued="13 March 2025")], [("mooc-3", 1, 1), ("mooc-3", 2, 2)]),
    "a copy": ([course(3), course(3)], [("mooc-3", 1, 1), ("mooc-3", 2, 2)]),
    "empty pages between": ([course(1), BLANK, NUMBERED, course(2), BLANK], [("mooc-1", 1, 3), ("mooc-2", 4, 5)]),
    "a cover, a programme": ([COVER, course(1), course(3), PROGRAMME], [("mooc-1", 1, 2), ("mooc-3", 3, 4)]),
    "two languages of one, then another": ([GERMAN, course(3), course(4)], [("mooc-3", 1, 2), ("mooc-4", 3, 3)]),
    "an enrolment behind": ([course(3), ENROLMENT], [("mooc-3", 1, 1), ("other", 2, 2)]),
    "an enrolment before": ([ENROLMENT, course(3)], [("other", 1, 1), ("mooc-3", 2, 2)]),
    "a page not understood of somebody of nearly that name": ([NEARLY_HERS, course(3)], [("unknown", 1, 1), ("mooc-3", 2, 2)]),
    "a paper of another matter": ([course(3), FIRST_AID], [("mooc-3", 1, 1), ("unknown", 2, 2)]),
}


def held(readings: tuple[Reading, ...]) -> list[tuple[str, int, int]]:
    return [(reading.kind_id or reading.kind.value, reading.part.first, reading.part.last) for reading in readings if reading.part]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_several_is_taken_apart(reader: Reader, name: str) -> None:
    pages, expected = FILES[name]
    readings = reader.read_all(joined(*pages), SCHEME)
    assert held(readings) == expected
    assert [(reading.part.number, reading.part.of) for reading in readings if reading.part] == [
        (number, len(expected)) for number in range(1, len(expected) + 1)
    ]
    assert {reading.pages for reading in readings} == {len(pages)}
    assert {doubt.code for reading in readings if reading.kind_id for doubt in reading.doubts} == set()


@pytest.mark.parametrize("name", FILES)
def test_what_was_read_lies_on_the_pages_of_its_part(reader: Reader, name: str) -> None:
    for reading in reader.read_all(joined(*FILES[name][0]), SCHEME):
        assert reading.part is not None
        places = [fact.place for fact in (reading.title, reading.holder, reading.issue_date, reading.disclaimer) if fact and fact.place]
        assert all(reading.part.first <= place.page <= reading.part.last for place in places)
        if reading.kind_id:
            assert places


# What belongs to one certificate: the file reads as that certificate alone does.
ONE: dict[str, list[bytes]] = {
    "an empty page behind": [course(3), BLANK],
    "an empty page before": [BLANK, course(3)],
    "a page with nothing but its number": [course(3), NUMBERED],
    "a cover": [COVER, course(3)],
    "a letter": [LETTER, course(3)],
    "a letter behind": [course(3), LETTER],
    "a programme": [course(3), PROGRAMME],
    "a supplement that names course and holder": [course(3), SUPPLEMENT],
    "German and English": [GERMAN, course(3)],
    "English and German": [course(3), GERMAN],
    "a label and its note": [LABEL_ALONE, NOTE],
    "a label and its note under the same heading": [LABEL_ALONE, HEADED_NOTE],
}


@pytest.mark.parametrize("name", ONE)
def test_pages_of_one_certificate_stay_together(reader: Reader, name: str) -> None:
    (reading,) = reader.read_all(joined(*ONE[name]), SCHEME)
    assert reading.part is None
    assert (reading.holder and reading.holder.value, reading.issue_date and reading.issue_date.value.isoformat()) == ("Anna Muster", "2026-03-12")
    label = "label" in name
    assert reading.kind_id == ("nql" if label else "mooc-3")
    assert (reading.disclaimer is not None and reading.disclaimer.value) is label
    assert reading.doubts == ()


def test_what_speaks_against_a_certificate_is_seen_wherever_it_stands(reader: Reader) -> None:
    """A page that contradicts is not put aside as an annex."""
    refusal = page("Final report", "has not completed MOOC 3: Teaching and learning", "Progress: 40 %")
    hidden = pdf(lines(["Course programme", AREAS[2], "Module 1: Planning"]) + shown("written in white", (60, 60), before="1 g"))
    for behind in (refusal, hidden):
        readings = reader.read_all(joined(course(3), behind), SCHEME)
        assert readings[0].kind_id != "mooc-3" or readings[0].doubts, behind


def test_a_certificate_of_a_person_beside_that_of_another_is_never_theirs(reader: Reader) -> None:
    readings = reader.read_all(joined(course(3, name="Bruno Beispiel"), course(3)), SCHEME)
    assert [reading.holder.value for reading in readings if reading.holder] == ["Bruno Beispiel", "Anna Muster"]


# -- several on one sheet ---------------------------------------------------------------------------------------------------


def sheet(*texts: list[str], columns: int, media: str = "0 0 842 595", size: float = 9) -> bytes:
    """Certificates in equal cells of one page, row by row."""
    width, height = (float(edge) for edge in media.split()[2:])
    rows = -(-len(texts) // columns)
    body = ""
    for index, lines_of_one in enumerate(texts):
        left, top = index % columns * width / columns + 20, height - index // columns * height / rows - 40
        step = (height / rows - 60) / len(lines_of_one)
        body += "".join(shown(line, (left, top - step * number), size) for number, line in enumerate(lines_of_one))
    return pdf(body, media=media)


def texts_of(number: int, name: str = "Anna Muster") -> list[str]:
    series = ["Unlocking the power of teachers'", "digital competencies"]
    return [*COURSE[:2], name, COURSE[3], f"MOOC {number}: {AREAS[number - 1]}", *series, *COURSE[6:]]


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (2, 1), (3, 3), (3, 1), (4, 2)])
def test_certificates_on_one_sheet_are_told_apart(reader: Reader, count: int, columns: int) -> None:
    size = 9 if columns < 3 else 7
    readings = reader.read_all(sheet(*(texts_of(number) for number in range(1, count + 1)), columns=columns, size=size), SCHEME)
    assert held(readings) == [(f"mooc-{number}", 1, 1) for number in range(1, count + 1)]
    assert all(reading.issue_date and reading.holder and not reading.doubts for reading in readings)


def test_where_a_sheet_can_not_be_cut_a_person_looks(reader: Reader) -> None:
    """Two courses whose lines run over the middle, and one complete beside one that is not."""
    mixed = page(*COURSE[:4], f"MOOC 1: {AREAS[0]}", "and beyond the middle of the page also the course", f"MOOC 2: {AREAS[1]}", *COURSE[5:])
    torn = sheet(texts_of(1), ["Certificate of Completion", f"MOOC 2: {AREAS[1]}", "Bruno Beispiel"], columns=2)
    for content in (mixed, torn):
        (reading,) = reader.read_all(content, SCHEME)
        assert reading.kind_id is None or reading.doubts


# -- the commands -----------------------------------------------------------------------------------------------------------


def told(*arguments: str, line: dict[str, object]) -> dict[str, Any]:
    done = CliRunner().invoke(sealwright, [*arguments, "--jsonl"], input=json.dumps(line), catch_exceptions=False)
    assert done.exit_code == 0
    answer: dict[str, Any] = json.loads(done.output)
    return answer


PERSON = {"given_name": "Anna", "family_name": "Muster", "date": "2026-11-21"}
FIELDS = ["file", "kind", "mooc_no", "requirement", "holder_name", "issue_date", "disclaimer", "verdict", "findings"]

# The pages of a file, the verdict of the whole and of each part.
VERDICTS: dict[str, tuple[list[bytes], str, list[str]]] = {
    "two of her own": ([course(1), course(2)], "review", ["accept", "accept"]),
    "one of another": ([course(1), course(2, name="Bruno Beispiel")], "review", ["accept", "reject"]),
    "both of another": ([course(1, name="Bruno Beispiel"), course(2, name="Bruno Beispiel")], "reject", ["reject", "reject"]),
    "the same twice": ([course(1), course(1)], "accept", ["accept", "accept"]),
    "an old one and its successor": ([course(1, issued="1 March 2020"), course(1)], "accept", ["reject", "accept"]),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_one_object_stands_for_a_file_of_several(tmp_path: Path, name: str) -> None:
    pages, verdict, verdicts = VERDICTS[name]
    file = tmp_path / "all.pdf"
    file.write_bytes(joined(*pages))
    answer = told("evidence", "read", line={"file": str(file), **PERSON})
    assert list(answer) == [*FIELDS, "parts"]
    assert (answer["file"], answer["verdict"], [part["verdict"] for part in answer["parts"]]) == (str(file), verdict, verdicts)
    assert [list(part) for part in answer["parts"]] == [[*FIELDS, "pages"]] * len(pages)
    assert [part["pages"] for part in answer["parts"]] == [[number, number] for number in range(1, len(pages) + 1)]


def test_a_file_that_is_one_certificate_answers_as_ever(tmp_path: Path) -> None:
    file = tmp_path / "one.pdf"
    for pages in ([course(3)], [course(3), BLANK, PROGRAMME], [GERMAN, course(3)]):
        file.write_bytes(joined(*pages))
        answer = told("evidence", "read", line={"file": str(file), **PERSON})
        assert list(answer) == FIELDS
        assert answer["verdict"] == "accept"


def test_a_folder_of_one_file_with_all_seven_is_an_award(tmp_path: Path) -> None:
    file = tmp_path / "all.pdf"
    file.write_bytes(joined(COVER, *(course(number) for number in range(1, 7)), LABEL_ALONE, NOTE))
    answer = told("application", "check", line={"folder": str(tmp_path), **PERSON})
    assert answer["outcome"] == "award"
    assert [(entry["standing"], entry["file"], entry["pages"]) for entry in answer["requirements"]] == [
        ("met", str(file), pages) for pages in ([1, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 7], [8, 9])
    ]
    assert {(finding["file"], finding["pages"][0]) for finding in answer["findings"]} == {(str(file), page) for page in (1, 3, 4, 5, 6, 7, 8)}


def test_the_same_certificate_twice_refuses_nobody(tmp_path: Path) -> None:
    """In one file or in two: the better one counts, the other is told so, and two parts of a file are no copies of a file."""
    (tmp_path / "a.pdf").write_bytes(joined(course(1), course(1), *(course(number) for number in range(3, 7)), LABEL_ALONE, NOTE))
    (tmp_path / "b.pdf").write_bytes(course(2))
    # The same again, saved anew.
    (tmp_path / "c.pdf").write_bytes(joined(course(2)))
    answer = told("application", "check", line={"folder": str(tmp_path), **PERSON})
    assert answer["outcome"] == "award"
    assert [finding["code"] for finding in answer["findings"] if not finding["ok"]] == ["same-course-twice", "same-course-twice"]


def test_what_people_read_names_the_pages(tmp_path: Path) -> None:
    (tmp_path / "all.pdf").write_bytes(joined(course(1), LABEL_ALONE, NOTE))
    person = ["--given-name", "Anna", "--family-name", "Muster", "--date", "2026-11-21"]
    read = CliRunner().invoke(sealwright, ["evidence", "read", str(tmp_path / "all.pdf"), *person], catch_exceptions=False)
    assert ("all.pdf, page 1 (1 of 2)" in read.output, "all.pdf, pages 2–3 (2 of 2)" in read.output) == (True, True)
    checked = CliRunner().invoke(sealwright, ["application", "check", str(tmp_path), *person], catch_exceptions=False)
    assert "all.pdf, pages 2–3 (2 of 2)" in checked.output


def test_a_certificate_that_only_a_word_makes_doubtful_accompanies_none(reader: Reader) -> None:
    readings = reader.read_all(joined(course(2), DOUBTED), SCHEME)
    assert [reading.kind_id for reading in readings] == ["mooc-2", "mooc-1"]
    assert [doubt.code for doubt in readings[1].doubts] == ["paper-contradicts-itself"]
