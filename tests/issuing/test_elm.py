"""The European Digital Credential: what the profile requires is in it, nothing is lost as JSON-LD, and the seal's signature holds.

The shapes in tests/data/elm are ours. SEALWRIGHT_ELM_SHAPES names a folder with the profile's own (EDC-generic-no-cv.ttl and
EDC-generic-full.ttl of the European Commission's repository European-Learning-Model, rdf/ap/edc), which are then asked too.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from certificate_parts import AWARD, BASE, NOW, content, make_ring
from click.testing import CliRunner, Result
from cryptography import x509
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter
from pyld import jsonld
from pyshacl import validate
from rdflib import Graph
from record_parts import issued, with_settings

from certificate_signing.jades import sign_jades
from certificate_signing.keyring import KeyRing
from lti_tool.commands.main import sealwright
from lti_tool.decision.outcome import LearningEvent
from lti_tool.installation import Installation
from lti_tool.issuing import elm, europass
from lti_tool.issuing.certificate import LegalEntity
from lti_tool.issuing.countries import country
from lti_tool.issuing.keys import ring as keys_of
from lti_tool.problem import Problem

# rdflib's own words about rdflib.
pytestmark = pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset).*:DeprecationWarning")
DATA = Path(__file__).parents[1] / "data" / "elm"
CONTEXT = json.loads((DATA / "context.json").read_text())
LEGAL = LegalEntity("VATBE-0123456789", "BE")
PICTURE = b"\x89PNG invented"
SEMINAR = LearningEvent("e", "Digital tools in class", date(2026, 11, 1), date(2026, 11, 2), 90)
VARIANTS: dict[str, dict[str, Any]] = {
    "an award": {},
    "one that expires": {"expires_on": date(2028, 11, 21)},
    "one without level and areas": {"level": "", "areas": ()},
    "an event": {"event": SEMINAR, "level": "", "areas": ()},
    "an event of no stated length": {"event": LearningEvent("e", "Digital tools", date(2026, 11, 1), date(2026, 11, 1), None), "areas": ()},
    "a hard name": {"holder_name": 'Ελένη "Λ\\n" 😀 <b>'},
}


def document(**changes: Any) -> dict[str, Any]:
    return elm.credential(content(**changes), AWARD, LEGAL, PICTURE)


def graph(stated: dict[str, Any]) -> Graph:
    quads = jsonld.to_rdf({**stated, **CONTEXT}, {"format": "application/n-quads"})
    return Graph().parse(data=quads, format="nt")


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("ring") / "keys")


@pytest.fixture(scope="module")
def other_ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("other") / "keys")


@pytest.fixture(scope="module")
def shapes() -> list[Graph]:
    every = [Graph().parse(DATA / "shapes.ttl")]
    if folder := os.environ.get("SEALWRIGHT_ELM_SHAPES"):
        plain, full = (Path(folder) / f"EDC-generic-{name}.ttl" for name in ("no-cv", "full"))
        every += [Graph().parse(plain), Graph().parse(plain).parse(full)]
    return every


@pytest.mark.judge
@pytest.mark.parametrize("name", VARIANTS)
def test_it_has_the_shape_that_the_profile_requires(shapes: list[Graph], name: str) -> None:
    for shape in shapes:
        fits, _, told = validate(graph(document(**VARIANTS[name])), shacl_graph=shape)
        assert fits, told


def _without(*path: str) -> Callable[[dict[str, Any]], object]:
    def cut(stated: dict[str, Any]) -> None:
        for step in path[:-1]:
            stated = stated[step]
        del stated[path[-1]]

    return cut


LACKING: dict[str, Callable[[dict[str, Any]], object]] = {
    "profiles": _without("credentialProfiles"),
    "display": _without("displayParameter"),
    "picture": _without("displayParameter", "individualDisplay", "displayDetail", "image"),
    "legal identifier": _without("issuer", "eIDASIdentifier"),
    "country of the identifier": _without("issuer", "eIDASIdentifier", "spatial"),
    "legal name": _without("issuer", "legalName"),
    "location": _without("issuer", "location"),
    "claim": _without("credentialSubject", "hasClaim"),
    "who awarded it": _without("credentialSubject", "hasClaim", "awardedBy"),
    "issued": _without("issued"),
    "validFrom": _without("validFrom"),
    "schema": _without("credentialSchema"),
    "two issuers": lambda stated: stated.update(issuer=[stated["issuer"], {**stated["issuer"], "id": "urn:x"}]),
    "a title without a language": lambda stated: stated["displayParameter"].update(title={"@none": "x"}),
}


@pytest.mark.judge
@pytest.mark.parametrize("name", LACKING)
def test_the_shapes_would_see_what_is_lacking(shapes: list[Graph], name: str) -> None:
    stated = copy.deepcopy(document())
    LACKING[name](stated)
    for shape in shapes:
        assert not validate(graph(stated), shacl_graph=shape)[0]


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_is_lost_as_json_ld(name: str) -> None:
    lost: list[str] = []
    expanded = jsonld.expand({**document(**VARIANTS[name]), **CONTEXT}, {"base": "relative://"}, on_property_dropped=lost.append)
    assert lost == []
    assert "relative://" not in json.dumps(expanded)


def test_it_says_what_the_certificate_says() -> None:
    said = content(holder_name="Þóra Guðmundsdóttir")
    stated = elm.credential(said, AWARD, LEGAL, PICTURE)
    assert stated["credentialSubject"]["fullName"] == {"en": "Þóra Guðmundsdóttir"}
    assert stated["issued"] == "2026-11-21T10:00:00Z"
    assert [each["title"]["en"] for each in stated["credentialSubject"]["hasClaim"]["specifiedBy"]["learningOutcome"]] == list(said.areas)
    assert base64.b64decode(stated["displayParameter"]["individualDisplay"]["displayDetail"]["image"]["content"]) == PICTURE
    assert stated["issuer"]["eIDASIdentifier"]["notation"] == LEGAL.identifier
    assert stated["issuer"]["location"]["address"]["countryCode"]["id"].endswith("/BEL")


# The seal


class Registry(JWSRegistry):
    """joserfc with the one header of JAdES that it does not know, and room for chains and pictures."""

    max_header_length = 20_000
    max_payload_length = 2_000_000

    def __init__(self) -> None:
        super().__init__(header_registry={"sigT": HeaderParameter("the claimed time", "str")}, algorithms=["RS256"])


def signed(ring: KeyRing) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(sign_jades(document(), ring.seal, NOW))
    return made


def header(made: dict[str, Any]) -> dict[str, Any]:
    part = made["signatures"][0]["protected"]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def verified(made: dict[str, Any], key: Any) -> bool:
    """Ask joserfc, with the flattened form that RFC 7797 is written for."""
    flat = {"payload": made["payload"], **made["signatures"][0]}
    try:
        jws.deserialize_json(flat, key, registry=Registry())
    except (JoseError, ValueError):
        return False
    return True


def test_the_seal_signs_the_payload_as_it_stands(ring: KeyRing) -> None:
    made = signed(ring)
    assert json.loads(made["payload"]) == document()
    told = header(made)
    assert {name: told[name] for name in ("alg", "b64", "sigT", "typ")} == {
        "alg": "RS256",
        "b64": False,
        "sigT": "2026-11-21T10:00:00Z",
        "typ": "jose+json",
    }
    assert told["crit"] == ["b64", "sigT"]
    chain = [x509.load_der_x509_certificate(base64.b64decode(der)) for der in told["x5c"]]
    assert chain == [ring.seal.certificate, *ring.seal.chain]
    digest = hashlib.sha256(base64.b64decode(told["x5c"][0])).digest()
    assert told["x5t#S256"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.mark.judge
def test_another_library_verifies_the_signature(ring: KeyRing, other_ring: KeyRing) -> None:
    made, keys = signed(ring), [RSAKey.import_key(each.seal.certificate.public_key()) for each in (ring, other_ring)]
    assert verified(made, keys[0])
    assert not verified(made, keys[1])


@pytest.mark.judge
@pytest.mark.parametrize("change", ["payload", "signature", "protected"])
def test_another_library_sees_any_change(ring: KeyRing, change: str) -> None:
    made = signed(ring)
    if change == "payload":
        made["payload"] = made["payload"].replace("Guðmundsdóttir", "Guðmundsdottir")
    elif change == "signature":
        made["signatures"][0]["signature"] = "A" + made["signatures"][0]["signature"][1:]
    else:
        other = json.dumps({**header(made), "sigT": "2020-01-01T00:00:00Z"}).encode()
        made["signatures"][0]["protected"] = base64.urlsafe_b64encode(other).rstrip(b"=").decode()
    assert not verified(made, RSAKey.import_key(ring.seal.certificate.public_key()))


# In the installation


@pytest.fixture
def configured(tool: Installation) -> Installation:
    return with_settings(tool, legal_identifier="VATBE-0123456789")


def test_it_is_sealed_when_it_is_issued(configured: Installation) -> None:
    held = europass.of_number(configured, issued(configured))
    assert held.content.legal == LEGAL
    made = json.loads(europass.stored_or_made(configured, held))
    assert verified(made, RSAKey.import_key(keys_of(configured).seal.certificate.public_key()))
    picture = json.loads(made["payload"])["displayParameter"]["individualDisplay"]["displayDetail"]["image"]["content"]
    assert base64.b64decode(picture).startswith(b"\x89PNG")


def test_what_was_issued_before_can_be_had_unsealed_and_sealed_now(tool: Installation) -> None:
    number = issued(tool)
    assert not europass.available(tool, europass.of_number(tool, number))
    later = with_settings(tool, legal_identifier="VATBE-0123456789", legal_country="GR")
    held = europass.of_number(later, number)
    assert held.elm_sha256 is None
    assert europass.available(later, held)
    plain = json.loads(europass.stored_or_made(later, held))
    assert plain["issuer"]["eIDASIdentifier"]["spatial"]["id"].endswith("/GRC")
    assert verified(json.loads(europass.sealed_now(later, held)), RSAKey.import_key(keys_of(later).seal.certificate.public_key()))


def test_whoever_has_no_seal_can_not_seal(configured: Installation) -> None:
    """Where a signer of its own holds the keys, the command sees their public halves alone."""
    held = europass.of_number(configured, issued(configured))
    for file in configured.settings.keys.glob("seal-*.pem"):
        file.unlink()
    with pytest.raises(Problem, match="keys-missing"):
        europass.sealed_now(configured, held)


def test_a_changed_identifier_is_no_drift(configured: Installation) -> None:
    """Between preparing and signing the settings may change: what was prepared stands, as the organisation's name does."""
    from lti_tool.decision.awarding import Grounds, record_award
    from lti_tool.decision.outcome import Award, Checked
    from lti_tool.issuing import issue as steps
    from lti_tool.scheme.catalogue import shipped

    scheme = shipped().get("digital-competence")
    award = Award("Anna Muster", scheme.id, scheme.edition, scheme.sha256, Checked.PERSON, NOW.date())
    with configured.database.write() as session:
        decision = record_award(session, configured, award, Grounds(actor="administrator", reason="a test"))
    number = steps.prepare(configured, decision)
    renamed = with_settings(configured, legal_identifier="VATBE-9999999999")
    steps.issue(renamed, keys_of(renamed), decision, lambda *_: None)
    assert europass.of_number(renamed, number).content.legal == LEGAL


