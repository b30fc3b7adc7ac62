"""The ring: made once whatever starts together, refused when open to others, every key with its purpose."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from certificate_parts import NOW, make_ring
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from joserfc.jwk import RSAKey

from certificate_signing.errors import KeyMissing, KeyUnsafe, KeyWrong
from certificate_signing.key_folder import TRAVERSABLE, KeyFolder, KeyState, KeyUse
from certificate_signing.keyring import KeyRing, create_key
from certificate_signing.lti_keys import PUBLIC_FIRST

FIRST_START = """
import datetime, pathlib, sys
from certificate_signing.keyring import KeyRing
now = datetime.datetime.now(datetime.UTC)
ring = KeyRing.create_for_development(pathlib.Path(sys.argv[1]), "Example Academy", "BE", now)
print(ring.seal.id, ring.credential.key_id, ring.lti(now).kid, ring.log.key_id)
"""


def test_files_are_readable_by_their_owner_alone(ring: KeyRing) -> None:
    folder = ring.folder.path
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_a_folder_whose_manifest_others_shall_read_shows_nothing_else(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", mode=TRAVERSABLE)
    make_ring(folder)
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.path.iterdir()}
    assert folder.path.stat().st_mode & 0o777 == 0o711
    assert modes.pop("keys.json") == 0o644
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("pattern", ["seal-*.pem", "credential-*.pem", "jwt-*.pem", "lti-*.pem", "log-*.pem"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, pattern: str, mode: int) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    next(folder.glob(pattern)).chmod(mode)
    with pytest.raises(KeyUnsafe):
        KeyRing.open(folder)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    folder.chmod(mode)
    with pytest.raises(KeyUnsafe):
        KeyRing.open(folder)


def test_processes_that_start_together_make_one_ring(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    started = [subprocess.Popen([sys.executable, "-c", FIRST_START, str(folder)], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = {process.communicate(timeout=300)[0] for process in started}
    assert len(told) == 1
    assert len(KeyFolder(folder).entries()) == 5


def test_asking_again_makes_nothing_new(ring: KeyRing) -> None:
    again = KeyRing.create_for_development(ring.folder.path, "Another Body", "GR", NOW)
    assert again.entries == ring.entries


def test_a_folder_that_lacks_nothing_is_only_read(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    (folder / ".lock").unlink()
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    make_ring(folder)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_a_start_that_was_interrupted_leaves_nothing_half_made(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    manifest = folder / "keys.json"
    rows = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**rows, "keys": rows["keys"][:1]}))
    again = make_ring(folder)
    assert [entry.use for entry in again.entries] == [KeyUse.SEAL, KeyUse.CREDENTIAL, KeyUse.JWT, KeyUse.LTI, KeyUse.LOG]
    assert again.entries[0].id == rows["keys"][0]["id"]


def test_no_keys_no_ring(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        KeyRing.open(tmp_path)


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", "{}", '{"keys": [{}]}', '{"keys": [{"file": "../x"}]}', '{"keys": [{"id": "a", "use": "x", "file": "a"}]}', '{"keys": 7}'],
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "keys.json").write_text(manifest)
    with pytest.raises(KeyWrong):
        KeyRing.open(tmp_path)


def test_a_manifest_leads_to_no_file_outside(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    manifest = folder / "keys.json"
    seal = next(folder.glob("seal-*.pem"))
    seal.rename(folder.parent / seal.name)
    manifest.write_text(manifest.read_text().replace('"file": "seal-', '"file": "../seal-'))
    with pytest.raises(KeyWrong):
        KeyRing.open(folder)


def test_a_key_file_that_is_gone_is_told_by_whoever_needs_it(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    next(folder.glob("seal-*.pem")).unlink()
    ring = KeyRing.open(folder)
    with pytest.raises(KeyWrong):
        ring.check_private()
    with pytest.raises(KeyWrong):
        _ = ring.seal


def of_version_1(folder: Path) -> None:
    """Write the manifest as releases before the public halves wrote it."""
    manifest = folder / "keys.json"
    fresh = ("public", "token", "encrypted", "compromised_at")
    rows = [{name: value for name, value in row.items() if name not in fresh} for row in json.loads(manifest.read_text())["keys"]]
    manifest.write_text(json.dumps({"version": 1, "keys": rows}))


def test_a_manifest_of_version_1_is_read_and_completed(tmp_path: Path) -> None:
    made = make_ring(tmp_path / "keys")
    folder = made.folder.path
    of_version_1(folder)
    old = KeyRing.open(folder)
    assert (old.trusted_seals(), old.credential_public, old.log_public) == (made.trusted_seals(), made.credential_public, made.log_public)
    assert make_ring(folder).entries == made.entries
    assert json.loads((folder / "keys.json").read_text())["version"] == 2


def test_a_manifest_of_version_1_needs_its_key_files(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    of_version_1(folder)
    next(folder.glob("credential-*.pem")).unlink()
    with pytest.raises(KeyWrong):
        KeyRing.open(folder)


def test_a_manifest_of_a_later_release_is_refused(tmp_path: Path) -> None:
    manifest = make_ring(tmp_path / "keys").folder.path / "keys.json"
    manifest.write_text(manifest.read_text().replace('"version": 2', '"version": 4'))
    with pytest.raises(KeyWrong, match="later release"):
        KeyRing.open(manifest.parent)


def test_whoever_verifies_needs_no_private_key(tmp_path: Path) -> None:
    made = make_ring(tmp_path / "keys")
    seal = made.seal
    held = (made.credential, made.log)
    for file in made.folder.path.glob("*.pem"):
        file.unlink()
    public = KeyRing.open(made.folder.path)
    assert public.trusted_seals() == (seal.certificate,)
    assert public.known_seals[0].chain == seal.chain
    assert (public.credential_public, public.log_public) == tuple({key.key_id: key.public_bytes} for key in held)


def test_every_name_in_the_seals_chain_says_development(ring: KeyRing) -> None:
    for certificate in (ring.seal.certificate, *ring.seal.chain):
        assert "development" in str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def test_the_seal_has_the_profile_of_a_document_signer(ring: KeyRing) -> None:
    extensions = ring.seal.certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    others = (usage.key_cert_sign, usage.crl_sign, usage.key_encipherment, usage.data_encipherment, usage.key_agreement)
    assert not any(others)
    purposes = {each.dotted_string for each in extensions.get_extension_for_class(x509.ExtendedKeyUsage).value}
    assert purposes == {"1.3.6.1.5.5.7.3.36", ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string}
    assert ring.seal.private_key.key_size == 3072


def test_the_chain_holds_and_ends_in_a_root(ring: KeyRing) -> None:
    issuing, root = ring.seal.chain
    ring.seal.certificate.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


@pytest.mark.parametrize("organisation", ["A" * 120, "Ευρωπαϊκή Ακαδημία Ψηφιακών Δεξιοτήτων Εκπαιδευτικών " * 2, "O=evil,CN=root", 'Say "yes"', "x"])
def test_any_organisation_has_a_certificate(tmp_path: Path, organisation: str) -> None:
    ring = KeyRing.create_for_development(tmp_path / "keys", organisation, "GR", NOW)
    name = ring.seal.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert str(name).startswith(organisation[:15].strip())


def test_the_lti_jwk_is_what_jose_reads_and_fits_the_private_key(ring: KeyRing) -> None:
    own = ring.lti(NOW)
    jwk = own.public_jwk()
    assert {name: jwk[name] for name in ("kty", "alg", "use")} == {"kty": "RSA", "alg": "RS256", "use": "sig"}
    assert "d" not in jwk
    key = RSAKey.import_key(jwk)
    assert key.thumbprint() == own.kid == jwk["kid"]
    private = RSAKey.import_key(own.private_pem).private_key
    assert private is not None
    public = key.public_key
    assert isinstance(public, RSAPublicKey)
    public.verify(private.sign(b"message", PKCS1v15(), SHA256()), b"message", PKCS1v15(), SHA256())


@pytest.mark.parametrize("use", list(KeyUse))
def test_a_new_key_retires_the_one_before_and_both_are_trusted(tmp_path: Path, use: KeyUse) -> None:
    before = make_ring(tmp_path / "keys")
    entry = create_key(before.folder.path, use, "Example Academy", "BE", NOW)
    after = KeyRing.open(before.folder.path)
    states = [each.state for each in after.entries if each.use is use]
    assert states == [KeyState.RETIRED, KeyState.ACTIVE]
    assert entry.state is KeyState.ACTIVE
    counts = {
        "seal": len(after.trusted_seals()),
        "credential": len(after.credential_public),
        "lti": len(after.lti_published(NOW)),
        "log": len(after.log_public),
        "jwt": len(after.jwt_public),
    }
    assert counts == {"seal": 1, "credential": 1, "lti": 1, "log": 1, "jwt": 1} | {use.value: 2}
    active = {
        "seal": after.seal.id,
        "credential": after.credential.key_id,
        "lti": after.lti(NOW + PUBLIC_FIRST).kid,
        "log": after.log.key_id,
        "jwt": after.jwt.key_id,
    }
    assert active[use.value] == entry.id
    assert after.lti_published(NOW)[0] == after.lti(NOW)


@pytest.mark.parametrize("use", [KeyUse.SEAL, KeyUse.CREDENTIAL, KeyUse.JWT])
def test_a_compromised_key_is_trusted_for_nothing(tmp_path: Path, use: KeyUse) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    create_key(folder, use, "Example Academy", "BE", NOW)
    manifest = folder / "keys.json"
    manifest.write_text(manifest.read_text().replace('"retired",', '"compromised",'))
    after = KeyRing.open(folder)
    assert (len(after.trusted_seals()), len(after.credential_public), len(after.jwt_public)) == (1, 1, 1)


def test_a_folder_from_before_the_log_is_given_its_key_and_nothing_else(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    manifest = folder / "keys.json"
    rows = json.loads(manifest.read_text())
    before = [row for row in rows["keys"] if row["use"] != "log"]
    manifest.write_text(json.dumps({"version": 1, "keys": before}))
    after = make_ring(folder)
    assert [entry.id for entry in after.entries[:-1]] == [row["id"] for row in before]
    Ed25519PublicKey.from_public_bytes(after.log.public_bytes).verify(after.log.sign(b"checkpoint"), b"checkpoint")
    assert after.log_public == {after.log.key_id: after.log.public_bytes}


def test_a_seal_signs_as_its_certificate_says(ring: KeyRing) -> None:
    signature = ring.seal.sign(b"attributes")
    assert len(signature) == ring.seal.signature_length
    public = ring.seal.certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    public.verify(signature, b"attributes", PKCS1v15(), SHA256())


def test_a_manifest_never_holds_a_private_key(ring: KeyRing) -> None:
    assert "PRIVATE" not in (ring.folder.path / "keys.json").read_text()
    assert "PRIVATE" not in repr(ring)
