"""What the applicant's and the reviewer's forms do, with the program's own services behind them."""

from __future__ import annotations

import io
import re

import pytest
from bs4 import BeautifulSoup

from lti_tool.evidence.dossiers import view
from lti_tool.launch.message import ACTIVITY_PATHS
from lti_tool.launch.visit import Activity, Role

PDF = b"%PDF-1.7\n%one\n"
OTHER = b"%PDF-1.7\n%two\n"
JSON = {"Accept": "application/json"}


def documents(guest):
    return view(guest.house.installation, guest.visit, guest.application).documents


def test_many_files_at_once_without_a_script(house):
    anna = house.arrive()
    files = [(io.BytesIO(PDF), "one.pdf"), (io.BytesIO(OTHER), "two.pdf"), (io.BytesIO(b"GIF89a"), "three.gif")]
    answer = anna.client.post(f"/apply/{anna.application}/documents", data={**anna.token(), "files": files})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/apply")
    assert sorted(document.file_name for document in documents(anna)) == ["one.pdf", "two.pdf"]
    page = anna.client.get("/apply").text
    assert "three.gif: This is not a PDF, and not a picture in PNG, JPEG or WebP." in page
    assert "three.gif" not in anna.client.get("/apply").text  # told once


def test_one_file_by_script(house):
    anna = house.arrive()
    url = f"/apply/{anna.application}/documents"
    good = anna.client.post(url, data={**anna.token(), "files": (io.BytesIO(PDF), "one.pdf")}, headers=JSON)
    assert good.status_code == 200
    assert good.json["taken"] == [documents(anna)[0].id]
    again = anna.client.post(url, data={**anna.token(), "files": (io.BytesIO(PDF), "one.pdf")}, headers=JSON)
    assert again.json == good.json  # a lost answer may be repeated
    bad = anna.client.post(url, data={**anna.token(), "files": (io.BytesIO(b"MZ"), "x.pdf")}, headers=JSON)
    assert bad.status_code == 415
    assert bad.json["code"] == "file-type"
    assert bad.json["todo"].startswith("Please")
    none = anna.client.post(url, data=anna.token(), headers=JSON)
    assert (none.status_code, none.json["code"]) == (400, "no-file-chosen")


def test_move_replace_remove_declare(house):
    anna = house.arrive()
    application, old = anna.application, anna.add("one.pdf", PDF)
    base = f"/apply/{application}/documents/{old}"
    assert anna.client.post(f"{base}/place", data={**anna.token(), "requirement": "mooc-2"}).status_code == 303
    assert documents(anna)[0].placed_at == "mooc-2"
    assert anna.client.post(f"{base}/place", data={**anna.token(), "requirement": "mooc-99"}).status_code == 400
    fresh = {**anna.token(), "files": (io.BytesIO(OTHER), "better.pdf")}
    assert anna.client.post(f"{base}/replace", data=fresh).status_code == 303
    (document,) = documents(anna)
    assert (document.file_name, document.placed_at) == ("better.pdf", "mooc-2")
    assert anna.client.post(f"/apply/{application}/documents/{document.id}/remove", data=anna.token()).status_code == 303
    assert documents(anna) == ()
    for on, wanted in (("1", {"selfie"}), ("0", set())):
        anna.client.post(f"/apply/{application}/declare", data={**anna.token(), "declaration": "selfie", "on": on})
        assert view(house.installation, anna.visit, application).declared == wanted


def test_replacing_with_the_same_file_keeps_it(house):
    anna = house.arrive()
    document = anna.add("one.pdf", PDF)
    url = f"/apply/{anna.application}/documents/{document}/replace"
    anna.client.post(url, data={**anna.token(), "files": (io.BytesIO(PDF), "one.pdf")})
    assert [entry.id for entry in documents(anna)] == [document]


def test_a_bad_replacement_leaves_the_old_one(house):
    anna = house.arrive()
    document = anna.add("one.pdf", PDF)
    url = f"/apply/{anna.application}/documents/{document}/replace"
    assert anna.client.post(url, data={**anna.token(), "files": (io.BytesIO(b"MZ"), "x.exe")}).status_code == 415
    assert [entry.id for entry in documents(anna)] == [document]


@pytest.mark.parametrize("version", ["", "x", "-", "1e3"])
def test_a_form_without_a_version_is_refused(house, version):
    anna = house.arrive()
    answer = anna.client.post(f"/apply/{anna.application}/submit", data={**anna.token(), "version": version})
    assert answer.status_code == 400


