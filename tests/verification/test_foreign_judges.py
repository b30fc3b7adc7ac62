"""What other people's verifiers say after keys were changed, by what an issuer publishes and by what its trust kit holds when it is gone."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from certificate_parts import BASE
from kit_parts import Issuer, write
from npm_parts import Ask, ask
from openvc.errors import OpenvcError
from openvc_parts import openvc_with
from record_parts import issued, keys_folder

from certificate_signing.did import did_web
from certificate_signing.keyring import KeyUse, compromise, create_key
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring
from lti_tool.settings import Settings
from lti_tool.web.app import create_app

__all__ = ["ask", "keys_folder"]

pytestmark = pytest.mark.judge
MINUTE = timedelta(minutes=1)
# Made under the first keys, under the second, and under the third ones.
STANDINGS = {"first": True, "second": True, "third": True, "revoked": False, "replaced": False, "corrected": True}
SOURCES = ("published", "kit")


@dataclass(frozen=True)
class Public:
    """What anybody can fetch: the DID document and the status list."""

    did: dict[str, Any]
    status: dict[str, Any]


@dataclass(frozen=True)
class World:
    """Certificates of an issuer who changed its keys twice; what is public, by where it was found; JWKs by address; ids of keys."""

    files: dict[str, dict[str, bytes]]
    public: dict[str, Public]
    jwks: dict[str, dict[str, Any]]
    keys: dict[str, list[str]]

    def question(self, source: str) -> dict[str, Any]:
        """What the JavaScript libraries are asked."""
        public = self.public[source]
        credentials = {name: json.loads(files["credential"]) for name, files in self.files.items()} | {"status": public.status}
        return {"base": BASE, "did": public.did, "status": public.status, "credentials": credentials, "now": (clock.now() + MINUTE).isoformat()}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys_folder: Path) -> Installation:
    home = tmp_path_factory.mktemp("issuer") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(sqlite_template, home / "sealwright.sqlite3")
    shutil.copytree(keys_folder, home / "keys")
    return Installation(Settings(home=home, base_url=BASE))


@pytest.fixture(scope="module")
def world(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("kit")
    issuer = Issuer(installation, folder)
    files = dict(issuer.files)
    files["first"] = files.pop("kept")
    for name in ("second", "third"):
        for use in (KeyUse.CREDENTIAL, KeyUse.JWT, KeyUse.SEAL, KeyUse.LOG):
            create_key(installation.settings.keys, use, "Example Academy", "BE", clock.now())
        files[name] = issuer.of(issued(installation, f"Somebody of the {name} keys"))
    write(installation, folder)
    in_kit = Public(_read(folder / ".well-known/did.json"), _read(folder / "status/1.json"))
    found = {"published": _published(installation), "kit": in_kit}
    entries = ring(installation).entries
    keys = {use.value: [entry.id for entry in entries if entry.use is use] for use in (KeyUse.CREDENTIAL, KeyUse.JWT)}
    client = create_app(installation).test_client()
    jwks = {f"{BASE}/keys/{key}": client.get(f"/keys/{key}").json for key in keys["jwt"]}
    return World(files, found, {address: jwk for address, jwk in jwks.items() if jwk}, keys)


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def _published(installation: Installation) -> Public:
    client = create_app(installation).test_client()
    did, status = (json.loads(client.get(place).data) for place in ("/.well-known/did.json", "/status/1"))
    return Public(did, status)


def without(did: dict[str, Any], key: str) -> dict[str, Any]:
    """The DID document of an issuer who forgot a key."""
    methods = [method for method in did["verificationMethod"] if not method["id"].endswith(f"#{key}")]
    assert len(methods) == len(did["verificationMethod"]) - 1
    return did | {"verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}


def test_the_certificates_are_of_three_keys_each(world: World) -> None:
    signed = {name: json.loads(files["credential"])["proof"]["verificationMethod"].partition("#")[2] for name, files in world.files.items()}
    assert [signed[name] for name in ("first", "second", "third")] == world.keys["credential"]
    assert {signed[name] for name in ("revoked", "replaced", "corrected")} == {world.keys["credential"][0]}
    kids = [jwt.get_unverified_header(world.files[name]["jwt"].decode())["kid"] for name in ("first", "second", "third")]
    assert [kid.partition("#")[2] for kid in kids] == world.keys["jwt"]


@pytest.mark.parametrize("source", SOURCES)
def test_digitalbazaar(ask: Ask, world: World, source: str) -> None:
    answers = ask("verify.mjs", world.question(source))
    # This library says "verified" of a revoked credential, too: its proof is good, and the bit is told beside it.
    assert answers == {name: {"verified": True, "revoked": not good, "error": None} for name, good in STANDINGS.items()} | {
        "status": {"verified": True, "revoked": False, "error": None}
    }


@pytest.mark.parametrize("source", SOURCES)
def test_the_wallets_library(ask: Ask, world: World, source: str) -> None:
    question = world.question(source)
    del question["credentials"]["status"]
    answers = ask("core.mjs", question)["answers"]
    assert {name: (told["signature"], told["status"], told["fatal"]) for name, told in answers.items()} == {
        name: (True, good, None) for name, good in STANDINGS.items()
    }


@pytest.mark.parametrize("source", SOURCES)
def test_openvc(world: World, source: str) -> None:
    public = world.public[source]
    asked = openvc_with(public.did, public.status, clock.now() + MINUTE)
    for name, good in STANDINGS.items():
        credential = json.loads(world.files[name]["credential"])
        if good:
            assert asked(credential).issuer == did_web(BASE), name
        else:
            with pytest.raises(OpenvcError):
                asked(credential)


@pytest.mark.parametrize("source", [*SOURCES, "jwks"])
def test_pyjwt(world: World, source: str) -> None:
    """The key of every JWT is found in the DID document, and while the issuer lives behind the JWT's own `kid`."""
    for name, files in world.files.items():
        assert _decoded(world, source, files["jwt"].decode())["jti"] == json.loads(files["credential"])["id"], name


