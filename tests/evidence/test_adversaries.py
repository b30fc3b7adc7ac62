"""Documents written to deceive, and plain ones that look odd: what must never be accepted, and what must be."""
# ruff: noqa: E501 - documents are read row by row

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from certificates import big, render

SCHEME = shipped().get("digital-competence", "2026")
SERIES = "Unlocking the power of teachers' digital competencies"
MARIA = Applicant("Maria", "Rossi")
Lines = list[tuple[int, str]]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def verdict(reader: Reader, lines: Lines, extra: str = "", setup: str = "") -> Verdict:
    body = "\n\n".join(big(text, size) for size, text in lines)
    source = f'#set page(paper: "a4", margin: 2cm, {setup})\n#set text(hyphenate: false)\n#set align(center)\n{body}\n{extra}'
    reading = reader.read(render(source), SCHEME)
    return check_piece(Piece("d", "d.pdf", reading), MARIA, date(2026, 11, 21), SCHEME).verdict


ODD: dict[str, Lines] = {
    "a participant's certificate with the course's dates": [(40, "European School Education Platform"), (30, "Certificate of Completion"), (16, "presented to"), (32, "Maria Rossi"), (16, "for the successful completion of the MOOC"), (24, "Assessment"), (16, f"part of the MOOC series {SERIES}"), (14, "Course dates: 2 February 2026 – 15 March 2026"), (14, "Date of issue: 20 March 2026"), (12, "This certificate does not confer ECTS credits.")],
    "a name with a title and brackets after it": [(36, "CERTIFICATE"), (14, "We are pleased to confirm that"), (28, "Ms Maria Rossi"), (14, "(teacher, Istituto Comprensivo Garibaldi, Italy)"), (14, "has completed all the requirements of the course"), (22, "“Facilitating Learners’ Digital Competence”"), (14, f"MOOC series: {SERIES}"), (14, "Brussels, 5 May 2025"), (12, "Jane Doe, Head of Unit")],
    "a body that is proud to award": [(30, "eTwinning"), (40, "National Quality Label"), (16, "The National Support Organisation of Italy is proud to award"), (28, "Maria Rossi"), (16, "the National Quality Label for the project"), (22, "“Voices of the sea”"), (14, "awarded on 10 June 2025"), (11, "The project obtained an exceptional score in the criteria ‘Use of technology’ and ‘Pedagogical approaches’. This certificate can therefore be used in the application for a digital competencies certificate.")],
    "fields and a project named with a no": [(32, "eTwinning National Quality Label 2025"), (16, "Teacher: Maria Rossi"), (16, "School: IC Garibaldi, Rome"), (16, "Project: No borders, no limits"), (16, "Date: 9 September 2025"), (10, "* This National Quality Label can be presented as proof when applying for the digital competencies certificate under the European recognition scheme for teachers’ digital competencies.")],
    "a name without words before it, a score": [(32, "CERTIFICATE OF COMPLETION"), (16, "Maria Rossi"), (16, "has successfully completed"), (20, "UNLOCKING THE POWER OF TEACHERS' DIGITAL COMPETENCIES"), (16, "MOOC #4 ASSESSMENT"), (12, "Final assessment score: 92%"), (12, "30.09.2025")],
    "all in one sentence": [(32, "Certificate"), (16, "It is hereby certified that"), (20, "Maria Rossi"), (16, f"completed Course 3 (Teaching and learning) of the “{SERIES}” MOOC series on 12 December 2025.")],
    "a badge that never expires": [(32, "Digital badge certificate"), (16, "This certifies that Maria Rossi has earned a certificate for MOOC 5 “Empowering learners”"), (16, SERIES), (12, "Date awarded: Dec 12, 2025"), (12, "Expires: never")],
}  # fmt: skip

