"""When each LTI key signs and how long it is published, at every instant around rotations."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from certificate_parts import NOW, make_ring

from certificate_signing.errors import KeyMissing
from certificate_signing.instants import xsd_instant
from certificate_signing.key_folder import KeyEntry, KeyFolder, KeyState, KeyUse
from certificate_signing.keyring import KeyRing, create_key, rotate_lti
from certificate_signing.lti_keys import KEPT, PUBLIC_FIRST, signing, staged
from lti_tool.launch.message import JWKS_SECONDS

MINUTE = timedelta(minutes=1)


def entry(key_id: str, created: timedelta, state: KeyState = KeyState.RETIRED, retired: timedelta | None = None) -> KeyEntry:
    file = f"{key_id}.pem" if state in {KeyState.ACTIVE, KeyState.RETIRED} else ""
    ended = None if retired is None else xsd_instant(NOW + retired)
    return KeyEntry(key_id, KeyUse.LTI, "RSA-2048", state, file, xsd_instant(NOW + created), retired=ended)


A = entry("a", -timedelta(days=90), retired=timedelta())
B = entry("b", timedelta(), KeyState.ACTIVE)
# Two rotations within ten minutes.
HASTY = (A, entry("b", timedelta()), entry("c", 2 * MINUTE, KeyState.ACTIVE))
EMERGENCY = (entry("a", -timedelta(days=90), KeyState.COMPROMISED, timedelta()), entry("b", timedelta(), KeyState.ACTIVE))

# Keys, the time since the (first) rotation → their stages.
CASES: list[tuple[str, tuple[KeyEntry, ...], timedelta, str]] = [
    ("alone", (entry("a", timedelta(), KeyState.ACTIVE),), timedelta(), "active"),
    ("alone, made in the future", (entry("a", MINUTE, KeyState.ACTIVE),), timedelta(), "active"),
    ("just rotated", (A, B), timedelta(), "active next"),
    ("rotated in the future", (A, B), -MINUTE, "active next"),
    ("the clock before all keys", (A, B), -timedelta(days=900), "active next"),
    ("a second before", (A, B), PUBLIC_FIRST - timedelta(seconds=1), "active next"),
    ("public for long enough", (A, B), PUBLIC_FIRST, "previous active"),
    ("the week's last second", (A, B), PUBLIC_FIRST + KEPT - timedelta(seconds=1), "previous active"),
    ("after a week", (A, B), PUBLIC_FIRST + KEPT, "gone active"),
    ("hasty, at once", HASTY, 3 * MINUTE, "active next next"),
    ("hasty, the first waited", HASTY, 11 * MINUTE, "previous active next"),
    ("hasty, both waited", HASTY, 12 * MINUTE, "previous previous active"),
    ("hasty, after a week", HASTY, PUBLIC_FIRST + KEPT + MINUTE, "gone previous active"),
    ("hasty, later", HASTY, PUBLIC_FIRST + KEPT + 2 * MINUTE, "gone gone active"),
    ("an emergency", EMERGENCY, timedelta(), "gone active"),
    ("deleted", (entry("a", -timedelta(days=90), KeyState.GONE, timedelta()), B), timedelta(days=30), "gone active"),
    ("no key", (), timedelta(), ""),
    ("none that is good", EMERGENCY[:1], timedelta(), "gone"),
]


@pytest.mark.parametrize(("keys", "at", "stages"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_stages(keys: tuple[KeyEntry, ...], at: timedelta, stages: str) -> None:
    assert " ".join(key.stage.value for key in staged(keys, NOW + at)) == stages


@pytest.mark.parametrize("keys", [case[1] for case in CASES if "active" in case[3]], ids=[case[0] for case in CASES if "active" in case[3]])
def test_at_every_minute_what_signs_has_been_published_for_longer_than_platforms_keep_our_key_set(keys: tuple[KeyEntry, ...]) -> None:
    cached = timedelta(seconds=JWKS_SECONDS)
    first = datetime.fromisoformat(next(key.created for key in keys if key.state in {KeyState.ACTIVE, KeyState.RETIRED}))
    for minute in range(-5, 40):
        now = NOW + minute * MINUTE
        if now - cached < first:
            continue
        signs = signing(keys, now)
        assert signs is not None
        # Whichever of our key sets a platform holds, of any moment in the last five minutes, the key is in it.
        for ago in (timedelta(), cached / 2, cached):
            assert signs.id in {key.entry.id for key in staged(keys, now - ago) if key.published}


def test_a_key_is_public_for_twice_as_long_as_platforms_keep_our_key_set() -> None:
    assert timedelta(seconds=2 * JWKS_SECONDS) <= PUBLIC_FIRST


@pytest.mark.parametrize(
    ("at", "until"), [(timedelta(), PUBLIC_FIRST), (PUBLIC_FIRST, PUBLIC_FIRST + KEPT), (PUBLIC_FIRST + KEPT, None)], ids=["next", "previous", "gone"]
)
def test_it_is_said_until_when(at: timedelta, until: timedelta | None) -> None:
    old, new = staged((A, B), NOW + at)
    assert old.until == (None if until is None else NOW + until)
    assert new.since == (NOW if at < PUBLIC_FIRST else NOW + PUBLIC_FIRST)


# In a folder


def test_rotating_publishes_both_and_signs_with_the_older(tmp_path: Path) -> None:
    before = make_ring(tmp_path / "keys")
    old = before.lti(NOW).kid
    new = rotate_lti(before.folder.path, NOW).id
    ring = KeyRing.open(before.folder.path)
    for at, signs, published in (
        (timedelta(), old, {old, new}),
        (PUBLIC_FIRST, new, {old, new}),
        (PUBLIC_FIRST + KEPT, new, {new}),
    ):
        assert ring.lti(NOW + at).kid == signs
        assert {key.kid for key in ring.lti_published(NOW + at)} == published


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.glob("lti-*.pem")}


def test_private_keys_that_nothing_needs_any_more_are_deleted_by_the_next_rotation(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    (first,) = files(folder)
    rotate_lti(folder, NOW)
    later = NOW + PUBLIC_FIRST + KEPT
    rotate_lti(folder, later - timedelta(seconds=1))
    assert first in files(folder)
    rotate_lti(folder, later)
    assert first not in files(folder)
    assert [each.state for each in KeyFolder(folder).entries() if each.use is KeyUse.LTI] == ["gone", "retired", "retired", "active"]
    assert KeyRing.open(folder).lti(later)


def test_in_an_emergency_nothing_before_is_published_or_left(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    rotate_lti(folder, NOW)
    new = rotate_lti(folder, NOW + MINUTE, at_once=True)
    ring = KeyRing.open(folder)
    assert [key.kid for key in ring.lti_published(NOW + MINUTE)] == [new.id] == [ring.lti(NOW + MINUTE).kid]
    assert files(folder) == {new.file}
    assert [each.state for each in ring.entries if each.use is KeyUse.LTI] == ["compromised", "compromised", "active"]
    # The next ordinary rotation waits again.
    after = rotate_lti(folder, NOW + timedelta(days=1))
    assert KeyRing.open(folder).lti(NOW + timedelta(days=1)).kid == new.id != after.id


@pytest.mark.parametrize("use", [KeyUse.SEAL, KeyUse.CREDENTIAL])
def test_keys_for_other_uses_are_left_alone(tmp_path: Path, use: KeyUse) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    create_key(folder, use, "Example Academy", "BE", NOW)
    before = [each for each in KeyFolder(folder).entries() if each.use is not KeyUse.LTI]
    rotate_lti(folder, NOW, at_once=True)
    assert [each for each in KeyFolder(folder).entries() if each.use is not KeyUse.LTI] == before
    assert KeyRing.open(folder)


def test_no_key_that_may_sign_is_told(tmp_path: Path) -> None:
    ring = make_ring(tmp_path / "keys")
    without = KeyRing(ring.folder, tuple(each for each in ring.entries if each.use is not KeyUse.LTI))
    for ask in (without.lti, without.lti_published):
        with pytest.raises(KeyMissing):
            ask(NOW)


def test_every_change_gives_the_manifest_another_version(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    seen = {folder.version()}
    make_ring(folder.path)
    for number in range(3):
        seen.add(folder.version())
        rotate_lti(folder.path, NOW + number * MINUTE)
    assert len(seen | {folder.version()}) == 5
