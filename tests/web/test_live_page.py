"""The applicant's page as its script looks at it again and again: quick while nothing changes, honest about what goes on."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from lti_tool import clock
from lti_tool.evidence import intake
from lti_tool.evidence.records import DocumentRecord

NOON = clock.now().replace(second=5, microsecond=0)


@pytest.fixture(autouse=True)
def _a_minute_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    # The page renews itself every minute: a test must not meet its end by chance.
    monkeypatch.setattr(clock, "now", lambda: NOON)


def change(house, document_id, **values):
    with house.installation.database.write() as session:
        record = session.get_one(DocumentRecord, document_id)
        for name, value in values.items():
            setattr(record, name, value)


def receive(house, guest, name):
    return intake.receive(house.installation, guest.visit, guest.application, name, b"%PDF-1.7\n" + name.encode())


def look(guest, tag=None):
    return guest.client.get("/apply", headers={"If-None-Match": tag} if tag else {})


def test_nothing_is_sent_while_nothing_changes(house):
    anna = house.arrive()
    first = look(anna)
    assert first.status_code == 200
    tag = first.headers["ETag"]
    assert html.unescape(re.search(r'data-tag="([^"]+)"', first.text).group(1)) == tag
    again = look(anna, tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert look(anna, '"something else"').status_code == 200


CHANGES = {
    "a document comes": lambda house, anna, _id: receive(house, anna, "another.pdf"),
    "it is being read": lambda house, _anna, id_: change(house, id_, state="reading", stage="reading", stage_at=clock.now()),
    "it waits for a person": lambda house, _anna, id_: change(house, id_, state="needs-person", stage="broken"),
    "it is moved": lambda house, anna, id_: intake.place(house.installation, anna.visit, anna.application, id_, "nql"),
    "it is removed": lambda house, anna, id_: intake.remove(house.installation, anna.visit, anna.application, id_),
    "a step is declared": lambda house, anna, _id: intake.declare(house.installation, anna.visit, anna.application, "selfie", on=True),
    "it is submitted": lambda _house, anna, _id: anna.submit(),
    "it is awarded": lambda _house, anna, _id: anna.certify(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_is_sent(house, what):
    anna = house.arrive()
    document = receive(house, anna, "one.pdf")
    tag = look(anna).headers["ETag"]
    assert look(anna, tag).status_code == 304
    CHANGES[what](house, anna, document)
    assert look(anna, tag).status_code == 200


def test_another_language_person_or_minute_is_another_page(house, monkeypatch):
    anna = house.arrive()
    tag = look(anna).headers["ETag"]
    assert look(house.arrive("bob"), tag).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=1))
    assert look(anna, tag).status_code == 200


def test_a_message_is_not_lost_in_an_empty_answer(house):
    anna = house.arrive()
    tag = look(anna).headers["ETag"]
    with anna.client.session_transaction() as session:
        session["_flashes"] = [("message", "a.pdf: too large")]
    told = look(anna, tag)
    assert (told.status_code, "a.pdf: too large" in told.text) == (200, True)
    assert look(anna, tag).status_code == 304


STAGES = [
    ({"state": "received"}, 5, "received; waiting to be read"),
    ({"state": "received"}, 61, "waiting longer than usual"),
    ({"state": "reading", "stage": "reading"}, 5, "being read"),
    ({"state": "reading", "stage": "reading"}, 61, "a person looks at it"),
    ({"state": "reading", "stage": "reading-again"}, 5, "being read once more"),
]


@pytest.mark.parametrize(("values", "seconds", "words"), STAGES)
def test_what_goes_on_is_said_as_it_is(house, values, seconds, words):
    anna = house.arrive()
    document = receive(house, anna, "one.pdf")
    change(house, document, stage_at=clock.now() - timedelta(seconds=seconds), **values)
    text = look(anna).text
    row = re.search(rf'id="reading-{document}".*?</li>', text, re.DOTALL)
    assert row
    assert words in row.group()
    assert "We are still reading one document" in re.search(r'role="status"[^>]*>', text).group()


def test_how_many_come_first_is_a_number_and_nothing_else(both):
    anna, bob = both.arrive(), both.arrive("bob")
    for number in range(3):
        change(both, receive(both, bob, f"secret-{number}.pdf"), received_at=clock.now() - timedelta(minutes=number + 1))
    gone = receive(both, bob, "removed.pdf")
    change(both, gone, received_at=clock.now() - timedelta(minutes=9), removed_at=clock.now(), turn=1)
    mine = receive(both, anna, "mine.pdf")
    text = look(anna).text
    # Of three that came earlier two are read before hers, the third after (evidence/turns.py).
    assert "2 documents of others come first" in text
    assert "secret" not in text
    change(both, mine, state="reading", stage="reading")
    assert "come first" not in look(anna).text
