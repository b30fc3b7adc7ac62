"""`sealwright lms`, and what makes a registration (threat L15)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lti_tool.commands.main import sealwright
from lti_tool.history import Event, first_break
from lti_tool.installation import Installation
from lti_tool.launch import invitations, registrations
from lti_tool.launch.records import Registration
from lti_tool.problem import Problem

MOODLE = {
    "issuer": "https://lms.example",
    "client_id": "cfEC87FXNYF7xwF",
    "auth_url": "https://lms.example/mod/lti/auth.php",
    "token_url": "https://lms.example/mod/lti/token.php",
    "jwks_url": "https://lms.example/mod/lti/certs.php",
}


def run(tool: Installation, *words: str) -> Result:
    environment = {"SEALWRIGHT_DATABASE_URL": tool.settings.database_url or "", "SEALWRIGHT_BASE_URL": tool.settings.base_url}
    named = {name: value for name, value in environment.items() if value}
    return CliRunner(env=named).invoke(sealwright, ["--home", str(tool.settings.home), "lms", *words])


def options(**changes: str) -> list[str]:
    return [word for name, value in {**MOODLE, **changes}.items() for word in ("--" + name.replace("_", "-"), value)]


def listed(tool: Installation) -> list[dict[str, Any]]:
    answer = run(tool, "list", "--json")
    assert answer.exit_code == 0, answer.output
    found: list[dict[str, Any]] = json.loads(answer.output)
    return found


def test_a_platform_is_added_and_listed(installation: Installation) -> None:
    answer = run(installation, "add", *options(), "--deployment", "1", "--deployment", "2", "--family", "moodle")
    assert answer.exit_code == 0, answer.output
    (row,) = listed(installation)
    assert {name: row[name] for name in MOODLE} == MOODLE
    assert (row["status"], row["family"], row["token_audience"]) == ("active", "moodle", None)
    assert [(one["deployment_id"], one["status"]) for one in row["deployments"]] == [("1", "active"), ("2", "active")]
    assert "lms.example" in run(installation, "list").output


def test_adding_again_changes_nothing_but_adds_deployments(installation: Installation) -> None:
    for deployment in ("1", "1", "2"):
        assert run(installation, "add", *options(), "--deployment", deployment).exit_code == 0
    (row,) = listed(installation)
    assert len(row["deployments"]) == 2


@pytest.mark.parametrize("address", ["jwks_url", "auth_url", "token_url"])
def test_a_registration_is_not_taken_over(address: str, installation: Installation) -> None:
    run(installation, "add", *options(), "--deployment", "1")
    taken = [*options(**{address: "https://evil.example/here"}), "--deployment", "1"]
    refused = run(installation, "add", *taken)
    assert refused.exit_code != 0
    assert isinstance(refused.exception, Problem)
    assert (refused.exception.code, refused.exception.details["differs"]) == ("registration-differs", address)
    assert listed(installation)[0][address] == MOODLE[address]
    assert run(installation, "add", *taken, "--replace").exit_code == 0
    assert listed(installation)[0][address] == "https://evil.example/here"


def test_changes_are_on_the_record(installation: Installation) -> None:
    run(installation, "add", *options(), "--deployment", "1")
    run(installation, "add", *options(jwks_url="https://lms.example/new"), "--deployment", "1", "--replace")
    run(installation, "suspend", "--issuer", MOODLE["issuer"], "--client-id", MOODLE["client_id"])
    with installation.database.read() as session:
        assert [event.kind for event in session.query(Event).order_by(Event.id)] == ["lms-added", "lms-changed", "lms-status"]
        assert first_break(session) is None


def test_a_platform_is_suspended_and_resumed(installation: Installation) -> None:
    run(installation, "add", *options(), "--deployment", "1")
    who = ["--issuer", MOODLE["issuer"], "--client-id", MOODLE["client_id"]]
    run(installation, "suspend", *who)
    assert listed(installation)[0]["status"] == "suspended"
    run(installation, "resume", *who)
    run(installation, "suspend", *who, "--deployment", "1")
    assert (listed(installation)[0]["status"], listed(installation)[0]["deployments"][0]["status"]) == ("active", "suspended")
    # Adding again is not a way round a suspension.
    run(installation, "add", *options(), "--deployment", "1")
    assert listed(installation)[0]["deployments"][0]["status"] == "suspended"
    assert isinstance(run(installation, "suspend", "--issuer", "x", "--client-id", "y").exception, Problem)


WRONG = [
    ("issuer", ""),
    ("issuer", "https://lms.example\n"),
    ("issuer", "x" * 501),
    ("client_id", ""),
    ("client_id", "a\0b"),
    ("auth_url", "http://lms.example/auth"),
    ("token_url", "javascript:alert(1)"),
    ("token_url", "https://user:password@lms.example/token"),
    ("jwks_url", "http://lms.example/jwks"),
    ("jwks_url", "file:///etc/passwd"),
    ("jwks_url", "/jwks"),
    ("jwks_url", "https://lms.example/jwks#part"),
    ("jwks_url", "https://lms.example/" + "x" * 500),
    ("family", "mudle"),
]


@pytest.mark.parametrize(("setting", "value"), WRONG, ids=range(len(WRONG)))
def test_what_can_not_be_registered(setting: str, value: str, sqlite_installation: Installation) -> None:
    with sqlite_installation.database.write() as session, pytest.raises(Problem, match="registration-wrong") as refused:
        registrations.add(session, **{**MOODLE, setting: value}, deployment_ids=["1"])
    assert refused.value.details == {"setting": setting}


LOOPBACK = ["http://localhost:8401/jwks", "http://127.0.0.1:8401/jwks", "http://[::1]:8401/jwks"]


@pytest.mark.parametrize("url", LOOPBACK)
def test_plain_http_is_for_this_machine(url: str, sqlite_installation: Installation) -> None:
    with sqlite_installation.database.write() as session:
        assert registrations.add(session, **{**MOODLE, "jwks_url": url}, deployment_ids=["1"]).jwks_url == url


@pytest.mark.parametrize("deployment", ["", "1\0", "x" * 256])
def test_a_deployment_id_must_be_one(deployment: str, sqlite_installation: Installation) -> None:
    with sqlite_installation.database.write() as session, pytest.raises(Problem, match="registration-wrong"):
        registrations.add(session, **MOODLE, deployment_ids=[deployment])


def test_a_family_may_be_told_later(sqlite_installation: Installation) -> None:
    with sqlite_installation.database.write() as session:
        registrations.add(session, **MOODLE, deployment_ids=["1"])
        assert registrations.add(session, **MOODLE, deployment_ids=["1"], family="moodle").family == "moodle"
        assert registrations.add(session, **MOODLE, deployment_ids=["1"]).family == "moodle"


def test_an_invitation_is_printed_to_be_pasted(installation: Installation) -> None:
    answer = run(installation, "invite", "--label", "Example school", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    secret = told["address"].removeprefix("http://localhost:8400/lti/register/")
    with installation.database.read() as session:
        (waiting,) = invitations.waiting(session)
        assert (waiting.digest, waiting.label, waiting.approves) == (invitations.digest_of(secret), "Example school", False)
        assert waiting.expires_at - waiting.created_at == timedelta(hours=72)
    plain = run(installation, "invite", "--approve", "--hours", "1").output
    assert plain.startswith("http://localhost:8400/lti/register/")
    assert "Tool URL" in plain
    with installation.database.read() as session:
        assert [one.approves for one in invitations.waiting(session)] == [True, False]


@pytest.mark.parametrize("hours", ["0", "-1", "721"])
def test_an_invitation_has_an_end(hours: str, sqlite_installation: Installation) -> None:
    refused = run(sqlite_installation, "invite", "--hours", hours)
    assert isinstance(refused.exception, Problem)
    assert refused.exception.code == "invitation-hours"


def test_every_value_for_registering_by_hand(sqlite_installation: Installation) -> None:
    told = json.loads(run(sqlite_installation, "details", "--json").output)
    base = "http://localhost:8400/lti/"
    assert (told["login_url"], told["redirect_uri"], told["jwks_url"]) == (base + "login", base + "launch", base + "jwks")
    assert told["domain"] == "localhost:8400"
    assert told["target_links"]["review"] == base + "launch?activity=review"
    assert len(told["scopes"]) == 2
    plain = run(sqlite_installation, "details").output
    assert all(url in plain for url in told["target_links"].values())


def test_a_platform_and_a_deployment_are_approved(installation: Installation) -> None:
    with installation.database.write() as session:
        registrations.add(session, **MOODLE, deployment_ids=["1"], status="pending")
    assert run(installation, "approve", "1").exit_code == 0
    (row,) = listed(installation)
    assert (row["status"], row["deployments"][0]["status"]) == ("active", "active")
    with installation.database.write() as session:
        registrations.find_deployment(session, session.get_one(Registration, 1), "2")
    assert listed(installation)[0]["deployments"][1]["status"] == "pending"
    assert run(installation, "approve", "1", "--deployment", "2").exit_code == 0
    assert listed(installation)[0]["deployments"][1]["status"] == "active"


@pytest.mark.parametrize("words", [("approve", "9"), ("approve", "1", "--deployment", "9"), ("doctor", "9")])
def test_what_is_not_there_is_not_approved(words: tuple[str, ...], sqlite_installation: Installation, development_keys: Path) -> None:
    run(sqlite_installation, "add", *options(), "--deployment", "1")
    refused = run(sqlite_installation, *words)
    assert isinstance(refused.exception, Problem)
    assert refused.exception.code == "registration-unknown"


def test_approving_does_not_resume(sqlite_installation: Installation) -> None:
    run(sqlite_installation, "add", *options(), "--deployment", "1")
    run(sqlite_installation, "suspend", "--issuer", MOODLE["issuer"], "--client-id", MOODLE["client_id"])
    run(sqlite_installation, "approve", "1")
    assert listed(sqlite_installation)[0]["status"] == "suspended"