@pytest.mark.parametrize("changes", [{}, {"legal_country": "BE"}, {"legal_identifier": "X", "legal_country": "ZZ"}])
def test_without_an_identifier_or_a_known_country_there_is_none(tool: Installation, changes: dict[str, str]) -> None:
    bare = with_settings(tool, **changes)
    held = europass.of_number(bare, issued(bare))
    assert held.content.legal is None
    assert not europass.available(bare, held)
    for make in (europass.stored_or_made, europass.unsealed, europass.sealed_now):
        with pytest.raises(Problem, match="europass-not-configured"):
            make(bare, held)


@pytest.mark.parametrize(
    ("alpha_2", "known"), [("BE", ("BEL", "Belgium")), ("GR", ("GRC", "Greece")), ("XK", ("XKX", "Kosovo")), ("ZZ", None), ("be", None)]
)
def test_countries(alpha_2: str, known: tuple[str, str] | None) -> None:
    assert country(alpha_2) == known


def exported(tool: Installation, *arguments: str, identifier: str = "VATBE-0123456789") -> Result:
    environment = {"SEALWRIGHT_LEGAL_IDENTIFIER": identifier} if identifier else {}
    return CliRunner(env=environment).invoke(sealwright, ["--home", str(tool.settings.home), "export", "elm", *arguments])


def test_the_command_exports(tool: Installation, tmp_path: Path) -> None:
    number = issued(tool)
    plain = exported(tool, number)
    assert plain.exit_code == 0, plain.exception
    assert json.loads(plain.stdout)["id"].endswith("#europass")
    out = tmp_path / "europass.json"
    assert exported(tool, number, "--seal", "--out", str(out)).exit_code == 0
    assert json.loads(out.read_bytes())["signatures"]


@pytest.mark.parametrize(
    ("arguments", "identifier", "code"),
    [
        (("1" * 24,), "X", "certificate-unknown"),
        (("NUMBER",), "", "europass-not-configured"),
        (("NUMBER", "--out", "/nowhere/x.json"), "X", "out-folder-missing"),
    ],
)
def test_the_command_refuses(tool: Installation, arguments: tuple[str, ...], identifier: str, code: str) -> None:
    number = issued(tool)
    done = exported(tool, *(each.replace("NUMBER", number) for each in arguments), identifier=identifier)
    assert isinstance(done.exception, Problem)
    assert done.exception.code == code
    assert BASE not in done.stdout