def test_after_submission_nothing_can_be_changed(house):
    anna = house.arrive()
    application, document = anna.application, anna.add()
    fields = anna.token()
    anna.submit()
    for path, more in (
        (f"/apply/{application}/documents", {"files": (io.BytesIO(PDF), "x.pdf")}),
        (f"/apply/{application}/documents/{document}/remove", {}),
        (f"/apply/{application}/documents/{document}/place", {"requirement": "mooc-1"}),
        (f"/apply/{application}/declare", {"declaration": "selfie", "on": "1"}),
    ):
        answer = anna.client.post(path, data={**fields, **more})
        assert answer.status_code == 409, path
        assert "application-closed" in answer.text
    page = anna.client.get("/apply").text
    assert "A person is looking at it" in page
    assert 'id="upload"' not in page
    assert "/remove" not in page


def test_the_desk_asks_for_changes_and_awards(house):
    anna, sam = house.arrive("anna"), house.arrive("sam", role=Role.STAFF)
    anna.add()
    application = anna.submit("My label is on paper.")
    assert "Anna Ellis" in sam.client.get("/review").text
    page = sam.client.get(f"/review/{application}").text
    assert "My label is on paper." in page
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    fields = {**sam.token("/review"), "version": version}
    empty = sam.client.post(f"/review/{application}/changes", data={**fields, "message": "  "})
    assert (empty.status_code, "message-missing" in empty.text) == (400, True)
    stale = sam.client.post(f"/review/{application}/changes", data={**fields, "version": "0", "message": "x"})
    assert (stale.status_code, "changed-meanwhile" in stale.text) == (409, True)
    sent = sam.client.post(f"/review/{application}/changes", data={**fields, "message": "Please add page 2."})
    assert sent.status_code == 303
    assert "Please add page 2." in anna.client.get("/apply").text
    assert 'id="upload"' in anna.client.get("/apply").text
    anna.submit()
    page = sam.client.get(f"/review/{application}/award").text
    for certified in ("Anna Ellis", "Digital competencies for educators", "B2", "Assessment", "edition 2026", "seen by a person"):
        assert certified in page
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    assert sam.client.post(f"/review/{application}/award", data={**sam.token("/review"), "version": version}).status_code == 303
    assert "Your certificate is being made" in anna.client.get("/apply").text


def test_staff_do_not_decide_on_their_own(house):
    sam = house.arrive("sam", role=Role.STAFF)
    application = sam.submit()
    assert "your own: a colleague decides" in sam.client.get("/review").text
    page = sam.client.get(f"/review/{application}").text
    assert "This is your own application." in page
    assert "/changes" not in page
    answer = sam.client.post(f"/review/{application}/award", data={**sam.token("/review"), "version": "2"})
    assert (answer.status_code, "own-application" in answer.text) == (403, True)


def test_teachers_have_no_desk(house):
    answer = house.arrive().client.get("/review")
    assert (answer.status_code, "not-a-reviewer" in answer.text) == (403, True)


def test_a_form_made_for_somebody_else_is_refused(house):
    anna, bob = house.arrive("anna"), house.arrive("bob")
    mixed = {**bob.token(), "visit": anna.visit.id, "declaration": "selfie", "on": "1"}
    for target in (bob.application, anna.application):
        answer = bob.client.post(f"/apply/{target}/declare", data=mixed)
        assert (answer.status_code, "other-visitor" in answer.text) == (403, True)
    for forged in ("", "0" * 32, "x"):
        assert bob.client.post(f"/apply/{bob.application}/declare", data={**mixed, "visit": forged}).status_code == 403
    assert view(house.installation, anna.visit, anna.application).declared == frozenset()


def test_the_same_person_in_another_tenant_is_somebody_else(house):
    here, there = house.arrive("anna", "a"), house.arrive("anna", "b")
    answer = here.client.post(
        f"/apply/{here.application}/declare", data={**here.token(), "visit": there.visit.id, "declaration": "selfie", "on": "1"}
    )
    assert answer.status_code == 403


def test_two_tabs_of_one_person_work(house):
    first, second = house.arrive("anna"), house.arrive("anna")
    data = {**second.token(), "visit": first.visit.id, "declaration": "selfie", "on": "1"}
    assert second.client.post(f"/apply/{second.application}/declare", data=data).status_code == 303


