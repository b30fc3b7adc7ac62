"""What happens to keys stands in the history, each thing once, whoever did it and however it was interrupted."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from record_parts import issued

from certificate_signing.key_folder import KeyUse
from certificate_signing.key_types import LtiKey
from certificate_signing.keyring import create_key
from lti_tool import clock, history, key_events
from lti_tool.commands.main import sealwright
from lti_tool.commands.prepare import prepare
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring, signing_ring
from lti_tool.launch import own_keys
from lti_tool.problem import Problem


def keys(tool: Installation, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(sealwright, ["--home", str(tool.settings.home), "keys", *arguments], input=typed)


def said(tool: Installation) -> list[history.Event]:
    with tool.database.read() as session:
        found = list(session.scalars(sa.select(history.Event).where(history.Event.kind.like("key.%")).order_by(history.Event.id)))
        assert history.first_break(session) is None
        session.expunge_all()
    return found


def kinds(tool: Installation, key_id: str) -> list[str]:
    return [event.kind for event in said(tool) if event.subject == key_id]


@pytest.fixture
def prepared(tool: Installation) -> Installation:
    """As `sealwright init` leaves it."""
    prepare(tool)
    return tool


def test_init_says_of_every_key_that_it_is_there_once(prepared: Installation) -> None:
    prepare(prepared)
    assert [(event.kind, event.subject) for event in said(prepared)] == [("key.created", entry.id) for entry in prepared.key_entries()]


def test_an_event_holds_the_public_half_and_no_secret(prepared: Installation) -> None:
    found = {event.content["use"]: event.content for event in said(prepared)}
    assert set(found) == {use.value for use in KeyUse}
    public = load_der_public_key(base64.b64decode(found["log"]["public"]))
    assert public.public_bytes(Encoding.Raw, PublicFormat.Raw) == ring(prepared).log.public_bytes
    assert len(found["seal"]["certificate_sha256"]) == 64
    assert "PRIVATE" not in json.dumps(found)


@pytest.mark.parametrize("use", [use.value for use in KeyUse if use is not KeyUse.LTI])
def test_a_new_key_is_said_at_once_and_so_is_the_end_of_the_one_before(prepared: Installation, use: str) -> None:
    (old,) = [entry.id for entry in prepared.key_entries() if entry.use == use]
    (made,) = json.loads(keys(prepared, "create", use, "--json").stdout)
    assert kinds(prepared, old) == ["key.created", "key.retired"]
    assert kinds(prepared, made["id"]) == ["key.created"]
    assert {event.actor for event in said(prepared)} == {"program", "administrator"}


@pytest.mark.parametrize("at_once", [False, True])
def test_a_new_key_for_lmss_is_said(prepared: Installation, at_once: bool) -> None:
    (old,) = [entry.id for entry in prepared.key_entries() if entry.use is KeyUse.LTI]
    made = own_keys.rotate(prepared, "operator-7", at_once=at_once)
    assert kinds(prepared, old) == ["key.created", "key.retired"] + (["key.compromised"] if at_once else [])
    assert kinds(prepared, made.kid) == ["key.created"]


def test_what_was_changed_behind_the_historys_back_is_said_by_whoever_looks_next(prepared: Installation) -> None:
    entry = create_key(prepared.signing_folder, KeyUse.CREDENTIAL, "Example Academy", "BE", clock.now())
    assert kinds(prepared, entry.id) == []
    prepare(prepared)
    assert kinds(prepared, entry.id) == ["key.created"]


def test_said_by_many_at_once_it_is_said_once(either_tool: Installation) -> None:
    entries = either_tool.key_entries()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: key_events.note(either_tool.database, entries, "program"), range(8)))
    assert len(said(either_tool)) == len(entries)


def active(tool: Installation, use: KeyUse) -> str:
    return next(entry.id for entry in tool.key_entries() if entry.use is use and entry.state == "active")


@pytest.mark.parametrize("use", [KeyUse.SEAL, KeyUse.CREDENTIAL])
def test_declaring_a_key_compromised_says_what_becomes_void(prepared: Installation, use: KeyUse) -> None:
    earlier = [issued(prepared) for _ in range(2)]
    since = clock.now()
    later = issued(prepared)
    gone = active(prepared, use)
    asked = keys(prepared, "compromise", gone, "--from", since.isoformat(), typed="n\n")
    assert asked.exit_code == 1
    assert later in asked.stderr
    assert not any(number in asked.stderr for number in earlier)
    assert "2 earlier ones stand" in asked.stderr
    assert active(prepared, use) == gone
    told: dict[str, Any] = json.loads(keys(prepared, "compromise", gone, "--from", since.isoformat(), "--yes", "--json").stdout)
    assert (told["state"], told["void"], told["earlier"], told["file"]) == ("compromised", [later], 2, "")
    assert told["new"] == active(prepared, use) != gone
    assert kinds(prepared, gone) == ["key.created", "key.retired", "key.compromised"]
    (event,) = [event for event in said(prepared) if event.kind == "key.compromised"]
    assert event.content["from"] == told["compromised_at"]
    assert f"void from {told['compromised_at']}" in keys(prepared, "list").stdout
    # The next certificate is signed with the new key.
    standing = ring(prepared).standing(told["new"])
    assert standing is not None
    assert standing.sound
    assert issued(prepared)


def test_a_key_that_signs_the_log_voids_no_certificate(prepared: Installation) -> None:
    issued(prepared)
    told = json.loads(keys(prepared, "compromise", active(prepared, KeyUse.LOG), "--from", "2026-01-01T00:00:00Z", "--yes", "--json").stdout)
    assert (told["void"], told["earlier"]) == ([], 0)


def test_a_second_declaration_from_an_earlier_instant_is_a_second_event(prepared: Installation) -> None:
    gone = active(prepared, KeyUse.SEAL)
    for since in ("2026-03-01T00:00:00Z", "2026-02-01T00:00:00+01:00"):
        assert keys(prepared, "compromise", gone, "--from", since, "--yes").exit_code == 0
    refused = keys(prepared, "compromise", gone, "--from", "2026-02-15T00:00:00Z", "--yes").exception
    assert isinstance(refused, Problem)
    assert refused.code == "key-refused"
    assert [event.content["from"] for event in said(prepared) if event.kind == "key.compromised"] == ["2026-03-01T00:00:00Z", "2026-01-31T23:00:00Z"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("seal-none", "--from", "2026-01-01T00:00:00Z"), "key-unknown"),
        (("LTI", "--from", "2026-01-01T00:00:00Z"), "key-refused"),
        (("SEAL", "--from", "2999-01-01T00:00:00Z"), "key-refused"),
        (("SEAL", "--from", "2026-01-01"), 2),
        (("SEAL", "--from", "2026-01-01T00:00:00"), 2),
        (("SEAL", "--from", "yesterday"), 2),
        (("SEAL",), 2),
    ],
)
def test_what_can_not_be_declared_changes_nothing(prepared: Installation, arguments: tuple[str, ...], code: str | int) -> None:
    named = {"LTI": active(prepared, KeyUse.LTI), "SEAL": active(prepared, KeyUse.SEAL)}
    before = prepared.key_entries()
    result = keys(prepared, "compromise", *(named.get(each, each) for each in arguments), "--yes")
    assert (result.exception.code if isinstance(result.exception, Problem) else result.exit_code) == code
    assert prepared.key_entries() == before


def test_the_command_encrypts_every_key_and_the_tool_goes_on(prepared: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = keys(prepared, "encrypt").exception
    assert isinstance(refused, Problem)
    assert refused.code == "key-password-missing"
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    password.chmod(0o600)
    monkeypatch.setenv("SEALWRIGHT_KEYS_PASSWORD_FILE", str(password))
    assert keys(prepared, "encrypt").exit_code == 0
    assert all(b"ENCRYPTED" in file.read_bytes() for file in prepared.settings.keys.glob("*.pem"))
    assert "encrypted" in keys(prepared, "list").stdout
    settings = prepared.settings.model_copy(update={"keys_password_file": password})
    assert ring(Installation(settings)).seal.sign(b"x")
    with pytest.raises(Problem, match="keys-missing"):
        signing_ring(Installation(prepared.settings))


def test_no_key_has_a_name_that_a_command_takes_for_an_option(prepared: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    thumbprints = iter(["-w", "-s"])
    own = LtiKey.kid.func
    monkeypatch.setattr(LtiKey, "kid", property(lambda self: next(thumbprints, None) or own(self)))
    made = create_key(prepared.signing_folder, KeyUse.LTI, "Example Academy", "BE", clock.now())
    assert next(thumbprints, None) is None
    assert not made.id.startswith("-")
