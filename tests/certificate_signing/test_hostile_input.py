"""Whatever strangers send: each check ends with an answer of its own, soon, in little memory, and never with "yes".

Bounded and repeatable here; the same properties were tried with a hundred times as many examples.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from certificate_parts import AWARD, BASE, CONTENT, NOW
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificate_signing.canonical import canonical
from certificate_signing.cose_sign1 import key_id
from certificate_signing.credential_text import bounded_nodes, read_credential
from certificate_signing.data_integrity import add_proof, check_proof
from certificate_signing.data_model import BASE_CONTEXT, check_credential, check_presentation
from certificate_signing.did import verification_keys, verification_method
from certificate_signing.did_key import did_key_method, did_key_public
from certificate_signing.errors import CredentialLossy, CredentialUnreadable, DataModelWrong, LogWrong, StatusListWrong
from certificate_signing.foreign_credentials import foreign_credential
from certificate_signing.foreign_proofs import ProofRules, check_proofs
from certificate_signing.foreign_seals import Anchor, foreign_seals
from certificate_signing.keyring import KeyRing
from certificate_signing.log_entry import LogEntry, log_entry
from certificate_signing.multibase import base58, base64url, from_base58, from_base64url
from certificate_signing.offline_token import TokenKey, check_token, sign_token
from certificate_signing.pdf_check import check_pdf
from certificate_signing.seal_layout import find_seal
from certificate_signing.status_list import SMALLEST, StatusList, decode
from certificate_signing.status_reading import read_status
from lti_tool.issuing.badge import credential
from lti_tool.issuing.make import Made, signed_credential
from lti_tool.issuing.token import claims_of

Document = dict[str, Any]
FEW = settings(max_examples=60, deadline=None, derandomize=True)
MANY = settings(max_examples=200, deadline=None, derandomize=True)
STRANGER = Ed25519PrivateKey.generate().public_key()

TEXTS = [
    "",
    "x",
    "https://e.example/",
    "did:web:evil.example",
    "2026-01-01T00:00:00Z",
    "VerifiableCredential",
    BASE_CONTEXT,
    "_:b0",
    "@id",
    "data:,x",
    "\ud800",
]
NAMES = [
    "@context", "@graph", "@id", "@included", "@index", "@language", "@list", "@nest", "@reverse", "@set", "@type", "@value", "credentialStatus",
    "credentialSubject", "digestSRI", "evidence", "holder", "id", "issuer", "name", "proof", "relatedResource", "termsOfUse", "type", "validFrom",
    "verifiableCredential", "x",
]  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(TEXTS))
NODES = st.dictionaries(st.sampled_from(NAMES), LEAVES, max_size=6)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6), max_leaves=25)
LEAST: Document = {
    "@context": [BASE_CONTEXT],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:i",
    "credentialSubject": {"id": "did:example:s"},
}
DOCUMENTS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8).map(lambda changes: {**LEAST, **changes})


def test_no_digit_of_a_seal_can_be_another(ring: KeyRing, made: Made) -> None:
    chance, layout, trusted = random.Random(1), find_seal(made.pdf), ring.trusted_seals()  # noqa: S311 - to be repeated
    for place in chance.sample(range(layout.start, layout.end), 250):
        others = [each for each in b"0123456789ABCDEFabcdef <>\0" if each != made.pdf[place]]
        changed = made.pdf[:place] + bytes([chance.choice(others)]) + made.pdf[place + 1 :]
        assert not check_pdf(changed, trusted).good, place


SPOILT: dict[str, Callable[[random.Random, bytearray, int], object]] = {
    "a bit turned": lambda chance, pdf, place: pdf.__setitem__(place, pdf[place] ^ 1 << chance.randrange(8)),
    "bytes cut out": lambda chance, pdf, place: pdf.__delitem__(slice(place, place + chance.choice([1, 2, 10, 1000]))),
    "bytes put in": lambda chance, pdf, place: pdf.__setitem__(slice(place, place), chance.randbytes(chance.choice([1, 2, 20]))),
    "cut off": lambda _, pdf, place: pdf.__delitem__(slice(place, None)),
    "something behind": lambda chance, pdf, _: pdf.extend(chance.choice([b"\n", b"%%EOF", b"\0", bytes(pdf[-300:]), b"startxref\n0\n%%EOF\n"])),
    "something before": lambda chance, pdf, _: pdf.__setitem__(slice(0, 0), chance.choice([b" ", b"\xef\xbb\xbf", b"%PDF-1.4\n"])),
}


@pytest.mark.parametrize("name", SPOILT)
def test_no_spoilt_certificate_is_good(ring: KeyRing, made: Made, name: str) -> None:
    chance, trusted = random.Random(name), ring.trusted_seals()  # noqa: S311 - to be repeated
    anchors, layout = [Anchor("Example Academy", each) for each in trusted], find_seal(made.pdf)
    for number in range(40):
        pdf = bytearray(made.pdf)
        SPOILT[name](chance, pdf, chance.randrange(len(pdf)))
        if bytes(pdf) == made.pdf:
            continue
        assert not check_pdf(bytes(pdf), trusted).good
        # Of other bodies' seals, certificates of CAs beside the signature are signed by nobody.
        signed = bytes(pdf[: layout.start]) != made.pdf[: layout.start] or bytes(pdf[layout.end :]) != made.pdf[layout.end :]
        if number < 8 and signed:
            assert "good" not in {seal.code for seal in foreign_seals(bytes(pdf), anchors, NOW)}


def places(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the way to everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [before, *(place for step, each in inner for place in places(each, (*before, step)))]


def at(document: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        document = document[step]
    return document


def plain(value: Any) -> Any:
    """Write a document as what it means: order in a set, and a set of one, mean nothing."""
    if isinstance(value, dict):
        return json.dumps({name: plain(inner) for name, inner in sorted(value.items())})
    if isinstance(value, list):
        inner = sorted({json.dumps(plain(each)) for each in value})
        return json.loads(inner[0]) if len(inner) == 1 else json.dumps(inner)
    return value


def spoilt(document: Document, chance: random.Random) -> Document:
    """Put something else, nothing or more in one place of a document."""
    made = copy.deepcopy(document)
    place = chance.choice(places(document)[1:])
    holder, value = at(made, place[:-1]), at(made, place)
    new: list[Any] = [None, True, 0, 1.5, *TEXTS, [], {}, [[]], [value, value], {"@value": value}, {"id": "https://e.example/"}]
    kind = chance.randrange(5)
    if kind == 0:
        del holder[place[-1]]
    elif kind == 1 and isinstance(value, dict):
        value[chance.choice(NAMES)] = chance.choice(new)
    elif kind == 2 and isinstance(value, str) and value:
        cut = chance.randrange(len(value))
        holder[place[-1]] = value[:cut] + chance.choice([" ", "\u200b", "\n", "", value[cut].swapcase()]) + value[cut + 1 :]
    elif kind == 3:
        holder[place[-1]] = copy.deepcopy(at(document, chance.choice(places(document))))
    else:
        holder[place[-1]] = chance.choice(new)
    return made


def test_a_spoilt_credential_holds_only_where_it_says_the_same(ring: KeyRing) -> None:
    chance, keys = random.Random(7), verification_keys(BASE, ring.credential_public)  # noqa: S311 - to be repeated
    signed = json.loads(signed_credential(CONTENT, AWARD, ring))
    assert check_proof(signed, keys).ok
    held = 0
    for _ in range(150):
        document = spoilt(signed, chance)
        if check_proof(document, keys).ok:
            held += 1
            assert plain(document) == plain(signed)
    assert held < 75


@pytest.mark.parametrize("added", [[], {}, [[]], [{}], [[], []]], ids=str)
def test_nothing_can_be_added_that_means_nothing(ring: KeyRing, added: Any) -> None:
    """An empty list makes no quad: it would stand in a credential that somebody else signed."""
    keys = verification_keys(BASE, ring.credential_public)
    signed = json.loads(signed_credential(CONTENT, AWARD, ring))
    for document in ({**signed, "validUntil": added}, {**signed, "credentialSubject": {**signed["credentialSubject"], "result": added}}):
        assert not check_proof(document, keys).ok
    with pytest.raises((CredentialUnreadable, CredentialLossy)):
        add_proof({**credential(CONTENT, AWARD), "termsOfUse": added}, ring.credential, verification_method(BASE, ring.credential.key_id), NOW)


@FEW
@given(JSON | DOCUMENTS)
def test_the_data_model_takes_anything(document: Any) -> None:
    for check in (check_credential, check_presentation):
        try:
            check(document)
        except DataModelWrong:
            continue


@FEW
@given(DOCUMENTS, JSON)
def test_no_proof_of_strangers_holds(document: Document, proof: Any) -> None:
    for inline in (True, False):
        assert not check_proofs({**document, "proof": proof}, did_key_public, ProofRules(inline_contexts=inline)).ok
    assert not check_proof({**document, "proof": proof}, {}).ok


@FEW
@given(DOCUMENTS)
def test_canonicalising_refuses_in_its_own_words(document: Document) -> None:
    try:
        bounded_nodes(document, 6)
        canonical(document)
    except (CredentialUnreadable, CredentialLossy):
        return


@FEW
@given(st.binary(max_size=200) | DOCUMENTS.map(lambda document: json.dumps(document).encode()))
def test_bytes_of_strangers_are_no_good_credential(sent: bytes) -> None:
    assert foreign_credential(sent, {"did:example:i#1": STRANGER}, NOW).code != "good"
    try:
        read_credential(sent)
    except CredentialUnreadable:
        return


def test_no_bit_of_a_token_can_be_another(ring: KeyRing) -> None:
    public, claims = ring.credential.public_bytes, claims_of(CONTENT)
    assert claims is not None
    token, keys = sign_token(claims, ring.credential), {key_id(public): TokenKey(public, NOW)}
    assert check_token(token, keys).ok
    for bit in range(8 * len(token)):
        changed = bytearray(token)
        changed[bit // 8] ^= 1 << bit % 8
        assert not check_token(bytes(changed), keys).ok
    for length in range(len(token)):
        assert not check_token(token[:length], keys).ok
    assert not check_token(token + b"\0", keys).ok


# Tags that decoders of CBOR make numbers, patterns and references of, and lengths that nobody has.
HEAVY = [
    "c5821b7fffffffffffffff01", "c4821a3b9aca0001", "d823782828612b292b24", "d81c81d81d00", "bbffffffffffffffff", "5b7fffffffffffffff",
    "9b7fffffffffffffff", "d81e820100", "c2583f" + "ff" * 63, "9f" * 200, "81" * 200,
]  # fmt: skip


@MANY
@given(st.binary(max_size=400) | st.sampled_from(HEAVY).map(bytes.fromhex))
def test_bytes_of_strangers_are_no_token(sent: bytes) -> None:
    for start in (b"", b"\xd2\x84", b"\xd2\x84\x43\xa1\x01\x27\xa0"):
        assert not check_token(start + sent, {}).ok


ENTRY = log_entry("issued", NOW, "0" * 64, "1" * 64, number=1).canonical()


@MANY
@given(
    st.integers(0, len(ENTRY) - 1),
    st.integers(0, 1),
    st.sampled_from([b"\\ud800", b"\\u0000", b"0", b"-", b"1e9", b"null", b'"', b"[]", b"\xff", b" "]),
)
def test_a_spoilt_entry_of_the_log_is_refused_or_another(place: int, cut: int, new: bytes) -> None:
    spoilt_entry = ENTRY[:place] + new + ENTRY[place + cut :]
    try:
        assert LogEntry.parse(spoilt_entry).canonical() == spoilt_entry
    except LogWrong:
        return


@FEW
@given(st.binary(max_size=300), st.integers(0, 100))
def test_lists_of_strangers_are_decoded_or_refused(junk: bytes, cut: int) -> None:
    whole, zeros = StatusList.empty().encoded(), bytes(SMALLEST // 8)
    texts = [
        base64url(junk),
        whole[:cut],
        whole + base64url(junk)[1:],
        base64url(gzip.compress(junk)),
        base64url(gzip.compress(zeros) + junk),
        junk.decode("latin1"),
    ]
    for text in texts:
        try:
            assert len(decode(text)) == SMALLEST
        except StatusListWrong:
            continue


@FEW
@given(JSON, NODES, DOCUMENTS)
def test_entries_of_strangers_are_read_or_refused(entry: Any, more: Document, document: Document) -> None:
    try:
        read_status({**(entry if isinstance(entry, dict) else {}), **more, "type": "BitstringStatusListEntry"}, document)
    except StatusListWrong:
        return


@MANY
@given(st.text() | st.text(alphabet="z123ABCabc0OIl=") | st.binary().map(base58) | st.binary().map(base64url))
def test_everything_has_one_spelling(text: str) -> None:
    for read, write in ((from_base58, base58), (from_base64url, base64url), (did_key_public, did_key_method)):
        try:
            content = read(text)
        except ValueError:
            continue
        assert write(content) == text
