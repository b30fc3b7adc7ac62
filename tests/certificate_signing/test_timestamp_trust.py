"""How far timestamps of an authority count whose key somebody else may have: backdated ones prove nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from authorities import Ca, Openssl, real_now
from certificate_parts import NOW, make_ring
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from levels import Sealed

from certificate_signing.errors import KeyWrong, TimestampFailed
from certificate_signing.key_folder import KeyFolder, KeyState
from certificate_signing.key_making import create_key, move_keys
from certificate_signing.keyring import SIGNING_USES, KeyRing, KeyUse
from certificate_signing.pdf_check import check_pdf
from certificate_signing.seal_archive import with_archive_timestamp
from certificate_signing.seal_level import SealLevel
from certificate_signing.timestamp_authorities import add_authorities, authority_id, compromise_authority, retire_authority
from certificate_signing.timestamp_trust import Authority, proved_at, with_others
from certificate_signing.timestamps import Timestamp, TimestampAuthority

HOUR = timedelta(hours=1)
COMPROMISED = KeyState.COMPROMISED


def certificate(name: str, key: Any = None, by: Any = None) -> x509.Certificate:
    key = key or ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number(), NOW - 100 * HOUR, NOW + 100 * HOUR)
    return builder.sign(by or key, None if isinstance(by or key, Ed25519PrivateKey) else hashes.SHA256())


KEY = ec.generate_private_key(ec.SECP256R1())
FIRST, RENEWED, SECOND = certificate("First", KEY), certificate("First, renewed", KEY), certificate("Second")
ROOT, PINNED, UNLISTED = certificate("Root"), certificate("Pinned"), certificate("Unlisted")


def stamp(hours: float, by: x509.Certificate = FIRST, *, under: tuple[x509.Certificate, ...] = ()) -> Timestamp:
    at = NOW + hours * HOUR
    return Timestamp(b"", at, at, "1.2.3", tuple(each.public_bytes(Encoding.DER) for each in (by, *under)))


@dataclass(frozen=True)
class Case:
    """Timestamps, the innermost first; who was compromised and since when; when the log says that all was there; what that proves."""

    stamps: tuple[Timestamp, ...]
    proves: float | None
    void: tuple[tuple[x509.Certificate, float], ...] = ()
    logged: float | None = None


CASES: dict[str, Case] = {
    "a sound authority": Case((stamp(1),), 1),
    "nothing": Case((), None, logged=2),
    "the log alone proves nothing here": Case((), None, logged=0),
    "another one is compromised": Case((stamp(1),), 1, ((SECOND, 0),)),
    "earlier than the theft, by its own word": Case((stamp(1),), None, ((FIRST, 2),)),
    "later than the theft": Case((stamp(3),), None, ((FIRST, 2),)),
    "later than the theft, and in the log": Case((stamp(3),), None, ((FIRST, 2),), logged=4),
    "later than the theft, and yet in the log before": Case((stamp(4),), None, ((FIRST, 3),), logged=2),
    "backdated, and in the log after the theft": Case((stamp(1),), None, ((FIRST, 2),), logged=3),
    "in the log at the theft": Case((stamp(1),), None, ((FIRST, 2),), logged=2),
    "in the log before the theft": Case((stamp(1),), 1, ((FIRST, 3),), logged=2),
    "the key under a renewed certificate": Case((stamp(1, RENEWED),), None, ((FIRST, 2),)),
    "its CA's key": Case((stamp(1, UNLISTED, under=(ROOT,)),), None, ((ROOT, 2),)),
    "its CA's key, and in the log before": Case((stamp(1, UNLISTED, under=(ROOT,)),), 1, ((ROOT, 3),), logged=2),
    "its CA's key, but it is trusted by itself": Case((stamp(1, PINNED, under=(ROOT,)),), 1, ((ROOT, 2),)),
    "its key and, later, its CA's": Case((stamp(1, SECOND, under=(ROOT,)),), None, ((SECOND, 2), (ROOT, 4)), logged=3),
    "the earlier of two thefts": Case((stamp(1),), None, ((FIRST, 9), (RENEWED, 2)), logged=3),
    "archived by another before the theft": Case((stamp(1), stamp(2, SECOND)), 1, ((FIRST, 3),)),
    "archived by another after the theft": Case((stamp(1), stamp(4, SECOND)), 4, ((FIRST, 3),)),
    "archived by the same": Case((stamp(1), stamp(2)), None, ((FIRST, 3),)),
    "archived by the same under another certificate": Case((stamp(1), stamp(2, RENEWED)), None, ((FIRST, 3),)),
    "archived by the same, and in the log": Case((stamp(1), stamp(2)), 1, ((FIRST, 4),), logged=3),
    "the archive is the thief's": Case((stamp(1), stamp(2, SECOND)), 1, ((SECOND, 3),)),
    "both were stolen": Case((stamp(1), stamp(2, SECOND)), None, ((FIRST, 3), (SECOND, 3))),
    "both were stolen, the outer one later than the log": Case((stamp(1), stamp(2, SECOND)), 1, ((FIRST, 3), (SECOND, 9)), logged=4),
    "a third archive holds the second, which holds the first": Case((stamp(1), stamp(2, SECOND), stamp(3, ROOT)), 1, ((FIRST, 3), (SECOND, 4))),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_timestamps_prove(name: str) -> None:
    case = CASES[name]
    authorities = [Authority(each, COMPROMISED, NOW + since * HOUR) for each, since in case.void]
    existed = None if case.logged is None else NOW + case.logged * HOUR
    proved = proved_at(case.stamps, with_others(authorities, (FIRST, SECOND, ROOT, PINNED)), existed)
    assert proved == (None if case.proves is None else NOW + case.proves * HOUR)


def test_what_the_history_says_of_a_certificate_counts() -> None:
    known = Authority(FIRST, COMPROMISED, NOW)
    assert with_others([known], [FIRST, SECOND, SECOND]) == (known, Authority(SECOND))


def checked(sealed: Sealed, pdf: bytes, *authorities: Authority) -> datetime | None:
    found = check_pdf(pdf, (sealed.key.certificate,), authorities)
    # Whatever becomes of the authority, the seal itself is good.
    assert found.good
    return found.proven_at


def test_a_seal_whose_authority_was_stolen_has_no_time_but_is_good(sealed: Sealed) -> None:
    for level in (SealLevel.B_T, SealLevel.B_LT, SealLevel.B_LTA):
        pdf, later = sealed.files[level], real_now() + HOUR
        assert checked(sealed, pdf, Authority(sealed.ca.certificate)) is not None
        assert checked(sealed, pdf, Authority(sealed.ca.certificate, COMPROMISED, later)) is None
        # The authority's own certificate was stolen, not its CA's, by which it is trusted.
        assert checked(sealed, pdf, Authority(sealed.ca.certificate), Authority(sealed.tsa.certificate, COMPROMISED, later)) is None
        assert checked(sealed, pdf, Authority(sealed.ca.certificate), Authority(sealed.tsa.certificate)) is not None
        assert checked(sealed, pdf, Authority(sealed.ca.certificate, KeyState.RETIRED)) is not None


def test_an_archive_timestamp_of_another_authority_saves_it(sealed: Sealed, tmp_path: Path) -> None:
    other = Openssl(tmp_path / "other", Ca())
    pdf = with_archive_timestamp(sealed.files[SealLevel.B_T], other.trusted())
    own = checked(sealed, pdf, Authority(sealed.ca.certificate), Authority(other.ca.certificate))
    assert own is not None
    stolen = Authority(sealed.ca.certificate, COMPROMISED, real_now() + HOUR)
    assert checked(sealed, pdf, stolen, Authority(other.ca.certificate)) == own
    # Stamped by the other one when the thief had the key already: no older than that.
    before = Authority(sealed.ca.certificate, COMPROMISED, own)
    found = check_pdf(pdf, (sealed.key.certificate,), (before, Authority(other.ca.certificate)))
    assert found.proven_at == found.stamps[1].latest
    assert checked(sealed, pdf, stolen, Authority(other.ca.certificate, COMPROMISED, real_now() + HOUR)) is None


def test_new_stamps_of_who_was_given_up_are_refused(sealed: Sealed) -> None:
    good = sealed.tsa.trusted()
    assert good.stamp(bytes(32))
    given_up = TimestampAuthority(sealed.tsa.answer, good.trusted, real_now, refused=(sealed.tsa.certificate,))
    with pytest.raises(TimestampFailed) as failed:
        given_up.stamp(bytes(32))
    assert failed.value.code == "other-signer"


def folder(tmp_path: Path) -> KeyFolder:
    return make_ring(tmp_path / "keys").folder


def states(keys: KeyFolder) -> list[tuple[str, str]]:
    return [(each.id, each.state.value) for each in keys.authorities()]


def test_the_ring_keeps_the_history(tmp_path: Path) -> None:
    keys = folder(tmp_path)
    before = keys.entries()
    first, second = add_authorities(keys, (FIRST, SECOND, FIRST)[:2], NOW)
    assert (first.id, first.algorithm, first.state.value) == (authority_id(FIRST), "EC-256", "active")
    assert add_authorities(keys, (FIRST,), NOW + HOUR) == (first,)
    retire_authority(keys, second.id, NOW + HOUR)
    compromise_authority(keys, first.id, NOW, NOW + HOUR)
    assert states(keys) == [(first.id, "compromised"), (second.id, "retired")]
    # Keys come and go beside them.
    create_key(keys, KeyUse.CREDENTIAL, "", "", NOW)
    ring = KeyRing.open(keys)
    assert ring.authorities == (Authority(FIRST, COMPROMISED, NOW), Authority(SECOND, KeyState.RETIRED))
    assert [entry.id for entry in ring.entries][: len(before)] == [entry.id for entry in before]
    assert keys.authorities()[1].retired is not None


def test_what_does_not_come_back(tmp_path: Path) -> None:
    keys = folder(tmp_path)
    first, second = add_authorities(keys, (FIRST, SECOND), NOW)
    retire_authority(keys, second.id, NOW)
    compromise_authority(keys, first.id, NOW - HOUR, NOW)
    for refused in (
        lambda: add_authorities(keys, (FIRST,), NOW),
        lambda: add_authorities(keys, (SECOND,), NOW),
        lambda: retire_authority(keys, first.id, NOW),
        lambda: retire_authority(keys, second.id, NOW),
        lambda: retire_authority(keys, "timestamp-0", NOW),
        lambda: compromise_authority(keys, "timestamp-0", NOW, NOW),
        lambda: compromise_authority(keys, first.id, NOW, NOW),
        lambda: compromise_authority(keys, second.id, NOW + HOUR, NOW),
        lambda: add_authorities(keys, (certificate("Ed25519", Ed25519PrivateKey.generate()),), NOW),
    ):
        before = states(keys)
        with pytest.raises(KeyWrong):
            refused()
        assert states(keys) == before
    # From an earlier instant it can be declared again, and a retired one too.
    assert compromise_authority(keys, first.id, NOW - 2 * HOUR, NOW).compromised_at == "2026-11-21T08:00:00Z"
    assert compromise_authority(keys, second.id, NOW, NOW).state is COMPROMISED


def test_a_manifest_is_of_the_new_kind_only_if_it_has_authorities(tmp_path: Path) -> None:
    """Earlier releases must not take a compromised authority for a sound one; what has none they go on reading."""
    keys = folder(tmp_path)
    file = keys.path / "keys.json"
    assert json.loads(file.read_text())["version"] == 2
    add_authorities(keys, (FIRST,), NOW)
    assert json.loads(file.read_text())["version"] == 3


def test_they_move_with_the_keys_that_they_date(tmp_path: Path) -> None:
    keys, target = folder(tmp_path), KeyFolder(tmp_path / "signer")
    (first,) = add_authorities(keys, (FIRST,), NOW)
    move_keys(keys, target, SIGNING_USES)
    assert (states(keys), states(target)) == ([], [(first.id, "active")])


def test_an_instant_that_nobody_noted_voids_everything(tmp_path: Path) -> None:
    keys = folder(tmp_path)
    (first,) = add_authorities(keys, (FIRST,), NOW)
    compromise_authority(keys, first.id, NOW, NOW)
    file = keys.path / "keys.json"
    file.write_text(file.read_text().replace('"compromised_at": "2026-11-21T10:00:00Z"', '"compromised_at": null'))
    (known,) = KeyRing.open(keys).authorities
    assert known.compromised_at == FIRST.not_valid_before_utc.astimezone(UTC)
