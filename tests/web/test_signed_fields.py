"""Every field that is signed is shown: on the page, and by the command line in words. tests/web/test_api.py asks the same of the interface."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from lti_tool.decision.freezing import digest
from lti_tool.decision.outcome import Checked, CheckedFile, LearningEvent
from lti_tool.issuing.certificate import CertificateContent, LegalEntity
from lti_tool.issuing.content import from_json, to_json
from lti_tool.issuing.number import shown
from lti_tool.issuing.records import CertificateRecord

MAIN = "from lti_tool.commands.main import main; main()"
EVENT = LearningEvent("event-7", "Stories <b> from schools", date(2026, 10, 3), date(2026, 10, 5), 135)
EVIDENCE = (CheckedFile("Course of first things", Checked.PROVED, "0a" * 32), CheckedFile("Course of last things", Checked.PERSON, "0b" * 32))
OTHERS = {
    "holder_name": "Þóra <i> Guðmundsdóttir", "title": "Some title & more", "sentence": "has done what is said in this sentence.", "level": "C1",
    "areas": ("First of areas", "Second of areas"), "issuer_name": "Another Academy", "issued_at": datetime(2026, 11, 29, 23, 30, 7, tzinfo=UTC),
    "issued_on": date(2026, 11, 30), "expires_on": date(2031, 5, 6), "checked": "person", "language": "el", "event": EVENT, "evidence": EVIDENCE,
    "legal": LegalEntity("BE 0123.456.789", "BE"), "status_index": 73_519,
}  # fmt: skip
Texts = dict[str, Callable[[CertificateContent], list[str]]]


def number(said: CertificateContent) -> list[str]:
    return [shown(said.number)]


BY_BOTH: Texts = {
    "number": number,
    **{name: lambda said, name=name: [getattr(said, name)] for name in ("holder_name", "title", "sentence", "level", "issuer_name")},
    "areas": lambda said: list(said.areas),
    "scheme_edition": lambda said: [f"edition {said.scheme_edition}"],
    "checked": lambda _: ["the documents were seen by a person"],
    "language": lambda _: ["Greek"],
    "legal": lambda said: [said.legal.identifier, said.legal.country],
}
ON_THE_PAGE: Texts = BY_BOTH | {
    "issued_at": lambda _: ["29 November 2026, 23:30:07 UTC"],
    "issued_on": lambda _: ["30 November 2026"],
    "expires_on": lambda _: ["6 May 2031"],
    "scheme_id": lambda _: ["Digital competencies certificate for teachers"],
    "event": lambda _: [EVENT.title, "3 October 2026 to 5 October 2026", "2.25 hours"],
    # What its holder opens a commitment with asks for it where programs ask (`credential`, `/api/verify`); people see what it stands for.
    "evidence": lambda _: ["Course of first things (it carried a proof of its own)", "Course of last things (seen by a person)"],
    # The page is the address; what it looks up at this place it says in its steps.
    "address": lambda _: [],
    "base_url": lambda said: [f"{said.base_url}/c/"],
    "status_index": lambda _: [],
}
IN_A_TERMINAL: Texts = BY_BOTH | {
    "issued_at": lambda _: ["2026-11-29 23:30:07 UTC"],
    "issued_on": lambda _: ["2026-11-30"],
    "expires_on": lambda _: ["2031-05-06"],
    "scheme_id": lambda said: [said.scheme_id],
    "event": lambda _: [EVENT.title, "2026-10-03 to 2026-10-05", "135 minutes"],
    "evidence": lambda said: [
        text
        for file, how in zip(said.evidence, ("it carried a proof of its own", "seen by a person"), strict=True)
        for text in (f"{file.title} ({how}", file.commitment)
    ],
    "address": lambda said: [said.address],
    "base_url": lambda said: [said.base_url],
    "status_index": lambda said: [f"status list: {said.status_index}"],
}


@pytest.fixture
def content(house) -> CertificateContent:
    """A certificate that says something in every field."""
    found = house.arrive().certify()
    with house.installation.database.engine.begin() as connection:
        held = from_json(connection.scalar(sa.select(CertificateRecord.content).where(CertificateRecord.number == found)))
        said = dataclasses.replace(held, **OTHERS)
        values = {"content": to_json(said), "content_sha256": digest(to_json(said))}
        connection.execute(sa.update(CertificateRecord).where(CertificateRecord.number == found).values(**values))
    return said


def missing(shown_text: str, said: CertificateContent, texts: Texts) -> list[tuple[str, str]]:
    assert set(texts) == set(CertificateContent.__slots__)
    plain = " ".join(shown_text.split())
    return [(name, text) for name, of in texts.items() for text in of(said) if text not in plain]


def test_the_page_shows_every_signed_field(house, content):
    page = BeautifulSoup(house.app.test_client().get(f"/c/{content.number}").text, "html.parser")
    assert missing(page.main.text, content, ON_THE_PAGE) == []


def test_the_command_tells_every_signed_field(house, content):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")}
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "--home", str(house.installation.settings.home), "verify", content.number],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("Valid"), (done.stdout, done.stderr)
    assert missing(done.stdout, content, IN_A_TERMINAL) == []