TRAPS: dict[str, Lines] = {
    "one module of several": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi"), (16, "for completing Module 2 of the MOOC"), (22, "Assessment"), (14, SERIES), (12, "Modules completed: 2 of 5"), (12, "12 May 2026")],
    "a project named like the note": [(40, "National Quality Label"), (16, "eTwinning"), (28, "awarded to Maria Rossi"), (14, "Project: Digital competencies certificate for all"), (14, "10 June 2025")],
    "a note about other labels": [(40, "eTwinning National Quality Label"), (28, "awarded to Maria Rossi"), (14, "10 June 2025"), (11, "Labels with exceptional scores carry a disclaimer that they can be used in the application for a digital competencies certificate. This label does not carry it.")],
    "a note denied from afar": [(40, "eTwinning National Quality Label"), (28, "awarded to Maria Rossi"), (14, "10 June 2025"), (11, "This certificate can under no circumstances be used in the application for a digital competencies certificate.")],
    "the European label": [(40, "eTwinning European Quality Label"), (28, "awarded to Maria Rossi"), (14, "following the National Quality Label"), (14, "10 June 2025"), (11, "This certificate can be used in the application for a digital competencies certificate.")],
    "a brother": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Mario Rossi"), (16, "for completing MOOC 4 Assessment"), (14, SERIES), (12, "12 May 2026")],
    "another surname, too old": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi-Bianchetti"), (16, "for completing MOOC 4 Assessment"), (14, SERIES), (12, "12 May 2022")],
    "issued anew": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi"), (16, "for completing MOOC 4 Assessment"), (14, SERIES), (12, "Completed 12 May 2023"), (12, "Reissued on 3 October 2026")],
    "another course of the same name": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi"), (16, "for completing the course"), (20, "Assessment"), (14, "University of Example, Faculty of Education"), (12, "12 May 2026")],
    "a welcome letter": [(32, "Welcome to the course!"), (16, "Dear Maria Rossi,"), (16, f"You have been enrolled in MOOC 4: Assessment of the series {SERIES}. After completing the course you will receive a certificate of completion."), (12, "12 May 2026")],
    "the applicant as tutor": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Anna Bianchi"), (16, "for completing MOOC 4 Assessment"), (14, SERIES), (12, "Date: 12 May 2026"), (12, "Course tutor: Maria Rossi")],
    "a student of the applicant": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Anna Bianchi"), (16, "for completing MOOC 4 Assessment"), (14, SERIES), (12, "Date: 12 May 2026"), (12, "Awarded to Maria Rossi's student")],
    "a letter of recommendation": [(32, "Recommendation letter"), (16, f"I certify that Maria Rossi has successfully completed several courses, and that she wants to take MOOC 4: Assessment of the series {SERIES}."), (12, "12 May 2026")],
    "a webinar about the series": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi"), (16, "for completing the introductory webinar to the MOOC series"), (20, SERIES), (14, "Topic: Assessment"), (12, "12 May 2026")],
    "no longer valid": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi"), (16, "for completing MOOC 4 Assessment"), (14, SERIES), (12, "12 May 2026"), (12, "Valid until 12 August 2026")],
    "a trainer": [(32, "Trainer certificate"), (16, "This is to certify that"), (28, "Maria Rossi"), (16, "has facilitated MOOC 4 Assessment of the series"), (14, SERIES), (12, "12 May 2026")],
    "the label for registered projects": [(40, "eTwinning Label"), (28, "awarded to Maria Rossi"), (14, "10 June 2025"), (11, "The project may later apply for a National Quality Label. This certificate can be used in the application for a digital competencies certificate.")],
    "two people": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi and Anna Bianchi"), (16, "for completing MOOC 4 Assessment"), (14, SERIES), (12, "12 May 2026")],
    "a note for another award": [(40, "eTwinning National Quality Label"), (28, "awarded to Maria Rossi"), (14, "10 June 2025"), (11, "This certificate can be used in the application for a digital storytelling award.")],
    "a label for pupils": [(40, "Pupil Quality Label"), (28, "awarded to Maria Rossi"), (14, "10 June 2025"), (11, "eTwinning National Quality Label project. This certificate can be used in the application for a digital competencies certificate.")],
    "a nomination": [(40, "Nomination for the eTwinning National Quality Label"), (28, "Maria Rossi"), (14, "10 June 2025"), (11, "The certificate can be used in the application for a digital competencies certificate.")],
    "an application": [(40, "Application for the eTwinning National Quality Label"), (16, "Name: Maria Rossi"), (14, "10 June 2025"), (11, "The certificate can be used in the application for a digital competencies certificate.")],
    "a seventh course": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi"), (16, "for completing MOOC 7 Assessment"), (14, SERIES), (12, "12 May 2026")],
    "a part of the series": [(32, "Certificate of Completion"), (16, "presented to"), (28, "Maria Rossi"), (16, "for completing 3 of the 6 MOOCs of"), (14, SERIES), (12, "12 May 2026")],
    "will complete": [(32, "Certificate"), (16, "This is to certify that"), (28, "Maria Rossi"), (16, "has registered for and will complete MOOC 3 Teaching and learning"), (14, SERIES), (12, "12 May 2026")],
    "failed to complete": [(32, "Certificate"), (16, "This is to certify that"), (28, "Maria Rossi"), (16, "failed to complete MOOC 3 Teaching and learning"), (14, SERIES), (12, "12 May 2026")],
    "a note with a condition": [(40, "eTwinning National Quality Label"), (28, "awarded to Maria Rossi"), (14, "10 June 2025"), (11, "This certificate can be used in the application for a digital compe- tencies certificate only together with the signed annex.")],
}  # fmt: skip

