"""Certificates of participation: what they say of the event, on paper and in the credential, and that everything fits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import page
import pypdfium2
import pytest
from certificate_parts import BASE, CONTENT, make_ring

from certificate_signing.data_integrity import check_proof
from certificate_signing.did import verification_keys
from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_check import check_pdf
from lti_tool.decision.outcome import LearningEvent
from lti_tool.issuing.badge import credential
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.content import from_json, to_json
from lti_tool.issuing.make import make
from lti_tool.issuing.render import render
from lti_tool.scheme.catalogue import shipped

SCHEME = shipped().get_event_scheme()
EVENT = LearningEvent("e" * 32, "Artificial intelligence in the classroom", date(2026, 11, 12), date(2026, 11, 14), 360)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("ring") / "keys")


def content(holder_name: str = "Þóra Guðmundsdóttir", **event: Any) -> CertificateContent:
    said = {"title": SCHEME.award.title, "sentence": SCHEME.award.sentence, "level": "", "areas": (), "checked": "organisers"}
    return replace(CONTENT, scheme_id=SCHEME.id, holder_name=holder_name, event=replace(EVENT, **event), **said)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    text: str = document[0].get_textpage().get_text_range()
    document.close()
    return " ".join(text.split())


def test_the_page_says_everything_in_reading_order() -> None:
    text = words_of(render(content(), b"{}"))
    parts = (
        "EXAMPLE ACADEMY", "Certificate of participation", "Þóra Guðmundsdóttir", "took part in", "Artificial intelligence in the classroom",
        "12 November 2026 to 14 November 2026", "6 hours", "Issued on 21 November 2026", "7QK3-M9ZV", "Confirmed by the organisers of the event.",
        "Sealed electronically by Example Academy; valid without signature.", "Check this certificate",
    )  # fmt: skip
    place = 0
    for part in parts:
        place = text.find(part, place)
        assert place >= 0, part
    for absent in ("Level", "LEVEL", "B2", "evidence", "None"):
        assert absent not in text


VARIES: list[tuple[dict[str, Any], str, str]] = [
    ({"ends_on": date(2026, 11, 12)}, "12 November 2026 6 hours", " to "),
    ({"minutes": None}, "14 November 2026 Issued", "hour"),
    ({"minutes": 60}, "1 hour Issued", "1 hours"),
    ({"minutes": 90}, "1.5 hours", "90"),
    ({"title": '#read("/etc/passwd") *b* <i>'}, '#read("/etc/passwd") *b* <i>', "root"),
    ({"title": "Лятна академия · Θερινή ακαδημία"}, "Лятна академия · Θερινή ακαδημία", "□"),
]


@pytest.mark.parametrize(("changes", "said", "unsaid"), VARIES)
def test_what_varies_is_said(changes: dict[str, Any], said: str, unsaid: str) -> None:
    text = words_of(render(content(**changes), b"{}"))
    assert said in text
    assert unsaid not in text


HARD = {
    "long": ("Maximiliana Wolfeschlegelsteinhausenbergerdorff von und zu Hohenstein-Œdipus", "Approaches, pitfalls and shared materials " * 5),
    "words that fit nowhere": ("W" * 300, "M" * 200),
    "one letter": ("Å", "x"),
    "only what can't be seen": ("\u200b", "\u202e"),
    "no glyphs": ("😀", "გიორგი 王小明"),
    "Greek in one word": ("Παπαδοπούλου" * 12, "Εκπαίδευση" * 20),
}


@pytest.mark.parametrize("case", HARD)
def test_a_hard_event_stays_between_the_name_and_the_number(case: str) -> None:
    holder, title = HARD[case]
    document = pypdfium2.PdfDocument(render(content(holder, title=title[:200]), b"{}"))
    assert len(document) == 1
    text = document[0].get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]
    inner = 19 / 25.4 * 72
    assert min(box[0] for box in boxes) > inner
    assert max(box[2] for box in boxes) < 842 - inner
    assert min(box[1] for box in boxes) > inner
    tops = {words: next(box for box in boxes if words in text.get_text_bounded(*box)) for words in ("took part in", "12 November", "Issued on")}
    assert tops["took part in"][1] > tops["12 November"][3] > tops["12 November"][1] > tops["Issued on"][3]
    between = [box for box in boxes if tops["took part in"][1] > box[1] > tops["12 November"][1]]
    assert all(box[3] <= tops["took part in"][1] + 4 and box[1] >= tops["12 November"][3] - 4 for box in between)
    document.close()


@pytest.mark.judge
@pytest.mark.parametrize("case", HARD)
def test_it_is_archival_accessible_and_sealed(ring: KeyRing, tmp_path: Path, case: str) -> None:
    holder, title = HARD[case]
    made = make(content(holder, title=title[:200]), SCHEME.award, ring)
    file = tmp_path / "certificate.pdf"
    file.write_bytes(made.pdf)
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        report = page.validate_pdf(str(file), profile=profile)
        assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert check_pdf(made.pdf, ring.trusted_seals()).good
    assert check_proof(json.loads(made.credential), verification_keys(BASE, ring.credential_public)).ok


def test_the_badge_names_the_event() -> None:
    badge = credential(content(), SCHEME.award)
    subject = badge["credentialSubject"]
    assert badge["name"] == "Certificate of participation: Artificial intelligence in the classroom"
    assert subject["achievement"]["id"] == f"{BASE}/schemes/participation/2026#participation-{EVENT.id}"
    assert subject["achievement"]["name"] == EVENT.title
    assert "12 November 2026 to 14 November 2026, 6 hours." in subject["achievement"]["description"]
    assert subject["achievement"]["criteria"]["narrative"] == "The organisers of the event confirmed that the holder took part in it."
    assert (subject["activityStartDate"], subject["activityEndDate"]) == ("2026-11-12T00:00:00Z", "2026-11-14T23:59:59Z")
    assert badge["evidence"][0]["narrative"] == "Confirmed by the organisers of the event."
    assert not {"result", "resultDescription", "tag", "alignment"} & {*subject, *subject["achievement"]}


def test_other_awards_say_nothing_of_events() -> None:
    stored = to_json(CONTENT)
    assert "event" not in stored
    assert from_json(stored) == CONTENT


@pytest.mark.parametrize("minutes", [None, 60, 345])
def test_what_is_stored_is_read_back(minutes: int | None) -> None:
    said = content(minutes=minutes)
    assert from_json(json.loads(json.dumps(to_json(said)))) == said
