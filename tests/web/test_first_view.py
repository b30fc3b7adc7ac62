"""A page that is a form filled in says, byte for byte and header for header, what the application says of that certificate."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from lti_tool import clock
from lti_tool.decision.freezing import digest
from lti_tool.decision.outcome import LearningEvent
from lti_tool.issuing import revoking
from lti_tool.issuing.content import from_json, to_json
from lti_tool.issuing.number import new_number, shown
from lti_tool.issuing.records import CertificateRecord
from lti_tool.web import language, page_forms
from lti_tool.web.app import create_app
from lti_tool.web.page_forms import FREE, Form, Places

sys.path.insert(0, str(Path(__file__).parents[1] / "issuing"))
from hostile_names import HOSTILE

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """One minute for all: pages tell the minute."""
    with clock.held(NOON):
        yield


def valid(_house, number: str) -> str:
    return number


def revoked(house, number: str) -> str:
    revoking.revoke(house.installation, number, "withdrawn", actor="administrator")
    return number


def changed(house, number: str, **values: object) -> str:
    """Change the row as another process would."""
    with house.installation.database.engine.begin() as connection:
        connection.execute(sa.update(CertificateRecord).where(CertificateRecord.number == number).values(**values))
    return number


def replaced(house, number: str) -> str:
    return changed(house, number, state="superseded", superseded_by=new_number())


def damaged(house, number: str) -> str:
    return changed(house, number, content_sha256="0" * 64)


def said(house, number: str, **values: object) -> str:
    """Let the certificate say something else, as if it had been issued so."""
    with house.installation.database.read() as session:
        content = from_json(session.get_one(CertificateRecord, number).content)
    stored = to_json(dataclasses.replace(content, **values))
    return changed(house, number, content=stored, content_sha256=digest(stored))


def expired(house, number: str) -> str:
    return said(house, number, issued_on=date(2020, 3, 1), expires_on=date(2022, 2, 28))


def endless(house, number: str) -> str:
    return said(house, number, expires_on=None)


def participation(house, number: str) -> str:
    return said(house, number, event=LearningEvent("e", "Stories & <b>", NOON.date(), NOON.date() + timedelta(days=1), 90), checked="organisers")


def of_the_day_before(house, number: str) -> str:
    """Just after midnight where the scheme is at home, and in another language than most."""
    return said(house, number, issued_at=datetime(2026, 11, 29, 23, 30, 7, tzinfo=UTC), issued_on=NOON.date(), language="el")


def unknown(_house, _number: str) -> str:
    return new_number()


def mistyped(_house, number: str) -> str:
    return number[:-1]


KINDS: tuple[Callable[..., str], ...] = (valid, revoked, replaced, damaged, expired, endless, participation, of_the_day_before, unknown, mistyped)


class Counted:
    """The application behind its kept answers, and how often it was asked."""

    def __init__(self, house) -> None:
        self.app, self.times = create_app(house.installation), 0

        @self.app.before_request
        def _count() -> None:
            self.times += 1

        self.client = self.app.test_client(use_cookies=False)

    def page(self, number: str, **headers: str):
        return self.client.get(f"/c/{number}", headers=headers)


def fresh(house, name: str = "anna") -> str:
    return house.arrive(name).certify(holder=f"Somebody {name}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer(house, kind):
    one, other = (kind(house, fresh(house, name)) for name in ("anna", "ben"))
    counted = Counted(house)
    assert counted.page(one).status_code == 200
    assert counted.times == 1
    filled = counted.page(other)
    assert counted.times == 1, "the application was asked"
    # Whoever brings any cookie gets a page that the template has made of this very certificate.
    made = counted.page(other, Cookie="other=1")
    assert counted.times == 2
    assert filled.text == made.text
    assert sorted(filled.headers) == sorted(made.headers)
    assert page_forms._WORD not in filled.text
    assert counted.page(other, **{"If-None-Match": filled.headers["ETag"]}).status_code == 304


def test_the_time_of_issue_stands_beside_its_day(house):
    pages = [Counted(house).page(kind(house, fresh(house, name))).text for name, kind in (("anna", valid), ("ben", of_the_day_before))]
    for page, expected in zip(pages, ("30 November 2026 (12:00:00 UTC)", "30 November 2026 (29 November 2026, 23:30:07 UTC)"), strict=True):
        assert expected in " ".join(BeautifulSoup(page, "html.parser").dl.text.split())


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_literal(house, name):
    counted = Counted(house)
    counted.page(fresh(house))
    number = house.arrive("ben").certify(holder=name)
    filled = counted.page(number)
    assert counted.times == 1
    assert filled.text == counted.page(number, Cookie="other=1").text


def test_every_language_has_its_own(house, monkeypatch):
    monkeypatch.setattr(language, "offered", lambda: ("en", "ar", "de", "el"))
    numbers = [fresh(house, name) for name in ("anna", "ben")]
    counted = Counted(house)
    for tag in ("en", "ar", "de", "el"):
        counted.page(numbers[0], **{"Accept-Language": tag})
    asked = counted.times
    for tag in ("en", "ar", "de", "el"):
        filled = counted.page(numbers[1], **{"Accept-Language": tag})
        assert f'<html lang="{tag}"' in filled.text
        assert filled.text == counted.page(numbers[1], **{"Accept-Language": tag, "Cookie": "other=1"}).text
    assert (asked, counted.times) == (4, 8)


def test_what_becomes_of_a_certificate_is_never_a_form_s_matter(house):
    """The verdict is made for each first view; no other process's change waits for a form."""
    numbers = [fresh(house, name) for name in ("anna", "ben", "cleo")]
    counted = Counted(house)
    revoked(house, numbers[0])
    assert "Revoked on" in counted.page(numbers[0]).text
    assert "This certificate is genuine" in counted.page(numbers[1]).text
    changed(house, numbers[2], state="revoked", revoked_at=NOON, revoked_reason="withdrawn")
    assert "Revoked on 30 November 2026" in counted.page(numbers[2]).text
    assert counted.times == 2


