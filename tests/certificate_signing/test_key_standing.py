"""A key that was compromised from an instant: later signatures are void, earlier ones count if something else proves their time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from certificate_parts import NOW, make_ring

from certificate_signing.errors import KeyMissing, KeyWrong
from certificate_signing.key_folder import KeyFolder, KeyState, KeyUse
from certificate_signing.keyring import KeyRing, compromise, create_key
from certificate_signing.lti_keys import signing

FROM = NOW + timedelta(days=30)
TODAY = NOW + timedelta(days=40)
SECOND = timedelta(seconds=1)

ACTIVE: dict[KeyUse, Callable[[KeyRing], str]] = {
    KeyUse.SEAL: lambda ring: ring.seal.id,
    KeyUse.CREDENTIAL: lambda ring: ring.credential.key_id,
    KeyUse.LOG: lambda ring: ring.log.key_id,
}
USES = list(ACTIVE)


@pytest.mark.parametrize(
    ("proved_at", "believed"),
    [
        (FROM - SECOND, True),
        (NOW, True),
        (NOW - timedelta(days=365), True),
        (FROM, False),
        (FROM + SECOND, False),
        (TODAY, False),
        (None, False),
    ],
)
@pytest.mark.parametrize("use", USES)
def test_what_a_compromised_key_signed(tmp_path: Path, use: KeyUse, proved_at: datetime | None, believed: bool) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    key_id = ACTIVE[use](KeyRing.open(folder))
    entry = compromise(folder, key_id, FROM, TODAY)
    standing = KeyRing.open(folder).standing(key_id)
    assert standing is not None
    assert (entry.state, standing.compromised_at, standing.sound) == (KeyState.COMPROMISED, FROM, False)
    assert standing.believes(proved_at) is believed


@pytest.mark.parametrize("proved_at", [None, NOW, TODAY])
@pytest.mark.parametrize("use", USES)
def test_what_a_retired_or_active_key_signed_is_believed_with_no_proof(tmp_path: Path, use: KeyUse, proved_at: datetime | None) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    create_key(folder, use, "Example Academy", "BE", NOW)
    ring = KeyRing.open(folder)
    standings = [ring.standing(entry.id) for entry in ring.entries if entry.use is use]
    assert [standing.state for standing in standings if standing] == [KeyState.RETIRED, KeyState.ACTIVE]
    assert all(standing.believes(proved_at) for standing in standings if standing)


@pytest.mark.parametrize("use", USES)
def test_a_compromised_key_is_known_and_trusted_by_nobody_and_signs_no_more(tmp_path: Path, use: KeyUse) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    key_id = ACTIVE[use](KeyRing.open(folder))
    compromise(folder, key_id, FROM, TODAY)
    ring = KeyRing.open(folder)
    trusted = {"seal": len(ring.trusted_seals()), "credential": len(ring.credential_public), "log": len(ring.log_public)}
    known = {"seal": len(ring.known_seals), "credential": len(ring.credential_known), "log": len(ring.log_known)}
    assert trusted == {"seal": 1, "credential": 1, "log": 1} | {use.value: 0}
    assert known == {"seal": 1, "credential": 1, "log": 1}
    with pytest.raises(KeyMissing):
        ACTIVE[use](ring)
    assert not list(folder.glob(f"{use}-*.pem"))


@pytest.mark.parametrize("use", USES)
def test_a_compromised_key_of_a_manifest_that_says_not_since_when_is_believed_for_nothing(tmp_path: Path, use: KeyUse) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    create_key(folder, use, "Example Academy", "BE", NOW)
    manifest = folder / "keys.json"
    rows = json.loads(manifest.read_text())
    rows["keys"] = [row | ({"state": "compromised"} if row["state"] == "retired" else {}) for row in rows["keys"]]
    manifest.write_text(json.dumps(rows))
    ring = KeyRing.open(folder)
    gone = next(entry for entry in ring.entries if entry.state is KeyState.COMPROMISED)
    standing = ring.standing(gone.id)
    assert standing is not None
    assert not standing.believes(NOW)
    assert not standing.believes(None)


def test_a_key_that_never_was_ours_has_no_standing(tmp_path: Path) -> None:
    assert make_ring(tmp_path / "keys").standing("key-0000000000000000") is None


def test_a_retired_key_may_turn_out_to_be_compromised_while_the_active_one_goes_on(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    old = KeyRing.open(folder).seal
    new = create_key(folder, KeyUse.SEAL, "Example Academy", "BE", NOW)
    compromise(folder, old.id, FROM, TODAY)
    ring = KeyRing.open(folder)
    assert ring.seal.id == new.id
    assert ring.trusted_seals() == (ring.seal.certificate,)
    assert [known.certificate for known in ring.known_seals] == [old.certificate, ring.seal.certificate]


@pytest.mark.parametrize(
    ("since", "refused"),
    [
        (TODAY + SECOND, True),
        (datetime(2999, 1, 1, tzinfo=UTC), True),
        (FROM + SECOND, True),
        (TODAY, True),
        (FROM, False),
        (NOW - timedelta(days=900), False),
    ],
)
def test_what_is_void_stays_void(tmp_path: Path, since: datetime, refused: bool) -> None:
    ring = make_ring(tmp_path / "keys")
    folder, key_id = ring.folder.path, ring.seal.id
    compromise(folder, key_id, FROM, TODAY)
    if refused:
        with pytest.raises(KeyWrong):
            compromise(folder, key_id, since, TODAY)
    else:
        compromise(folder, key_id, since, TODAY)
    standing = KeyRing.open(folder).standing(key_id)
    assert standing is not None
    assert standing.compromised_at == (FROM if refused else since)


@pytest.mark.parametrize("which", ["an LTI key", "an unknown key"])
def test_what_is_no_signing_key_of_ours_is_not_compromised(tmp_path: Path, which: str) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    lti = signing(KeyFolder(folder).entries(), NOW)
    assert lti is not None
    before = (folder / "keys.json").read_bytes()
    with pytest.raises(KeyWrong):
        compromise(folder, lti.id if which == "an LTI key" else "seal-0000", FROM, TODAY)
    assert (folder / "keys.json").read_bytes() == before


def test_a_compromised_key_does_not_come_back_as_a_new_one(tmp_path: Path) -> None:
    from certificate_signing.keyring import store_seal

    ring = make_ring(tmp_path / "keys")
    seal = ring.seal
    compromise(ring.folder.path, seal.id, FROM, TODAY)
    with pytest.raises(KeyWrong):
        store_seal(ring.folder.path, seal, TODAY)
