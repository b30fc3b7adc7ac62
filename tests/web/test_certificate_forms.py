"""What the holder of a certificate can take along, and that nobody else can."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from record_parts import complete, file_of, with_settings

from certificate_signing.data_integrity import check_proof
from certificate_signing.did import did_web, jwt_keys, verification_keys
from certificate_signing.vc_jwt import check_jwt
from lti_tool.decision.records import DecisionRecord
from lti_tool.decision.submitting import submit
from lti_tool.evidence import dossiers
from lti_tool.issuing import issue as steps
from lti_tool.issuing import register, revoking
from lti_tool.issuing.keys import ring
from lti_tool.issuing.opening import opened_file, read_opening
from lti_tool.web.app import create_app

BASE = "http://localhost:8400"
FORMS = (".json", ".jwt", ".pdf", "/opening.json", "/europass.json", "/sheet")


def award(guest) -> str:
    """Let the program award seven documents, and issue."""
    tool = guest.house.installation
    application_id = complete(tool, guest.visit)
    submit(with_settings(tool, sample=0.0), guest.visit, application_id, comment="", version=dossiers.view(tool, guest.visit, application_id).version)
    with tool.database.read() as session:
        decision = session.scalars(sa.select(DecisionRecord.id).where(DecisionRecord.application_id == application_id)).one()
    return steps.issue(tool, ring(tool), decision, lambda *_: None)


@pytest.fixture
def settled_house(house):
    """The house, with a legal identifier."""
    house.installation = with_settings(house.installation, legal_identifier="VATBE-0123456789")
    house.app = create_app(house.installation)
    house.app.testing = False
    return house


def links(page: str) -> dict[str, str]:
    return {link.text.strip(): link["href"] for link in BeautifulSoup(page, "html.parser").select(".forms a")}


def test_the_page_offers_every_form(settled_house):
    anna = settled_house.arrive(in_frame=False)
    number = award(anna)
    offered = links(anna.client.get("/final").text)
    assert set(offered) == {
        "Open Badge (JSON)",
        "Open Badge (JWT)",
        "Put it into the Learner Credential Wallet",
        "European Digital Credential for Europass (JSON)",
        "Proof of which documents were checked",
        "Sheet to print",
    }
    for name, address in offered.items():
        if name != "Put it into the Learner Credential Wallet":
            assert anna.client.get(address).status_code == 200, name
    assert offered["Open Badge (JWT)"] == f"/certificate/{number}.jwt"


def test_each_form_is_what_it_says(settled_house):
    anna = settled_house.arrive()
    number = award(anna)
    tool, keys = settled_house.installation, ring(settled_house.installation)
    answers = {form: anna.client.get(f"/certificate/{number}{form}") for form in FORMS}
    assert check_proof(json.loads(answers[".json"].data), verification_keys(BASE, keys.credential_public)).ok
    assert check_jwt(answers[".jwt"].data, jwt_keys(BASE, keys.jwt_public), did_web(BASE)).ok
    assert answers[".jwt"].mimetype == "application/vc+jwt"
    assert json.loads(answers["/europass.json"].data)["signatures"]
    with tool.database.read() as session:
        held = register.by_number(session, number)
    given = read_opening(answers["/opening.json"].data)
    assert opened_file(held.content, given, file_of(anna.visit, "mooc-4")).title == "MOOC 4: Assessment"
    assert answers["/opening.json"].headers["Cache-Control"] == "no-store"
    for form in (".json", ".jwt", "/opening.json", "/europass.json"):
        assert answers[form].headers["Content-Disposition"].startswith("attachment"), form
    assert f"{BASE}/c/{number}" in answers["/sheet"].text


@pytest.mark.parametrize("form", FORMS)
def test_nobody_else_gets_them(settled_house, form):
    number = award(settled_house.arrive("anna"))
    for who, tenant in (("ben", "a"), ("anna", "b")):
        stranger = settled_house.arrive(who, tenant).client.get(f"/certificate/{number}{form}")
        unknown = settled_house.arrive(who, tenant).client.get(f"/certificate/{'1' * 24}{form}")
        assert (stranger.status_code, unknown.status_code) == (404, 404)
    assert settled_house.app.test_client().get(f"/certificate/{number}{form}").status_code in {401, 403}


def test_what_is_not_there_is_not_offered(house):
    """A certificate of before, without a JWT and without files, where no legal identifier is configured."""
    anna = house.arrive(in_frame=False)
    number = anna.certify()
    assert set(links(anna.client.get("/final").text)) == {"Open Badge (JSON)", "Put it into the Learner Credential Wallet", "Sheet to print"}
    for form in (".jwt", "/opening.json", "/europass.json"):
        assert anna.client.get(f"/certificate/{number}{form}").status_code == 404


def test_what_europass_accepts_is_said_honestly(settled_house):
    anna = settled_house.arrive()
    anna.certify()
    assert "Europass does not accept it as it is" in anna.client.get("/final").text
    ben = settled_house.arrive("ben")
    award(ben)
    assert "only if that seal is an advanced or qualified one" in ben.client.get("/final").text


def test_a_wallet_is_led_to_the_exchange_and_offered_the_credential(settled_house):
    anna = settled_house.arrive()
    number = award(anna)
    link = links(anna.client.get("/final").text)["Put it into the Learner Credential Wallet"]
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "lcw.app", "/request")
    request = json.loads(parse_qs(parts.query)["request"][0])
    assert request["credentialRequestOrigin"] == BASE
    exchange = urlsplit(request["protocols"]["vcapi"])
    assert f"{exchange.scheme}://{exchange.netloc}" == BASE
    wallet = settled_house.app.test_client()
    for sent in ({"json": {}}, {"data": b"\xff", "content_type": "application/json"}, {}):
        answer = wallet.post(exchange.path, **sent)
        assert "Set-Cookie" not in answer.headers
        (credential,) = answer.json["verifiablePresentation"]["verifiableCredential"]
        assert credential["id"] == f"{BASE}/c/{number}.json"
        assert check_proof(credential, verification_keys(BASE, ring(settled_house.installation).credential_public)).ok


def of_linkedin(page: str) -> list[str]:
    return [link["href"] for link in BeautifulSoup(page, "html.parser").select("section.certificate a") if "linkedin.com" in link["href"]]


def test_a_profile_is_given_what_the_certificate_says(house):
    anna = house.arrive()
    number = anna.certify()
    with house.installation.database.read() as session:
        said = register.by_number(session, number).content
    (link,) = of_linkedin(anna.client.get("/final").text)
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "www.linkedin.com", "/profile/add")
    assert parse_qs(parts.query, strict_parsing=True) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Digital competencies for educators"],
        "organizationName": ["Example Academy"],
        "issueYear": [str(said.issued_on.year)],
        "issueMonth": [str(said.issued_on.month)],
        "certUrl": [f"{BASE}/c/{number}"],
        "certId": [number],
    }


def test_what_no_longer_counts_is_offered_to_no_profile(house):
    anna = house.arrive()
    number = anna.certify()
    revoking.revoke(house.installation, number, "a mistake", "administrator")
    assert of_linkedin(anna.client.get("/final").text) == []
    ben = house.arrive("ben")
    first = award(ben)
    newer = revoking.reissue(house.installation, first, holder_name="Ben Other", reason="x", actor="administrator")
    newer = steps.issue(house.installation, ring(house.installation), newer, lambda *_: None)
    assert [parse_qs(urlsplit(link).query)["certId"] for link in of_linkedin(ben.client.get("/final").text)] == [[newer]]


@pytest.mark.parametrize("number", ["ABCD", "1" * 24, "x" * 5000])
def test_a_wallet_gets_nothing_for_an_unknown_number(house, number):
    assert house.app.test_client().post(f"/c/{number}/wallet", json={}).status_code == 404


def test_a_revoked_certificate_is_offered_to_no_wallet_and_its_sheet_says_so(settled_house):
    anna = settled_house.arrive()
    number = award(anna)
    revoking.revoke(settled_house.installation, number, "a mistake", "administrator")
    assert "Put it into the Learner Credential Wallet" not in links(anna.client.get("/final").text)
    assert "This certificate no longer counts." in anna.client.get(f"/certificate/{number}/sheet").text


def test_in_a_frame_the_sheet_opens_by_a_ticket(settled_house):
    anna = settled_house.arrive()
    number = award(anna)
    fields = {**anna.token("/final"), "to": "sheet", "number": number}
    address = anna.client.post("/window", data=fields, headers={"Accept": "application/json"}).json["address"]
    window = settled_house.app.test_client()
    assert window.get(address).headers["Location"] == f"/certificate/{number}/sheet"
    assert window.get(f"/certificate/{number}/sheet").status_code == 200
