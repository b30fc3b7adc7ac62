"""Private keys that are encrypted at rest: made so, taken so, opened with the password alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from certificate_parts import NOW, make_ring

from certificate_signing.errors import KeyWrong
from certificate_signing.key_folder import KeyAccess, KeyFolder, KeyUse
from certificate_signing.key_making import encrypt_keys
from certificate_signing.keyring import KeyRing, create_key

PASSWORD, OTHER = b"correct horse", b"battery staple"


def with_password(path: Path, password: bytes | None) -> KeyFolder:
    return KeyFolder(path, KeyAccess(password))


def private_files(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(path.glob("*.pem"))]


def signs(ring: KeyRing) -> None:
    assert ring.seal.sign(b"x")
    assert ring.credential.sign(b"x")
    assert ring.log.sign(b"x")
    assert b"BEGIN PRIVATE KEY" in ring.lti(NOW).private_pem


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = with_password(tmp_path_factory.mktemp("encrypted") / "keys", PASSWORD)
    signs(make_ring(folder))
    return folder.path


def test_no_file_holds_a_key_in_the_clear(encrypted: Path) -> None:
    files = private_files(encrypted)
    assert len(files) == len(KeyUse)
    assert all(b"BEGIN ENCRYPTED PRIVATE KEY" in file and b"BEGIN PRIVATE KEY" not in file for file in files)
    manifest = (encrypted / "keys.json").read_text()
    assert PASSWORD.decode() not in manifest
    assert PASSWORD.decode() not in repr(KeyRing.open(with_password(encrypted, PASSWORD)))


@pytest.mark.parametrize("password", [None, OTHER, b"", PASSWORD.upper()])
@pytest.mark.parametrize("use", ["seal", "credential", "log", "lti"])
def test_another_password_opens_nothing_and_verifies_all_the_same(encrypted: Path, use: str, password: bytes | None) -> None:
    ring = KeyRing.open(with_password(encrypted, password))
    with pytest.raises(KeyWrong):
        _ = ring.lti(NOW) if use == "lti" else getattr(ring, use)
    assert len(ring.trusted_seals()) == len(ring.credential_public) == len(ring.log_public) == 1


@pytest.mark.parametrize(("before", "after"), [(None, PASSWORD), (PASSWORD, OTHER), (PASSWORD, None)])
def test_keys_are_encrypted_anew_and_stay_the_same_keys(tmp_path: Path, before: bytes | None, after: bytes | None) -> None:
    folder = with_password(tmp_path / "keys", before)
    made = make_ring(folder)
    changed = replace(folder, access=KeyAccess(after))
    encrypt_keys(changed, before)
    ring = KeyRing.open(changed)
    signs(ring)
    assert [entry.public for entry in ring.entries] == [entry.public for entry in made.entries]
    assert {entry.encrypted for entry in ring.entries} == {after is not None}
    files = private_files(folder.path)
    assert len(files) == len(KeyUse)
    assert all((b"ENCRYPTED" in file) is (after is not None) for file in files)
    # Again changes nothing, whichever password was the one before.
    encrypt_keys(changed, before)
    signs(KeyRing.open(changed))


def test_a_wrong_old_password_leaves_every_key_as_it_is(tmp_path: Path) -> None:
    folder = with_password(tmp_path / "keys", PASSWORD)
    make_ring(folder)
    before = private_files(folder.path)
    with pytest.raises(KeyWrong):
        encrypt_keys(replace(folder, access=KeyAccess(OTHER)), b"wrong")
    assert private_files(folder.path) == before
    signs(KeyRing.open(folder))


def test_a_new_key_is_encrypted_as_the_others(tmp_path: Path) -> None:
    folder = with_password(tmp_path / "keys", PASSWORD)
    make_ring(folder)
    create_key(folder, KeyUse.CREDENTIAL, "Example Academy", "BE", NOW)
    assert all(b"ENCRYPTED" in file for file in private_files(folder.path))
