"""The trust list: nobody by default, every mistake named by file and key, and a change taken up at once."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from certificate_signing.development_pki import development_seal
from lti_tool.commands.main import sealwright
from lti_tool.evidence.addresses import leads_to, plain
from lti_tool.evidence.trust import FILE, NOBODY, TrustedIssuer, TrustList, load_trust
from lti_tool.evidence.trust_file import TrustFile, add, as_toml
from lti_tool.problem import Problem

SEAL = development_seal("issuer", "Example Ministry", "BE", datetime(2026, 1, 1, tzinfo=UTC), bits=2048)
LEAF, ROOT = (certificate.public_bytes(Encoding.PEM).decode() for certificate in (SEAL.certificate, SEAL.chain[-1]))
KEY = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
PREFIX = "https://verify.example.org/c/"


def entry(more: str) -> str:
    return f'[[issuers]]\nname = "A"\n{more}\n'


PEM_OF_CA = f'certificates = ["""{ROOT}"""]'
WRONG = {
    "no TOML": ("[[", "the whole file"),
    "an unknown key": (entry(f'adresses = ["{PREFIX}"]'), "issuers.0.adresses"),
    "nothing that proves": (entry(""), "issuers.0"),
    "no name": (f'[[issuers]]\naddresses = ["{PREFIX}"]', "issuers.0.name"),
    "a name of two lines": (f'[[issuers]]\nname = "A\\nB"\naddresses = ["{PREFIX}"]', "issuers.0.name"),
    "no certificate": (entry('certificates = ["x"]'), "issuers.0.certificates"),
    "a CA for everybody": (entry(PEM_OF_CA), "issuers.0"),
    "no key": (entry('[issuers.keys]\n"did:web:x.example#1" = "x"'), "issuers.0.keys"),
    "a key without a name": (entry(f'[issuers.keys]\n"key" = "{KEY}"'), "issuers.0.keys.key.[key]"),
    "plain http": (entry('addresses = ["http://verify.example.org/c/"]'), "issuers.0.addresses"),
    "a bare word": (entry('addresses = ["verify"]'), "issuers.0.addresses"),
    "a host without a dot": (entry('addresses = ["https://localhost/"]'), "issuers.0.addresses"),
    "a user in it": (entry('addresses = ["https://verify@example.org/"]'), "issuers.0.addresses"),
    "a query in it": (entry('addresses = ["https://verify.example.org/?id="]'), "issuers.0.addresses"),
    "the same name twice": (entry(f'addresses = ["{PREFIX}"]') + entry(f'addresses = ["{PREFIX}"]').replace('"A"', '"a"'), "issuers"),
}


@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_names_file_and_key(name: str, tmp_path: Path) -> None:
    text, key = WRONG[name]
    file = tmp_path / FILE
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        load_trust(file)
    assert (caught.value.code, caught.value.details["file"], caught.value.details["key"]) == ("trust-list-wrong", FILE, key)
    shown = CliRunner().invoke(sealwright, ["--home", str(tmp_path), "trust", "check"])
    assert isinstance(shown.exception, Problem)


def test_what_is_written_is_what_is_read() -> None:
    issuer = TrustedIssuer(
        name='The "Ministry" \\ of Ж',
        organisation="Example Ministry",
        certificates=(ROOT, LEAF),
        keys={"did:web:x.example#1": KEY},
        addresses=(PREFIX,),
    )
    assert load_trust(as_toml(issuer)) == TrustList(issuers=(issuer,))


def test_the_file_is_taken_up_when_it_changes_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    trusted = TrustFile(tmp_path)
    assert trusted() is NOBODY
    add(tmp_path, TrustedIssuer(name="A", addresses=(PREFIX,)))
    assert [issuer.name for issuer in trusted().issuers] == ["A"]
    add(tmp_path, TrustedIssuer(name="B", certificates=(LEAF,)))
    assert [issuer.name for issuer in trusted().issuers] == ["A", "B"]
    (tmp_path / FILE).write_text("[[", encoding="utf-8")
    assert [issuer.name for issuer in trusted().issuers] == ["A", "B"]
    with pytest.raises(Problem, match="trust-list-wrong"):
        TrustFile(tmp_path)
    (tmp_path / FILE).unlink()
    assert trusted() is NOBODY


def test_adding_twice_or_to_a_wrong_file_changes_nothing(tmp_path: Path) -> None:
    add(tmp_path, TrustedIssuer(name="A", addresses=(PREFIX,)))
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(Problem, match="trust-issuer-known"):
        add(tmp_path, TrustedIssuer(name="a", addresses=(PREFIX,)))
    assert (tmp_path / FILE).read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == [FILE]


def test_the_commands_add_and_list(tmp_path: Path) -> None:
    pem = tmp_path / "root.pem"
    pem.write_text(ROOT, encoding="utf-8")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(sealwright, ["--home", str(tmp_path), "trust", *arguments], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    assert "Nobody is trusted" in run("list")
    run("add", "--name", "Ministry", "--certificate", str(pem), "--organisation", "Example Ministry", "--key", f"did:web:x.example#1={KEY}")
    (row,) = json.loads(run("list", "--json"))
    assert (row["name"], row["organisation"], row["keys"], row["certificates"][0]["authority"]) == (
        "Ministry",
        "Example Ministry",
        ["did:web:x.example#1"],
        True,
    )
    assert "1 trusted" in run("check")


LEADS = {
    PREFIX + "1": True,
    PREFIX: True,
    PREFIX + "1?lang=en#top": True,
    "https://VERIFY.example.org:443/c/1": True,
    "https://verify.example.org/c": False,
    "https://verify.example.org/cc/1": False,
    "https://verify.example.org/c/../admin": False,
    "https://verify.example.org/c/%2e%2e/admin": False,
    "https://verify.example.org/c//evil.example": False,
    "https://verify.example.org:8443/c/1": False,
    "https://verify.example.org./c/1": False,
    "https://user@verify.example.org/c/1": False,
    "https://verify.example.org@evil.example/c/1": False,
    "https://verify.example.org.evil.example/c/1": False,
    "https://evilverify.example.org/c/1": False,
    "https://evil.example\\.verify.example.org/c/1": False,
    "https://verify.example.org\\c\\1": False,
    "https://[::1]/c/1": False,
    "https://verify.example.org\t/c/1": False,
    " https://verify.example.org/c/1": False,
    "https://verify.exаmple.org/c/1": False,
    "http://verify.example.org/c/1": False,
    "javascript://verify.example.org/c/1": False,
    "//verify.example.org/c/1": False,
    PREFIX + "1" * 2000: False,
}


@pytest.mark.parametrize("address", LEADS)
def test_an_address_leads_there_or_it_does_not(address: str) -> None:
    assert leads_to(address, PREFIX) is LEADS[address]


@given(st.text(max_size=80))
def test_no_text_around_a_trusted_address_passes_for_it(text: str) -> None:
    for address in (f"https://{text}{PREFIX}", f"{text}://verify.example.org/c/1", f"https://verify.example.org{text}evil.example/c/1"):
        if leads_to(address, PREFIX):
            assert address.lower().startswith((PREFIX, "https://verify.example.org:443/c/"))


@given(st.text(max_size=300))
def test_what_is_shown_of_a_link_is_one_line_that_can_be_seen(text: str) -> None:
    assert not {unicodedata.category(character) for character in plain(text)} & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