NOTES = [
    "This certificate can be used in the application for a digital competencies certificate.",
    "This label certificate may be used as evidence when you apply for the European digital competencies certificate.",
    "The certificate is eligible for the application for the digital competencies certificate of the European recognition scheme.",
    "It can be used in applications for a certificate of digital competence.",
    "NB: This certificate is accepted as evidence in the application for the digital competencies certificate (European recognition scheme for teachers).",
    "This certificate counts towards the application for a digital competencies certificate.",
    "The project was rated exceptional in Use of technology and Pedagogical approaches, so that this certificate can be used in the application for a digital competencies certificate.",
]

NO_NOTES = [
    "This certificate cannot be used in the application for a digital competencies certificate.",
    "This certificate is not eligible for the application for a digital competencies certificate.",
    "This certificate does not entitle its holder to apply for a digital competencies certificate.",
    "Not valid for the application for a digital competencies certificate.",
    "This certificate can no longer be used in the application for a digital competencies certificate.",
    "If the project had scored exceptionally, this certificate could be used in the application for a digital competencies certificate.",
    "Certificates with a disclaimer can be used in the application for a digital competencies certificate.",
    "You can use six MOOC certificates in the application for a digital competencies certificate.",
    "To apply for a digital competencies certificate, a certificate with a special indication is required.",
    "This certificate can be used for publicity. It is not evidence for a digital competencies certificate.",
    "No part of this certificate may be used in the application for a digital competencies certificate.",
    "This certificate is neither valid nor accepted in the application for a digital competencies certificate.",
    "This certificate can be used in the application for a national teaching award.",
    "This certificate can be used until 1 March 2024 in the application for a digital competencies certificate.",
    "Sample note: this certificate can be used in the application for a digital competencies certificate (example only).",
]


def label(note: str) -> Lines:
    return [
        (28, "eTwinning National Quality Label"),
        (12, "This certificate is awarded to"),
        (22, "Maria Rossi"),
        (16, "Voices of the sea"),
        (12, "Awarded on 10 June 2025"),
        (9, note),
    ]


COURSE: Lines = [
    (28, "Certificate of Completion"), (12, "This is to certify that"), (22, "Maria Rossi"), (12, "has successfully completed the course"),
    (18, "MOOC 3: Teaching and Learning"), (12, f"of the series “{SERIES}”"), (12, "Issued on 12 March 2026"),
]  # fmt: skip
DRESSED = [
    ("", "flipped: true"),
    ("#place(top + left, rect(width: 100%, height: 100%, stroke: 3pt + navy))", ""),
    ("", 'fill: rgb("#f3ead3")'),
    (
        "#set align(left)\n#text(8pt)[Courses: 1 Professional engagement, 2 Digital resources, 3 Teaching and learning, 4 Assessment, 5 Empowering learners, 6 Facilitating learners’ digital competence]",
        "",
    ),
    ("#grid(columns: (1fr, 1fr), [Dr Anna Bianchi \\ Course coordinator], [Paolo Verdi \\ Director])", ""),
    ("Workload: 25 hours (1 ECTS). The course consists of 5 modules.", ""),
]
STAMPED = [
    "#place(center + horizon, rotate(-30deg, text(70pt, fill: luma(225))[SAMPLE]))",
    "#place(center + horizon, text(70pt, fill: luma(235))[SPECIMEN])",
    '#place(center + horizon, rotate(-30deg, text(50pt, fill: rgb("ff000030"))[COPY – NOT VALID]))',
    "#place(center + horizon, rotate(90deg, text(40pt)[DRAFT]))",
    "#place(bottom, text(3pt)[Issued on 12 March 2026])",
]


@pytest.mark.parametrize("name", ODD)
def test_a_good_certificate_that_looks_odd_is_accepted(reader: Reader, name: str) -> None:
    assert verdict(reader, ODD[name]) is Verdict.ACCEPT


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_never_accepted(reader: Reader, name: str) -> None:
    assert verdict(reader, TRAPS[name]) is not Verdict.ACCEPT


@pytest.mark.parametrize("note", NOTES)
def test_a_note_in_other_words_is_a_note(reader: Reader, note: str) -> None:
    assert verdict(reader, label(note)) is Verdict.ACCEPT


@pytest.mark.parametrize("note", NO_NOTES)
def test_a_note_denied_or_conditional_is_none(reader: Reader, note: str) -> None:
    assert verdict(reader, label(note)) is not Verdict.ACCEPT


@pytest.mark.parametrize(("extra", "setup"), DRESSED)
def test_dress_changes_nothing(reader: Reader, extra: str, setup: str) -> None:
    assert verdict(reader, COURSE, extra, setup) is Verdict.ACCEPT


@pytest.mark.parametrize("extra", STAMPED)
def test_a_stamp_changes_everything(reader: Reader, extra: str) -> None:
    assert verdict(reader, COURSE, extra) is not Verdict.ACCEPT
