"""The index by which a browser finds a file in a trust kit: every file of the log once, in shards that stay small, with what became of it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from log_of_files import BEGUN, became, file_of, issued, many, number

from certificate_signing.keyring import KeyRing, KeyUse, compromise, create_key
from certificate_signing.log_entry import LogEntry, subject_hash
from lti_tool.files import sha256
from lti_tool.public_log import publishing
from lti_tool.verification import kit_files
from lti_tool.verification.kit_files import About, index

ABOUT = About("Example Academy", "2026-11-30T12:00:00+00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing.create_for_development(tmp_path_factory.mktemp("keys") / "keys", "Example Academy", "BE", BEGUN)


def read(ring: KeyRing, entries: list[LogEntry]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The index as a reader without our code reads it: what it says of itself, and its shards by name."""
    files = {name: json.loads(content) for name, content in index(ABOUT, ring, lambda: entries)}
    return files.pop("about.json"), files


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(sha256(content))).rstrip(b"=").decode()


def test_every_file_is_in_the_shard_that_its_hash_names(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit_files, "MOST", 4)
    about, shards = read(ring, many(1000))
    assert about == {"version": 1, "issuer": "Example Academy", "made_at": ABOUT.made_at, "begun_at": "2026-01-01T00:00:00Z", "bits": 10}
    assert len(shards) == 1 << about["bits"]
    assert max(len(shard) for shard in shards.values()) < 16
    assert sum(len(shard) for shard in shards.values()) == 3000
    for form in ("pdf", "credential", "jwt"):
        content = file_of(723, form)
        first = int(sha256(content)[:8], 16) >> 32 - about["bits"]
        path = f"{first:03}.json" if first < 1000 else f"x001/{first - 1000:03}.json"
        subject = base64.urlsafe_b64encode(bytes.fromhex(subject_hash(number(723)))).decode()[:8]
        assert shards[path][digest(content)] == [form, subject, int((BEGUN + 723 * MINUTE).timestamp())]


@pytest.mark.parametrize(("count", "bits"), [(0, 0), (341, 0), (342, 1), (682, 1), (683, 2)])
def test_a_shard_has_a_thousand_files_or_less(ring: KeyRing, count: int, bits: int) -> None:
    about, shards = read(ring, many(count))
    assert (about["bits"], len(shards)) == (bits, 1 << bits)


def test_an_empty_log_has_an_empty_index(ring: KeyRing) -> None:
    about, shards = read(ring, [])
    assert (about["begun_at"], shards) == (None, {"000.json": {}})


REVOKED, REPLACED = publishing.REVOKED, publishing.SUPERSEDED
ENDS: dict[str, tuple[list[tuple[str, int]], list[Any]]] = {
    "nothing": ([], []),
    "revoked": ([(REVOKED, 20)], ["revoked", 20]),
    "replaced": ([(REPLACED, 20)], ["replaced", 20]),
    "replaced and then revoked": ([(REPLACED, 20), (REVOKED, 30)], ["revoked", 30]),
    "revoked and then replaced": ([(REVOKED, 20), (REPLACED, 30)], ["revoked", 20]),
    "revoked again after a restore": ([(REVOKED, 20), (REVOKED, 30)], ["revoked", 20]),
}


@pytest.mark.parametrize("ends", ENDS)
def test_what_became_of_a_certificate_stands_at_each_of_its_files(ring: KeyRing, ends: str) -> None:
    events, expected = ENDS[ends]
    _, shards = read(ring, [*many(3), *(became(kind, 1, minutes) for kind, minutes in events)])
    told = [expected[0], int((BEGUN + expected[1] * MINUTE).timestamp())] if expected else []
    for form in ("pdf", "credential", "jwt"):
        assert shards["000.json"][digest(file_of(1, form))][3:] == told
        assert shards["000.json"][digest(file_of(2, form))][3:] == []


def test_a_file_that_was_noted_twice_counts_from_the_first_time(ring: KeyRing) -> None:
    _, shards = read(ring, [*many(1), issued(0, minutes=90)])
    assert shards["000.json"][digest(file_of(0, "pdf"))][2] == int(BEGUN.timestamp())


@pytest.mark.parametrize(("use", "form"), [(KeyUse.SEAL, "pdf"), (KeyUse.CREDENTIAL, "credential"), (KeyUse.JWT, "jwt")])
def test_what_a_stolen_key_made_from_the_theft_on_is_in_doubt(tmp_path: Path, use: KeyUse, form: str) -> None:
    """From then on, until a new key took its place; unless it was revoked, which needs no key."""
    made = KeyRing.create_for_development(tmp_path / "keys", "Example Academy", "BE", BEGUN)
    old = next(entry for entry in made.entries if entry.use is use)
    create_key(tmp_path / "keys", use, "Example Academy", "BE", BEGUN + 60 * MINUTE)
    compromise(tmp_path / "keys", old.id, BEGUN + 30 * MINUTE, BEGUN + 60 * MINUTE)
    entries = [*(issued(place) for place in (29, 30, 40, 41, 59, 61)), became(REVOKED, 40, 70), became(REPLACED, 41, 70)]
    _, shards = read(KeyRing.open(tmp_path / "keys"), entries)

    def standings(each: str) -> dict[int, list[str]]:
        return {place: shards["000.json"][digest(file_of(place, each))][3:4] for place in (29, 30, 40, 41, 59, 61)}

    assert standings(form) == {29: [], 30: ["doubtful"], 40: ["revoked"], 41: ["doubtful"], 59: ["doubtful"], 61: []}
    for other in {"pdf", "credential", "jwt"} - {form}:
        assert standings(other) == {29: [], 30: [], 40: ["revoked"], 41: ["replaced"], 59: [], 61: []}


def test_forms_that_were_not_made_are_not_listed(ring: KeyRing) -> None:
    _, shards = read(ring, [issued(0, forms=("pdf",))])
    assert [record[0] for record in shards["000.json"].values()] == ["pdf"]