def test_on_the_day_after_the_last_it_is_expired(house):
    numbers = [house.arrive(name).certify(expires_on=NOON.date()) for name in ("anna", "ben")]
    counted = Counted(house)
    assert "counts today" in counted.page(numbers[0]).text
    with clock.held(NOON + timedelta(days=1)):
        assert "Expired on 30 November 2026" in counted.page(numbers[1]).text


def test_a_page_of_somebody_known_is_no_form(house):
    anna = house.arrive()
    numbers = [fresh(house, name) for name in ("ben", "cleo")]
    assert 'name="csrf_token"' in anna.client.get(f"/c/{numbers[0]}").text
    assert 'name="csrf_token"' not in house.app.test_client().get(f"/c/{numbers[1]}").text


def test_an_error_is_the_applications_to_tell(house, monkeypatch):
    numbers = [fresh(house, name) for name in ("anna", "ben")]
    counted = Counted(house)
    counted.page(numbers[0])
    with house.installation.database.engine.begin() as connection:
        stored = {"number": numbers[1]}
        connection.execute(
            sa.update(CertificateRecord).where(CertificateRecord.number == numbers[1]).values(content=stored, content_sha256=digest(stored))
        )
    answer = counted.page(numbers[1])
    assert (answer.status_code, counted.times) == (500, 2)


def test_a_place_that_comes_twice_is_filled_twice_and_others_stay_free_of_it():
    form = Form(f"<p>{FREE.holder}</p><p>{FREE.number}</p><b>{FREE.holder}</b>")
    word = FREE.number
    assert form.filled(Places(holder=word, number="<1>")).decode() == f"<p>{word}</p><p>&lt;1&gt;</p><b>{word}</b>"


def test_forms_have_a_bound(monkeypatch):
    monkeypatch.setattr(page_forms, "MOST", 3)
    forms = page_forms.Forms()
    for number in range(10):
        forms.keep(number, Form(shown(new_number())))
        assert len(forms._forms) <= 3
