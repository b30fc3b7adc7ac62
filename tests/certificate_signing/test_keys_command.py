"""`sealwright keys`, as an administrator calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from certificate_parts import make_ring
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12

from certificate_signing.keyring import KeyRing
from certificate_signing.lti_keys import KEPT, PUBLIC_FIRST
from lti_tool import clock
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.problem import Problem


def keys(home: Path, *arguments: str | Path, typed: str | None = None) -> Result:
    return CliRunner().invoke(sealwright, ["--home", str(home), "keys", *(str(each) for each in arguments)], input=typed)


def listed(home: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(keys(home, "list", "--json").stdout)
    return found


def refused(result: Result) -> str:
    assert isinstance(result.exception, Problem)
    assert result.exception.in_english()
    return result.exception.code


@pytest.fixture
def own(home: Path) -> Path:
    make_ring(home / "keys")
    return home


@pytest.fixture
def container(other_ring: KeyRing, tmp_path: Path) -> Path:
    seal = other_ring.seal
    file = tmp_path / "seal.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"s", seal.private_key, seal.certificate, list(seal.chain), BestAvailableEncryption(b"pw"))
    )
    return file


def test_list_says_what_each_key_is_for_and_no_secret(own: Path) -> None:
    assert [(each["use"], each["state"], each["development"]) for each in listed(own)] == [
        ("seal", "active", True),
        ("credential", "active", False),
        ("jwt", "active", False),
        ("lti", "active", False),
        ("log", "active", False),
    ]
    told = keys(own, "list").stdout
    assert "for development" in told
    assert "PRIVATE" not in told


def test_list_of_nothing_is_empty(home: Path) -> None:
    assert listed(home) == []


@pytest.mark.parametrize("use", ["seal", "credential", "jwt", "lti", "log"])
def test_create_retires_the_key_before(own: Path, use: str) -> None:
    assert keys(own, "create", use).exit_code == 0
    assert [each["state"] for each in listed(own) if each["use"] == use] == ["retired", "active"]


@pytest.mark.parametrize("use", ["seal", "credential", "jwt", "log"])
def test_rotate_is_create_for_other_uses(own: Path, use: str) -> None:
    assert keys(own, "rotate", use).exit_code == 0
    assert [each["state"] for each in listed(own) if each["use"] == use] == ["retired", "active"]


@pytest.fixture
def running(sqlite_installation: Installation) -> Path:
    """A home with a database and keys."""
    make_ring(sqlite_installation.settings.keys)
    return sqlite_installation.settings.home


def lti(home: Path) -> list[tuple[str, bool]]:
    """Each LTI key's stage, and whether its end is known."""
    return [(each["stage"], each["stage_until"] is not None) for each in listed(home) if each["use"] == "lti"]


def test_rotate_publishes_a_new_lti_key_before_it_signs(running: Path) -> None:
    (made,) = json.loads(keys(running, "rotate", "lti", "--json").stdout)
    assert (made["use"], made["stage"]) == ("lti", "next")
    assert lti(running) == [("active", True), ("next", True)]
    told = keys(running, "list").stdout
    assert "published (next, signs from " in told
    with clock.held(clock.now() + PUBLIC_FIRST):
        assert lti(running) == [("previous", True), ("active", False)]
        assert "published (previous, until " in keys(running, "list").stdout
    with clock.held(clock.now() + PUBLIC_FIRST + KEPT):
        assert lti(running) == [("gone", False), ("active", False)]


def test_rotate_now_drops_what_was_before_at_once(running: Path) -> None:
    assert keys(running, "rotate", "lti", "--now").exit_code == 0
    assert lti(running) == [("gone", False), ("active", False)]
    assert len(list((running / "keys").glob("lti-*.pem"))) == 1


def test_rotating_an_lti_key_needs_the_installation_that_uses_it(own: Path) -> None:
    assert refused(keys(own, "rotate", "lti")) == "database-not-current"
    assert len(listed(own)) == 5


@pytest.mark.parametrize("way", ["asked", "file"])
def test_a_seal_is_imported_from_pkcs12(own: Path, container: Path, tmp_path: Path, way: str) -> None:
    password = tmp_path / "password"
    password.write_text("pw\n")
    options = ("--password-file", password) if way == "file" else ()
    result = keys(own, "import", "seal", "--pkcs12", container, *options, typed="pw\n" if way == "asked" else None)
    assert result.exit_code == 0
    assert "pw" not in result.stdout
    assert [(each["state"], each["development"]) for each in listed(own) if each["use"] == "seal"] == [("retired", True), ("active", False)]


def test_a_seal_is_imported_from_pem(own: Path, other_ring: KeyRing, tmp_path: Path) -> None:
    seal = other_ring.seal
    (tmp_path / "key.pem").write_bytes(seal.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "chain.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in (seal.certificate, *seal.chain)))
    assert keys(own, "import", "seal", "--key", tmp_path / "key.pem", "--chain", tmp_path / "chain.pem").exit_code == 0
    assert KeyRing.open(own / "keys").seal.certificate == seal.certificate


def test_a_key_for_jwts_is_imported(own: Path, tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "key.pem").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert keys(own, "import", "jwt", "--key", tmp_path / "key.pem").exit_code == 0
    assert KeyRing.open(own / "keys").jwt.public_key == private.public_key()


def test_a_credential_key_is_imported(own: Path, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert keys(own, "import", "credential", "--key", tmp_path / "key.pem").exit_code == 0
    assert KeyRing.open(own / "keys").credential.public_bytes == key.public_key().public_bytes_raw()


def test_a_wrong_password_changes_nothing(own: Path, container: Path) -> None:
    before = listed(own)
    assert refused(keys(own, "import", "seal", "--pkcs12", container, typed="wrong\n")) == "key-refused"
    assert listed(own) == before


def test_a_file_that_is_not_there_is_named(own: Path, tmp_path: Path) -> None:
    assert refused(keys(own, "import", "seal", "--pkcs12", tmp_path / "none.p12")) == "key-file-unreadable"


def test_keys_that_others_may_write_are_refused(own: Path) -> None:
    (own / "keys").chmod(0o777)
    assert refused(keys(own, "list")) == "keys-missing"


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "seal"),
        ("import", "seal", "--key", "k.pem"),
        ("import", "seal", "--key", "k.pem", "--pkcs12", "s.p12"),
        ("import", "credential", "--pkcs12", "s.p12"),
        ("import", "lti", "--key", "k.pem"),
        ("create", "other"),
        ("rotate", "other"),
        ("rotate",),
        ("rotate", "seal", "--now"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(own: Path, arguments: tuple[str, ...]) -> None:
    assert keys(own, *arguments).exit_code == 2
    assert len(listed(own)) == 5
