"""No answer of an authority but the right one is a timestamp, and nothing is sealed without it (threat S14)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from authorities import POLICY, Ca, Openssl, real_now
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st
from levels import Sealed
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificate_signing.errors import TimestampFailed
from certificate_signing.pdf_seal import seal
from certificate_signing.seal_cms import read_cms
from certificate_signing.seal_layout import find_seal
from certificate_signing.seal_level import SealLevel
from certificate_signing.seal_policy import SealPolicy
from certificate_signing.timestamps import TimestampAuthority, check_token

DIGEST = hashlib.sha256(b"signature value").digest()
Answer = Callable[[bytes], bytes]
Spoil = Callable[[Sealed, Answer], Answer]


def asked(change: Callable[[tsp.TimeStampReq], None]) -> Spoil:
    """The authority is asked something else than we asked."""

    def spoil(_: Sealed, answer: Answer) -> Answer:
        def other(request: bytes) -> bytes:
            read = tsp.TimeStampReq.load(request)
            change(read)
            return answer(read.dump())

        return other

    return spoil


def told(change: Callable[[bytes], bytes]) -> Spoil:
    """The answer is changed on its way."""
    return lambda _, answer: lambda request: change(answer(request))


def _token(change: Callable[[cms.SignedData], None]) -> Spoil:
    def changed(answer: bytes) -> bytes:
        response = tsp.TimeStampResp.load(answer)
        change(response["time_stamp_token"]["content"])
        written: bytes = response.dump()
        return written

    return told(changed)


def _nonce(request: tsp.TimeStampReq) -> None:
    request["nonce"] = 12345


def _no_nonce(request: tsp.TimeStampReq) -> None:
    request["nonce"] = None


def _imprint(request: tsp.TimeStampReq) -> None:
    request["message_imprint"]["hashed_message"] = hashlib.sha256(b"other").digest()


def _policy(policy: str) -> Callable[[tsp.TimeStampReq], None]:
    def change(request: tsp.TimeStampReq) -> None:
        request["req_policy"] = policy

    return change


def _no_certificates(data: cms.SignedData) -> None:
    data["certificates"] = None


def _signature(data: cms.SignedData) -> None:
    data["signer_infos"][0]["signature"] = bytes(256)


def _content(data: cms.SignedData) -> None:
    info = tsp.TSTInfo.load(bytes(data["encap_content_info"]["content"]))
    info["gen_time"] = real_now() - timedelta(days=300)
    data["encap_content_info"]["content"] = core.ParsableOctetString(info.dump())


def _unreachable(_: bytes) -> bytes:
    raise TimestampFailed("unreachable")


def _replay(sealed: Sealed, answer: Answer) -> Answer:
    old = TimestampAuthority(answer, (), real_now)
    kept: list[bytes] = []
    with pytest.raises(TimestampFailed):
        replace(old, ask=lambda request: kept.append(answer(request)) or kept[0]).stamp(DIGEST)
    return lambda _: kept[0]


# What goes wrong → (how, the code).
WRONG: dict[str, tuple[Spoil, str]] = {
    "down": (lambda *_: _unreachable, "unreachable"),
    "refused": (asked(_policy("1.2.3.9")), "refused"),
    "another nonce": (asked(_nonce), "other-nonce"),
    "no nonce": (asked(_no_nonce), "other-nonce"),
    "an old answer again": (_replay, "other-nonce"),
    "about other bytes": (asked(_imprint), "other-imprint"),
    "empty": (told(lambda _: b""), "unreadable"),
    "a page": (told(lambda _: b"<html>Sign in</html>"), "unreadable"),
    "cut off": (told(lambda answer: answer[:-9]), "unreadable"),
    "with more behind": (told(lambda answer: answer + b"\0"), "unreadable"),
    "granted without a token": (told(lambda _: bytes.fromhex("30053003020100")), "unreadable"),
    "without certificates": (_token(_no_certificates), "unreadable"),
    "a signature of zeros": (_token(_signature), "broken"),
    "the time changed": (_token(_content), "broken"),
}


def code_of(authority: TimestampAuthority, digest: bytes = DIGEST) -> str:
    with pytest.raises(TimestampFailed) as failed:
        authority.stamp(digest)
    return failed.value.code


def test_a_right_answer_is_a_timestamp(sealed: Sealed) -> None:
    begun = real_now()
    stamp = replace(sealed.tsa.trusted(), policy=POLICY).stamp(DIGEST)
    assert begun - timedelta(seconds=1) <= stamp.at <= real_now()
    assert stamp.latest == stamp.at + timedelta(seconds=1)
    assert stamp.policy == POLICY
    assert [hashlib.sha256(each).digest() for each in stamp.path] == [
        hashlib.sha256(each.public_bytes(Encoding.DER)).digest() for each in (sealed.tsa.certificate, sealed.ca.certificate)
    ]
    assert check_token(stamp.token, DIGEST, (sealed.ca.certificate,)) == stamp


def test_the_certificate_of_an_authority_may_itself_be_trusted(sealed: Sealed) -> None:
    stamp = replace(sealed.tsa.trusted(), trusted=(sealed.tsa.certificate,)).stamp(DIGEST)
    assert stamp.path == (sealed.tsa.certificate.public_bytes(Encoding.DER),)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_is_none_and_nothing_is_sealed(sealed: Sealed, wrong: str) -> None:
    spoil, code = WRONG[wrong]
    authority = replace(sealed.tsa.trusted(), ask=spoil(sealed, sealed.tsa.answer))
    assert code_of(authority) == code
    with pytest.raises(TimestampFailed) as failed:
        seal(sealed.unsealed, sealed.key, at=real_now(), reason="r", organisation="o", policy=SealPolicy(SealLevel.B_T, authority))
    assert failed.value.code == code


@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(hours=-1), timedelta(days=365)])
def test_a_time_that_is_not_the_present_is_refused(sealed: Sealed, off: timedelta) -> None:
    assert code_of(replace(sealed.tsa.trusted(), now=lambda: real_now() + off)) == "other-time"


def test_another_policy_than_the_one_asked_for_is_refused(sealed: Sealed) -> None:
    spoiled = asked(_policy(POLICY))(sealed, sealed.tsa.answer)
    assert code_of(replace(sealed.tsa.trusted(), policy="1.2.3.4.2", ask=spoiled)) == "other-policy"
    assert replace(sealed.tsa.trusted(), policy="1.2.3.4.2").stamp(DIGEST).policy == "1.2.3.4.2"


def test_an_authority_that_nobody_trusts_is_refused(tmp_path: Path, sealed: Sealed) -> None:
    stranger = Openssl(tmp_path / "tsa", Ca())
    assert code_of(replace(stranger.trusted(), trusted=(sealed.ca.certificate,))) == "other-signer"
    assert code_of(replace(sealed.tsa.trusted(), trusted=())) == "other-signer"


def test_a_token_of_another_maker_is_taken_too(sealed: Sealed) -> None:
    token = _made(sealed, [ExtendedKeyUsageOID.TIME_STAMPING], critical=True, days=(0, 1000))
    assert check_token(token, DIGEST, (sealed.ca.certificate,)).token == token


USES = {
    "none for timestamps": [ExtendedKeyUsageOID.EMAIL_PROTECTION],
    "another one beside": [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION],
    "not critical": [ExtendedKeyUsageOID.TIME_STAMPING],
}


@pytest.mark.parametrize("uses", USES)
def test_a_certificate_that_is_not_for_timestamps_alone_makes_none(sealed: Sealed, uses: str) -> None:
    token = _made(sealed, USES[uses], critical=uses != "not critical", days=(0, 1000))
    with pytest.raises(TimestampFailed) as failed:
        check_token(token, DIGEST, (sealed.ca.certificate,))
    assert failed.value.code == "other-signer"


@pytest.mark.parametrize("days", [(0, 1), (30, 60)], ids=["run out", "not yet"])
def test_an_authority_whose_certificate_was_not_valid_then_is_refused(sealed: Sealed, days: tuple[int, int]) -> None:
    token = _made(sealed, [ExtendedKeyUsageOID.TIME_STAMPING], critical=True, days=days)
    with pytest.raises(TimestampFailed) as failed:
        check_token(token, DIGEST, (sealed.ca.certificate,))
    assert failed.value.code == "other-signer"


def test_no_single_byte_of_a_token_may_change(sealed: Sealed) -> None:
    pdf = sealed.files[SealLevel.B_T]
    found = read_cms(find_seal(pdf).cms)
    token, digest = found.token, hashlib.sha256(found.signature).digest()
    assert token is not None
    for place in range(0, len(token), 13):
        for bit in (1, 0x20):
            forged = bytearray(token)
            forged[place] ^= bit
            with pytest.raises(TimestampFailed):
                check_token(bytes(forged), digest, (sealed.ca.certificate,))


def test_what_an_authority_adds_unsigned_is_left_out(sealed: Sealed) -> None:
    """Certificates of others, lists and notes: signed by nobody, so they come into no certificate of ours."""
    other = asn1_x509.Certificate.load(Ca().certificate.public_bytes(Encoding.DER))

    def more(data: cms.SignedData) -> None:
        data["certificates"].append(cms.CertificateChoices("certificate", other))
        note = core.Any(core.UTF8String("note"))
        data["signer_infos"][0]["unsigned_attrs"] = [{"type": "1.2.3.4.5", "values": [note]}]

    stamp = replace(sealed.tsa.trusted(), ask=_token(more)(sealed, sealed.tsa.answer)).stamp(DIGEST)
    assert other.dump() not in stamp.token
    assert b"note" not in stamp.token


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    for token in (content, b"\x30\x82\x00\xc8" + content):
        with pytest.raises(TimestampFailed):
            check_token(token, DIGEST, ())


def _made(sealed: Sealed, uses: list[ObjectIdentifier], *, critical: bool, days: tuple[int, int]) -> bytes:
    """A token by a certificate that openssl would not use."""
    from asn1crypto.keys import PrivateKeyInfo
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65537, 2048)
    certificate = sealed.ca.issue("Example Stamps", key.public_key(), uses, critical=critical, days=days)
    held = PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    own = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    stamper = DummyTimeStamper(own, held, certs_to_embed=SimpleCertificateStore.from_certs([own]))
    token: bytes = stamper.request_tsa_response(stamper.request_cms(DIGEST, "sha256")[1])["time_stamp_token"].dump()
    return token
