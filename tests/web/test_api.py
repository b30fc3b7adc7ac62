"""The interface for programs: what it answers, whom, how long that may be kept, and how it refuses."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime

import jsonschema_rs
import pytest
from limits import parse
from paper_pictures import NAME, page, photo, saved, scan, written_over
from record_parts import issued

from lti_tool import clock
from lti_tool.files import sha256
from lti_tool.issuing import keys, register, revoking
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.number import new_number, shown
from lti_tool.issuing.token import qr_text
from lti_tool.web import limits
from lti_tool.web.app import create_app

PROBLEM = "application/problem+json"


@pytest.fixture
def number(house) -> str:
    return issued(house.installation)


def ask(house, content: bytes, kind: str = "application/octet-stream", query: str = "", **headers: str):
    return house.app.test_client().post(f"/api/verify{query}", data=content, content_type=kind, headers=headers)


def held(house, number: str) -> CertificateContent:
    with house.installation.database.read() as session:
        return register.by_number(session, number).content


def forms(house, number: str) -> dict[str, tuple[bytes, str]]:
    """Everything that a certificate can be shown as, and the content type that a program gives it."""
    pdf, credential = register.pdf(house.installation, number), register.credential(house.installation, number)
    code = qr_text(held(house, number), keys.ring(house.installation).credential)
    assert len(code.partition("#")[2]) > 100
    return {
        "a PDF": (pdf, "application/pdf"),
        "a PDF without a type": (pdf, ""),
        "a PDF under a wrong type": (pdf, "text/plain"),
        "a credential": (credential, "application/vc"),
        "a credential as JSON": (credential, "application/json"),
        "a JWT": (register.jwt(house.installation, number), "application/vc+jwt"),
        "a number": (number.encode(), "text/plain"),
        "a number in JSON": (json.dumps({"text": shown(number).lower()}).encode(), "application/json"),
        "an address in JSON": (json.dumps({"text": f"http://localhost:8400/c/{number}"}).encode(), "application/json"),
        "the text of a code": (code.encode(), "text/plain"),
        "the text of a code in JSON": (json.dumps({"text": code}).encode(), "application/json"),
        "the token alone": (code.partition("#")[2].encode(), "text/plain"),
    }


def test_whatever_of_a_certificate_is_sent_is_verified(house, number):
    for name, (content, kind) in forms(house, number).items():
        answer = ask(house, content, kind)
        assert (answer.status_code, answer.mimetype) == (200, "application/json"), name
        told = answer.json
        assert (told["outcome"], told["reasons"]) == ("valid", []), name
        assert [step["number"] for step in told["steps"]] == list(range(1, len(told["steps"]) + 1))
        assert all(step["held"] and step["words"] for step in told["steps"])
        assert told["certificate"]["holder_name"] == "Þóra Guðmundsdóttir"
        assert answer.headers["Cache-Control"] == "no-store"
    sent = {"file": (io.BytesIO(register.pdf(house.installation, number)), "x.pdf")}
    assert house.app.test_client().post("/api/verify", data=sent).json["outcome"] == "valid"
    assert house.app.test_client().post("/api/verify", data={"text": number}).json["outcome"] == "valid"


SHOWN = {"PDF": "pdf", "credential": "credential", "JWT": "vc-jwt", "number": "number", "address": "address", "code": "token", "token": "token"}


def test_it_says_as_what_it_was_shown(house, number):
    for name, (content, kind) in forms(house, number).items():
        (expected,) = (shown_as for word, shown_as in SHOWN.items() if word in name.split())
        assert ask(house, content, kind).json["shown"] == expected, name


@pytest.mark.usefixtures("needs_ocr")
def test_a_photo_of_the_paper_agrees_and_is_no_more_than_that(house, number):
    paper = page(register.pdf(house.installation, number))
    for content, kind in ((saved(photo(paper), "JPEG", quality=80), "image/jpeg"), (saved(paper), "image/png"), (scan(paper), "application/pdf")):
        answer = ask(house, content, kind)
        told = answer.json
        assert (answer.status_code, told["outcome"], told["shown"]) == (200, "cannot-tell", "picture"), kind
        assert ([reason["code"] for reason in told["reasons"]], told["differences"]) == (["picture-agrees"], [])
        assert told["certificate"]["number"] == number
        assert [step["code"] for step in told["steps"] if step["held"] is False] == ["original-shown"]
    forged = ask(house, saved(written_over(paper, NAME, "Mallory Example")), "image/png").json
    assert (forged["outcome"], forged["reasons"][0]["code"]) == ("not-valid", "paper-differs")


def test_whoever_has_an_answer_is_told_that_it_is_the_same(house, number):
    """By the tag of the answer; another certificate, language or state has another one."""
    digest = sha256(register.pdf(house.installation, number))
    with clock.held():
        for address in (f"/api/verify/{number}", f"/api/verify/sha256/{digest}"):
            client = create_app(house.installation).test_client()
            first = client.get(address)
            tag = first.headers["ETag"]
            for given in (tag, f'"other", {tag}', "*"):
                again = client.get(address, headers={"If-None-Match": given})
                assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag), (address, given)
                assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
                assert again.headers["Access-Control-Allow-Origin"] == "*"
            assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
        other = issued(house.installation, "Another Example")
        assert client.get(f"/api/verify/{other}", headers={"If-None-Match": tag}).status_code == 200
        revoking.revoke(house.installation, number, "a mistake", "administrator")
        changed = create_app(house.installation).test_client().get(address, headers={"If-None-Match": tag})
        assert (changed.status_code, changed.json["outcome"]) == (200, "not-valid")


def test_every_signed_field_is_answered(house, number):
    content = held(house, number)
    told = house.app.test_client().get(f"/api/verify/{number}").json["certificate"]
    for field in content.__slots__:
        if field not in {"base_url", "areas", "issued_at", "issued_on", "evidence"}:
            assert told[field] == getattr(content, field), field
    assert (told["areas"], told["issued_on"]) == (list(content.areas), content.issued_on.isoformat())
    assert datetime.fromisoformat(told["issued_at"]) == content.issued_at


def test_forgeries_are_told_with_what_was_changed(house, number):
    pdf = register.pdf(house.installation, number)
    told = ask(house, pdf + b"\n").json
    assert (told["outcome"], told["reasons"][0]["code"]) == ("not-valid", "changed-after-sealing")
    document = json.loads(register.credential(house.installation, number))
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory Example"
    told = ask(house, json.dumps(document).encode()).json
    place = "credentialSubject.identifier[0].identityHash"
    assert told["differences"] == [{"field": place, "words": place, "ours": "Þóra Guðmundsdóttir", "theirs": "Mallory Example"}]
    assert told["certificate"]["holder_name"] == "Þóra Guðmundsdóttir"


def test_a_file_may_stay_where_it_is(house, number):
    digest = sha256(register.pdf(house.installation, number))
    client = house.app.test_client()
    for written in (digest, digest.upper()):
        told = client.get(f"/api/verify/sha256/{written}").json
        assert (told["outcome"], told["shown"], told["certificate"]["number"]) == ("valid", "pdf", number)
    told = client.get(f"/api/verify/sha256/{'0' * 64}").json
    assert (told["outcome"], told["reasons"][0]["code"], told["certificate"]) == ("cannot-tell", "file-unknown", None)
    revoking.revoke(house.installation, number, "a mistake", "administrator")
    assert client.get(f"/api/verify/sha256/{digest}").json["reasons"][0]["code"] == "revoked"


def test_revoked_is_seen_everywhere_within_a_minute(house, number):
    client = house.app.test_client()
    shapes = forms(house, number)
    revoking.revoke(house.installation, number, "a private matter", "administrator")
    for name, (content, kind) in shapes.items():
        answer = ask(house, content, kind)
        assert answer.json["reasons"][0]["code"] == "revoked", name
        assert answer.json["certificate"]["revoked_at"]
        assert "a private matter" not in answer.text
    for path in (f"/api/verify/{number}", f"/c/{number}", "/status/1"):
        kept = client.get(path).headers["Cache-Control"]
        assert int(re.search(r"max-age=(\d+)", kept)[1]) <= 60, path
    assert client.get(f"/api/verify/{number}").json["outcome"] == "not-valid"
    assert "Revoked on" in client.get(f"/c/{number}").text


def test_known_and_unknown_numbers_answer_alike(house, number):
    client = house.app.test_client()
    known, unknown = client.get(f"/api/verify/{number}"), client.get(f"/api/verify/{new_number()}")
    assert known.status_code == unknown.status_code == 200
    assert set(known.json) == set(unknown.json)
    # What is not known has no place in the public log either; everything else is asked alike.
    assert [step["code"] for step in known.json["steps"] if step["code"] != "in-public-log"] == [step["code"] for step in unknown.json["steps"]]
    differing = {name for name, value in known.headers if unknown.headers.get(name) != value}
    assert differing <= {"Content-Length", "Content-Security-Policy", "ETag"}
    assert unknown.json["certificate"] is None
    for answer in (known, unknown, client.get(f"/c/{number}"), client.get(f"/c/{new_number()}")):
        assert "noindex" in answer.headers.get("X-Robots-Tag", "") or '<meta name="robots" content="noindex">' in answer.text


def test_any_site_may_ask_and_nobody_is_known(house, number):
    guest = house.arrive()
    for client in (house.app.test_client(), guest.client):
        answer = client.post("/api/verify", data=number, headers={"Origin": "https://hr.example"})
        assert answer.json["outcome"] == "valid"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    asked = {"Origin": "https://hr.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = house.app.test_client().options("/api/verify", headers=asked).headers
    assert "POST" in allowed["Access-Control-Allow-Methods"]
    assert "Content-Type" in allowed["Access-Control-Allow-Headers"]


REFUSALS = {
    "nothing": (lambda client: client.post("/api/verify", data=b" \n"), 400, "nothing-to-check"),
    "no text": (lambda client: client.post("/api/verify", json={"text": 7}), 400, "nothing-to-check"),
    "an empty form": (lambda client: client.post("/api/verify", data={"file": (io.BytesIO(b""), "x.pdf")}), 400, "nothing-to-check"),
    "too large": (lambda client: client.post("/api/verify", data=b"x" * (22 << 20)), 413, "too-large"),
    "another method": (lambda client: client.put("/api/verify", data=b"x"), 405, "method-not-allowed"),
    "no such address": (lambda client: client.get("/api/nothing"), 404, "page-not-found"),
    "no hash": (lambda client: client.get("/api/verify/sha256/abc"), 400, "hash-mistyped"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_are_problem_details(house, name):
    send, status, code = REFUSALS[name]
    answer = send(house.app.test_client())
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    told = json.loads(answer.data)
    assert (told["status"], told["code"]) == (status, code)
    assert told["title"]
    assert told["detail"]
    assert told["type"] == f"http://localhost:8400/api/problems/{code}"
    said = house.app.test_client().get(f"/api/problems/{code}").json
    assert (said["title"], said["status"]) == (told["title"], status)


def test_too_fast_is_told_with_a_time(house, monkeypatch):
    monkeypatch.setitem(limits.RATES, "api.check", parse("1 per minute"))
    monkeypatch.setitem(limits.RATES, "api.number", parse("1 per minute"))
    client = create_app(house.installation).test_client()
    for send in (lambda: client.post("/api/verify", data=b"x"), lambda: client.get("/api/verify/x")):
        first, second = send(), send()
        assert (first.status_code, second.status_code, second.mimetype) == (200, 429, PROBLEM)
        assert int(second.headers["Retry-After"]) > 0
        assert second.headers["Access-Control-Allow-Origin"] == "*"


def test_answers_are_as_the_description_says(house, number):
    described = house.app.test_client().get("/api/openapi.json")
    assert described.headers["Access-Control-Allow-Origin"] == "*"
    document = described.json
    assert document["openapi"].startswith("3.1")
    schema = {"$ref": "#/components/schemas/Report", "components": document["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    revoked = issued(house.installation, "Another Example")
    revoking.revoke(house.installation, revoked, "a mistake", "administrator")
    pdf = register.pdf(house.installation, number)
    for content in (pdf, pdf + b"\n", number.encode(), revoked.encode(), new_number().encode(), b"hello", b"{}", b"\xff" * 500, b"%PDF-1.7"):
        told = ask(house, content).json
        validator.validate(told)
        assert datetime.fromisoformat(told["as_of"]).tzinfo == UTC


def test_the_description_changes_only_on_purpose(house):
    """Who has written a client relies on these names."""
    document = house.app.test_client().get("/api/openapi.json").json
    assert set(document["paths"]) == {"/api/verify", "/api/verify/{number}", "/api/verify/sha256/{digest}"}
    fields = document["components"]["schemas"]["Report"]["properties"]
    stable = {"outcome", "words", "reasons", "shown", "steps", "certificate", "differences", "pages", "proved_at", "as_of", "language"}
    assert stable <= set(fields)
    assert fields["outcome"]["enum"] == ["valid", "was-valid", "not-valid", "cannot-tell"]