def test_every_unsafe_form_carries_token_and_visit(house):
    anna, sam = house.arrive("anna"), house.arrive("sam", role=Role.STAFF)
    anna.add()
    pages = [anna.client.get("/apply"), anna.client.get("/final")]
    application = anna.submit()
    pages += [sam.client.get(path) for path in ("/review", f"/review/{application}", f"/review/{application}/award")]
    number = house.arrive("berta").certify()
    pages += [house.app.test_client().get(path) for path in ("/verify", f"/c/{number}")]
    forms = [form for page in pages for form in BeautifulSoup(page.text, "html.parser").find_all("form", method="post")]
    assert len(forms) > 10
    for form in forms:
        assert form["action"].startswith("/")
        # A stranger's form carries neither: there is nobody in whose name it could act (lti_tool/web/tokens.py).
        if form["action"] != "/verify":
            assert form.find("input", {"name": "csrf_token"})
            assert form.find("input", {"name": "visit"})


def test_certificate_page_of_the_holder(house):
    anna = house.arrive()
    number = anna.certify()
    page = anna.client.get("/final").text
    assert f"http://localhost:8400/c/{number}" in page
    assert "linkedin.com/profile/add?" in page
    pdf = anna.client.get(f"/certificate/{number}.pdf")
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="certificate-{number}.pdf"'
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.endswith(number.encode())
    assert anna.client.get(f"/certificate/{number}.pdf?show=1").headers["Content-Disposition"].startswith("inline")
    assert anna.client.get(f"/certificate/{number}.json").mimetype == "application/vc"


def ticket(guest, page="/apply", **to):
    """The address that leads into a new window, as the script asks for it; the plain form shows the same as a link."""
    fields = {**guest.token(page), **to}
    plain = BeautifulSoup(guest.client.post("/window", data=fields).text, "html.parser").main.find("a", target="_blank")
    asked = guest.client.post("/window", data=fields, headers=JSON).json["address"]
    assert re.sub("enter/[^?]+", "", plain["href"]) == re.sub("enter/[^?]+", "", asked)
    assert plain["rel"] == ["noopener"]
    return asked


def test_ticket_to_a_new_window(house):
    anna = house.arrive()
    address = ticket(anna, to="apply")
    other = house.app.test_client()
    with other.session_transaction() as session:
        session["planted"] = "by somebody"
    entered = other.get(address)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/apply")
    with other.session_transaction() as session:
        assert "planted" not in session
        assert session["visit"] != anna.visit.id
    assert "Anna Ellis" in other.get("/apply").text
    assert "ticket-used" in house.app.test_client().get(address).text
    for evil in ("https://evil.example", "//evil.example", "static", ""):
        assert anna.client.post("/window", data={**anna.token(), "to": evil}).status_code == 400
        assert house.app.test_client().get("/enter/x", query_string={"to": evil}).status_code == 404


@pytest.mark.parametrize("activity", Activity)
def test_a_page_of_every_activity_can_be_had_in_a_window_and_leads_back(house, activity):
    sam = house.arrive("sam", role=Role.STAFF, activity=activity)
    page = sam.client.post("/window", data={**sam.token("/final"), "to": activity.value})
    assert page.status_code == 200
    assert BeautifulSoup(page.text, "html.parser").main.find("a", class_="btn-quiet")["href"] == ACTIVITY_PATHS[activity]


def test_ticket_to_print(house):
    anna = house.arrive()
    number = anna.certify()
    entered = house.app.test_client().get(ticket(anna, "/final", to="print", number=number))
    assert entered.headers["Location"] == f"/certificate/{number}.pdf?show=1"


def test_a_draft_of_ones_own_is_not_on_the_desk(house):
    sam = house.arrive("sam", role=Role.STAFF)
    assert sam.client.get(f"/review/{sam.application}").status_code == 404


def test_what_is_missing_is_said_once_at_its_place(house):
    anna = house.arrive()
    anna.add()
    page = BeautifulSoup(anna.client.get("/apply").text, "html.parser")
    assert "is not there yet" not in page.text
    missing = page.select_one("#requirement-mooc-4")
    assert "Not added yet" in missing.text
    assert page.select_one("#submit-form button").has_attr("disabled")
    assert "MOOC 4: Assessment" in page.select_one("#why-not").text
    assert page.select_one("#live-count").text == "1 of 7 found"
    assert "usable until 1 Sep 2028" in page.select_one("#requirement-mooc-1").text
