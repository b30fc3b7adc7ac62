"""What a tenant's settings do on pages: its line, its default scheme, its time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from lti_tool import clock
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.launch.records import Deployment
from lti_tool.launch.visit import Role


def set_tenant(guest, **values):
    with guest.house.installation.database.write() as session:
        session.execute(sa.update(Deployment).where(Deployment.id == guest.visit.tenant_id).values(**values))


# The tenant's line


@pytest.mark.parametrize("page", ["/apply", "/final"])
def test_the_line_stands_on_every_page_in_the_frame(house, page):
    anna, bob = house.arrive("anna", "a"), house.arrive("bob", "b")
    set_tenant(anna, branding="Collège Exemple · Académie de Nulle Part")
    assert "Collège Exemple · Académie de Nulle Part" in anna.client.get(page).text
    assert "Collège" not in bob.client.get(page).text


def test_the_line_is_text(house):
    anna = house.arrive()
    set_tenant(anna, branding='<img src=x onerror=alert(1)> "&{{ 7*7 }}')
    page = anna.client.get("/apply").text
    assert "<img src=x" not in page
    assert "49" not in page.split("topline-branding", 1)[1][:300]
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_no_line_no_element(house):
    assert "topline-branding" not in house.arrive().client.get("/apply").text


def test_public_pages_bear_no_tenants_line(house):
    anna = house.arrive()
    number = anna.certify()
    set_tenant(anna, branding="Collège Exemple")
    for path in (f"/c/{number}", "/verify", "/"):
        assert "Collège" not in anna.client.get(path).text


def test_a_changed_line_shows_at_the_next_request(house):
    anna = house.arrive()
    for line in ("First", "Second", ""):
        set_tenant(anna, branding=line)
        assert (line in anna.client.get("/apply").text) is True


# The default scheme


@pytest.mark.parametrize("page", ["/apply", "/final"])
def test_an_unknown_scheme_is_refused_in_words(house, page):
    anna = house.arrive(scheme_id="no-such-scheme")
    answer = anna.client.get(page)
    assert (answer.status_code, "scheme-unknown" in answer.text) == (404, True)
    assert "no-such-scheme" in answer.text


# The time zone

AT = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
ZONES = [
    ("", "2 Jul 2026, 00:30 CEST"),
    ("Pacific/Auckland", "2 Jul 2026, 10:30 NZST"),
    ("America/New_York", "1 Jul 2026, 18:30 EDT"),
    ("UTC", "1 Jul 2026, 22:30 UTC"),
    ("Asia/Kathmandu", "2 Jul 2026, 04:15 +0545"),
    ("Not/AZone", "2 Jul 2026, 00:30 CEST"),
    ("../../etc/passwd", "2 Jul 2026, 00:30 CEST"),
]


@pytest.mark.parametrize(("zone", "shown"), ZONES)
def test_instants_are_shown_in_the_tenants_zone(house, zone, shown):
    anna, sam = house.arrive("anna"), house.arrive("sam", role=Role.STAFF)
    anna.add()
    application = anna.submit()
    with house.installation.database.write() as session:
        session.get_one(ApplicationRecord, application).submitted_at = AT
    set_tenant(anna, time_zone=zone)
    for page, client in (("/apply", anna.client), ("/review", sam.client), (f"/review/{application}", sam.client)):
        assert shown in client.get(page).text, page


def test_the_days_of_the_rules_stay_in_the_schemes_zone(house):
    """In Auckland it is tomorrow already: the day of application is today's in Brussels all the same."""
    anna = house.arrive("anna")
    set_tenant(anna, time_zone="Pacific/Auckland")
    application = anna.application
    anna.add()
    with clock.held(datetime(2026, 11, 21, 21, 0, tzinfo=UTC)):
        anna.submit()
    with house.installation.database.read() as session:
        assert session.get_one(ApplicationRecord, application).submitted_day.isoformat() == "2026-11-21"


# After the evidence


def test_pages_of_an_application_whose_evidence_was_deleted(house):
    from lti_tool.administration import retention

    anna, sam = house.arrive("anna"), house.arrive("sam", role=Role.STAFF)
    document = anna.add(name="Ellis-canary.pdf")
    number = anna.certify()
    application = anna.application
    assert "canary" in anna.client.get("/apply").text
    with clock.held(datetime(2027, 3, 4, 12, 0, tzinfo=UTC)):
        retention.erase(house.installation, application)
    sentence = "The documents were deleted on 4 March 2027, as promised; the certificate stays."
    for client, path in ((anna.client, "/apply"), (sam.client, f"/review/{application}")):
        page = client.get(path)
        assert page.status_code == 200, path
        assert sentence in page.text, path
        assert "canary" not in page.text, path
    assert number in anna.client.get("/apply").text.replace("-", "")
    assert anna.client.get("/final").status_code == 200
    assert anna.client.get(f"/certificate/{number}.pdf").status_code == 200
    for path in (f"/piece/{application}/{document}", f"/piece/{application}/{document}/1.png"):
        assert anna.client.get(path).status_code == 404
    assert house.app.test_client().get(f"/c/{number}").status_code == 200