def _decoded(world: World, source: str, token: str) -> dict[str, Any]:
    address, _, key_id = jwt.get_unverified_header(token)["kid"].partition("#")
    if source == "jwks":
        jwk = world.jwks[address]
    else:
        (jwk,) = [each["publicKeyJwk"] for each in world.public[source].did["verificationMethod"] if each["id"].endswith(f"#{key_id}")]
    claims: dict[str, Any] = jwt.decode(token, jwt.PyJWK(jwk | {"alg": "ES256"}).key, algorithms=["ES256"], issuer=did_web(BASE))
    return claims


def test_a_key_that_is_dropped_takes_what_it_signed_along(ask: Ask, world: World) -> None:
    """Why retired keys stay in the document for good: no library asks when a key was in use."""
    question = world.question("published")
    question["did"] = without(question["did"], world.keys["credential"][0])
    verified = {name: answer["verified"] for name, answer in ask("verify.mjs", question).items()}
    assert verified == {"first": False, "revoked": False, "replaced": False, "corrected": False, "second": True, "third": True, "status": True}
    asked = openvc_with(question["did"], question["status"], clock.now() + MINUTE)
    assert asked(json.loads(world.files["third"]["credential"]))
    with pytest.raises(OpenvcError):
        asked(json.loads(world.files["first"]["credential"]))


def test_nobody_believes_a_stolen_key_any_more(ask: Ask, world: World, installation: Installation, tmp_path: Path) -> None:
    """The last test: the second key is declared stolen. Others lose what it signed; the rest stands, and the list is not its work."""
    stolen = world.keys["credential"][1]
    compromise(installation.settings.keys, stolen, clock.now() - timedelta(days=1), clock.now())
    write(installation, tmp_path)
    after = Public(_read(tmp_path / ".well-known/did.json"), _read(tmp_path / "status/1.json"))
    for public in (_published(installation), after):
        question = world.question("kit") | {"did": public.did, "status": public.status}
        question["credentials"]["status"] = public.status
        verified = {name: answer["verified"] for name, answer in ask("verify.mjs", question).items()}
        assert verified == dict.fromkeys((*STANDINGS, "status"), True) | {"second": False}
        asked = openvc_with(public.did, public.status, clock.now() + MINUTE)
        assert asked(json.loads(world.files["first"]["credential"]))
        with pytest.raises(OpenvcError):
            asked(json.loads(world.files["second"]["credential"]))
