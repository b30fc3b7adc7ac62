"""The overview of a course: who is how far, from its roster and this tenant's applications (threats L16, L17, L22)."""

from __future__ import annotations

import csv
import io
import re

import pytest
from roster_parts import URL, course, member

from lti_tool.evidence.records import ApplicationRecord
from lti_tool.launch.visit import Role
from lti_tool.web import roster as roster_page
from lti_tool.web.roster import parts, plain

__all__ = ["course"]


def staff(house, tenant="a", **more):
    return house.arrive("sam", tenant, Role.STAFF, **{"members_url": URL, **more})


def rows(html):
    found = re.findall(r'<li data-name="([^"]*)">(.*?)</li>', html, re.DOTALL)
    return {name: re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", "", text, flags=re.DOTALL)).strip() for name, text in found}


def move(house, guest, state):
    with house.installation.database.write() as session:
        session.get_one(ApplicationRecord, guest.application).state = state


def test_everybody_of_the_course_stands_where_they_are(house, course):
    anna, bob, thora = (house.arrive(who) for who in ("anna", "bob", "thora"))
    anna.add()
    bob.submit()
    thora.certify()
    shown = rows(staff(house).client.get("/roster").text)
    assert shown["Anna Ellis"].endswith("collecting documents: 1 of 7 found")
    assert "submitted, waits for a person" in shown["Bob Ellis"]
    assert "awarded" in shown["Þóra Guðmundsdóttir"]
    assert "not begun" in shown["Mia Müller"]
    assert "Somebody without a name" in shown[""]
    assert not {"Sam Ellis", "Tina Teacher", "Gone Away"} & set(shown)


STATES = [
    ("draft", "not begun"),
    ("submitted", "waits for a person"),
    ("changes-requested", "asked for changes"),
    ("awarded", "awarded"),
    ("refused", "refused"),
    ("withdrawn", "withdrawn"),
]


@pytest.mark.parametrize(("state", "word"), STATES)
def test_each_state_has_its_word(house, course, state, word):
    anna = house.arrive("anna")
    if state != "draft":
        anna.submit()
    move(house, anna, state)
    assert word in rows(staff(house).client.get("/roster").text)["Anna Ellis"]


def test_only_what_waits_is_led_to_and_drafts_are_nobodys_business(house, course):
    anna, bob = house.arrive("anna"), house.arrive("bob")
    anna.add()
    bob.submit()
    html = staff(house).client.get("/roster").text
    assert f"/review/{bob.application}" in html
    assert anna.application not in html
    assert "mooc1.pdf" not in html


def test_without_a_roster_the_applications_are_shown_and_why(house, course):
    house.arrive("anna").add()
    answer = staff(house, members_url=None).client.get("/roster")
    assert answer.status_code == 200
    assert "does not share the list" in answer.text
    assert list(rows(answer.text)) == ["Anna Ellis"]
    course.trouble = "service-refused"
    answer = staff(house).client.get("/roster")
    assert "refused our request (status 403)" in answer.text
    assert list(rows(answer.text)) == ["Anna Ellis"]
    assert "Bob Ellis" not in answer.text


def test_a_roster_that_was_cut_off_says_so(house, course):
    course.complete = False
    assert f"these are the first {len(course.members)}" in staff(house).client.get("/roster").text


def test_a_page_lists_so_many_and_says_so(house, course, monkeypatch):
    monkeypatch.setattr(roster_page, "MOST_SHOWN", 2)
    guest = staff(house)
    html = guest.client.get("/roster").text
    assert len(re.findall(r"<li data-name=", html)) == 2
    assert "the first 2 of 7 people" in html
    assert len(guest.client.get("/roster.csv").text.splitlines()) == 8


def test_applications_from_elsewhere_are_counted_not_named(house, course):
    house.arrive("zoe").add()
    html = staff(house).client.get("/roster").text
    assert "One more person applied" in html
    assert "Zoe" not in html


def test_another_tenants_applications_count_for_nothing(both, course):
    """The same sub in two tenants (threat L16)."""
    both.arrive("anna", "b").submit()
    assert "not begun" in rows(staff(both).client.get("/roster").text)["Anna Ellis"]
    both.arrive("anna", "a").submit()
    assert "waits for a person" in rows(staff(both).client.get("/roster").text)["Anna Ellis"]


NOBODY = {"a teacher": Role.TEACHER, "an observer": Role.OBSERVER, "an administrator who does not teach": Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", NOBODY.values(), ids=NOBODY)
@pytest.mark.parametrize("path", ["/roster", "/roster.csv"])
def test_the_overview_is_for_reviewers(house, course, role, path):
    # The roster calls person "sam" an instructor: rights don't come from there.
    answer = house.arrive("sam", "a", role, members_url=URL).client.get(path)
    assert answer.status_code == 403
    assert "not-a-reviewer" in answer.text
    assert "Ellis" not in answer.text.replace("Sam Ellis", "")
    assert course.asked == 0


@pytest.mark.parametrize("role", NOBODY.values(), ids=NOBODY)
def test_nobody_else_makes_us_ask_the_platform(house, course, role):
    guest = house.arrive("sam", "a", role, members_url=URL)
    assert guest.client.post("/roster/reload", data=guest.token("/apply")).status_code == 403
    assert course.asked == 0


def test_the_list_is_remembered_and_loaded_again_on_demand(house, course):
    guest = staff(house)
    for _ in range(3):
        guest.client.get("/roster")
    assert course.asked == 1
    course.members.append(member("new", "Newly Come"))
    assert "Newly Come" not in guest.client.get("/roster").text
    answer = guest.client.post("/roster/reload", data=guest.token("/roster"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/roster")
    assert course.asked == 2
    assert "Newly Come" in guest.client.get("/roster").text


def test_a_part_of_the_bar_shows_its_people(house, course):
    house.arrive("bob").submit()
    guest = staff(house)
    html = guest.client.get("/roster").text
    assert re.search(r'role="img" aria-label="not begun: \d, submitted, waits for a person: 1"', html)
    assert list(rows(guest.client.get("/roster?stage=waiting").text)) == ["Bob Ellis"]
    assert "Nobody stands there." in guest.client.get("/roster?stage=awarded").text
    for odd in ("", "nonsense", "<script>", "WAITING"):
        assert len(rows(guest.client.get("/roster", query_string={"stage": odd}).text)) > 1


def test_the_table_is_a_file_that_nobody_keeps(house, course):
    house.arrive("anna").add()
    answer = staff(house).client.get("/roster.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="digital-competence-overview.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert found[0] == ["Name", "State", "Found", "Asked for", "Submitted on"]
    assert ["Anna Ellis", "collecting documents", "1", "7", ""] in found
    assert "@mail.example" not in answer.text


CELLS = {
    "Anna Ellis": "Anna Ellis",
    "O'Hara-Smith": "O'Hara-Smith",
    "": "",
    '=HYPERLINK("https://evil.example")': '\'=HYPERLINK("https://evil.example")',
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t=1",
    "\r=1": "'\r=1",
    "  =1": "'  =1",
    "＝1": "'＝1",
}


@pytest.mark.parametrize(("cell", "written"), CELLS.items())
def test_no_cell_is_a_formula(cell, written):
    assert plain(cell) == written


def test_a_hostile_name_is_text_everywhere(house, course):
    course.members[:] = [member("x", '"><script>alert(1)</script>'), member("y", "=1+1")]
    guest = staff(house)
    assert "<script>alert" not in guest.client.get("/roster").text
    assert '"\'=1+1"' in guest.client.get("/roster.csv").text


def test_the_bar_is_as_wide_as_everybody(house, course):
    assert parts(()) == ()
    for who in ("anna", "bob", "thora"):
        house.arrive(who).submit()
    html = staff(house).client.get("/roster").text
    bars = [(int(start), int(width)) for start, width in re.findall(r'<rect class="stage-[\w-]+" x="(\d+)" y="0" width="(\d+)"', html)]
    assert [start for start, _ in bars] == [0, bars[0][1]]
    assert sum(width for _, width in bars) == 1000


def nameless(house, who, **more):
    return house.arrive(who, **{"given_name": "", "family_name": "", "full_name": "", "members_url": URL, **more}).client


@pytest.mark.parametrize("path", ["/apply", "/final"])
def test_a_page_takes_a_missing_name_from_the_roster_or_says_how_to_get_one(house, course, path):
    assert "Anna Ellis" in nameless(house, "anna").get(path).text
    for client in (nameless(house, "nameless"), nameless(house, "zoe"), nameless(house, "bob", members_url=None)):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "has not told us your name" in answer.text
    assert "has not told us your name" not in house.arrive("thora").client.get(path).text
    assert course.asked == 1


def test_a_page_does_not_fail_when_the_platform_does(house, course):
    course.trouble = "service-unreachable"
    client = nameless(house, "anna")
    assert [client.get("/apply").status_code for _ in range(2)] == [200, 200]
    assert course.asked == 1
