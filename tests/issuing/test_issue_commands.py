"""`sealwright init, issue, verify, revoke, reissue, audit, backup, restore` as an administrator and a script use them."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from record_parts import issued

from lti_tool.installation import Installation
from lti_tool.issuing.records import CertificateRecord

MAIN = "from lti_tool.commands.main import main; main()"
HOLDER = ("--scheme", "digital-competence", "--given-name", "Þóra", "--family-name", "Guðmundsdóttir", "--reason", "by letter of 3 May")


class Commands:
    """The command line on one home."""

    def __init__(self, home: Path, database_url: str | None = None) -> None:
        self.home = home
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")}
        if database_url:
            self.environment["SEALWRIGHT_DATABASE_URL"] = database_url

    def __call__(self, *arguments: str, status: int = 0, given: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "--home", str(self.home), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            input=given,
        )
        assert done.returncode == status, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def sealwright(tool: Installation) -> Commands:
    return Commands(tool.settings.home)


def test_from_nothing_to_a_verified_certificate(tmp_path: Path) -> None:
    run = Commands(tmp_path / "home")
    run("init")
    run("init")
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    made = json.loads(run("issue", *HOLDER, "--out", str(tmp_path / "out"), "--json"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["certificate.pdf", "credential.json", "status.json"]
    told = json.loads(run("verify", made["certificate"], "--json"))
    assert (told["outcome"], told["reasons"]) == ("valid", [])
    assert told["certificate"]["holder_name"] == "Þóra Guðmundsdóttir"
    assert "Valid" in run("verify", made["credential"])
    assert "Valid" in run("verify", made["number"])
    assert "Valid" in run("verify", made["address"])
    assert "Valid" in run("verify", "-", given=made["address"])
    assert "the chain is whole" in run("audit", "verify")


def test_one_byte_more_or_other_is_not_valid_and_says_why(sealwright: Commands, tmp_path: Path) -> None:
    made = json.loads(sealwright("issue", *HOLDER, "--out", str(tmp_path), "--json"))
    pdf = Path(made["certificate"]).read_bytes()
    forged = tmp_path / "forged.pdf"
    for content, reason in ((pdf + b"\n", "changed-after-sealing"), (pdf[:900] + b"!" + pdf[901:], "content-changed")):
        forged.write_bytes(content)
        told = json.loads(sealwright("verify", str(forged), "--json", status=1))
        assert (told["outcome"], told["reasons"]) == ("not-valid", [reason])
        assert told["certificate"] == json.loads(sealwright("verify", made["number"], "--json"))["certificate"]
        assert "Not valid" in sealwright("verify", str(forged), status=1)


@pytest.mark.parametrize("what", ["nonsense", "no-such-file.pdf", "https://example.org/c/1", "x" * 5000])
def test_what_can_not_be_told_exits_with_two(sealwright: Commands, what: str) -> None:
    assert json.loads(sealwright("verify", what, "--json", status=2))["outcome"] == "cannot-tell"


def test_revoked_and_replaced(sealwright: Commands, tmp_path: Path) -> None:
    made = json.loads(sealwright("issue", *HOLDER, "--out", str(tmp_path), "--json"))
    new = json.loads(sealwright("reissue", made["number"], "--given-name", "Thora", "--family-name", "G", "--reason", "asked", "--json"))
    assert json.loads(sealwright("verify", made["certificate"], "--json", status=1))["reasons"] == ["replaced"]
    assert "Valid" in sealwright("verify", new["number"])
    sealwright("revoke", new["number"], "--reason", "a mistake")
    assert json.loads(sealwright("verify", new["number"], "--json", status=1))["reasons"] == ["revoked"]
    sealwright("audit", "verify")


REFUSALS = [
    (("issue", "--scheme", "no-such", "--family-name", "X", "--reason", "y", "--out", "."), "scheme-unknown"),
    (("issue", "--scheme", "digital-competence", "--reason", "y", "--out", "."), "name-missing"),
    (("issue", "--scheme", "digital-competence", "--family-name", "X", "--reason", " ", "--out", "."), "reason-missing"),
    (("issue", *HOLDER, "--out", "/proc/none"), "out-folder-missing"),
    (("revoke", "1" * 24, "--reason", "y"), "certificate-unknown"),
    (("reissue", "1" * 24, "--family-name", "X", "--reason", "y"), "certificate-unknown"),
]


@pytest.mark.parametrize(("arguments", "code"), REFUSALS)
def test_refusals_have_words_and_exit_with_two(sealwright: Commands, tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    assert f"[{code}]" in sealwright(*(str(tmp_path) if argument == "." else argument for argument in arguments), status=2)


@pytest.mark.parametrize(
    "arguments", [("verify", "x"), ("issue", *HOLDER, "--out", "."), ("audit", "verify"), ("worker",), ("serve",), ("backup", "b")]
)
def test_without_an_installation(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert "[home-missing]" in Commands(tmp_path / "nowhere")(*arguments, status=2)
    assert not (tmp_path / "nowhere").exists()


def test_audit_finds_what_was_changed(sealwright: Commands, tool: Installation) -> None:
    number, other = issued(tool), issued(tool)
    with tool.database.write() as session:
        record = session.get_one(CertificateRecord, number)
        record.content = dict(record.content) | {"holder_name": "Mallory"}
        digest = session.get_one(CertificateRecord, other).pdf_sha256
        session.execute(sa.text("update event set actor = 'nobody' where id = 2"))
    damaged = tool.settings.home / "files" / digest[:2] / digest
    damaged.write_bytes(damaged.read_bytes()[:-1])
    told = json.loads(sealwright("audit", "verify", "--json", status=1))
    assert told["first_break"] == 2
    assert told["faults"] == [{"number": number, "fault": "content-changed"}, {"number": other, "fault": "file-damaged"}]


def test_backup_and_restore(sealwright: Commands, tool: Installation, tmp_path: Path) -> None:
    made = json.loads(sealwright("issue", *HOLDER, "--out", str(tmp_path / "out"), "--json"))
    sealwright("backup", str(tmp_path / "backup"))
    assert "[backup-wrong]" in sealwright("backup", str(tmp_path / "backup"), status=2)
    assert "[restore-into-used-home]" in sealwright("restore", str(tmp_path / "backup"), status=2)
    restored = Commands(tmp_path / "blank")
    restored("restore", str(tmp_path / "backup"))
    assert "Valid" in restored("verify", made["certificate"])
    assert "the chain is whole" in restored("audit", "verify")
    again = json.loads(restored("issue", *HOLDER, "--out", str(tmp_path / "out2"), "--json"))
    assert "Valid" in restored("verify", again["certificate"])
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    for folder in (tmp_path / "backup" / "keys", tmp_path / "blank" / "keys"):
        assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in folder.rglob("*"))


@pytest.mark.parametrize("harm", ["cut", "remove", "garble"])
def test_a_damaged_backup_is_refused(sealwright: Commands, tmp_path: Path, harm: str) -> None:
    sealwright("backup", str(tmp_path / "backup"))
    database, manifest = tmp_path / "backup" / "sealwright.sqlite3", tmp_path / "backup" / "backup.json"
    if harm == "cut":
        database.write_bytes(database.read_bytes()[:-100])
    elif harm == "remove":
        manifest.unlink()
    else:
        manifest.write_text('{"database": "../../etc/passwd", "sha256": "x"}')
    blank = Commands(tmp_path / "blank")
    assert "[backup-wrong]" in blank("restore", str(tmp_path / "backup"), status=2)
    assert not (tmp_path / "blank").exists()


@pytest.mark.postgresql
def test_backup_and_restore_on_postgresql(postgresql_installation: Installation, keys_folder: Path, tmp_path: Path) -> None:
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        (pytest.fail if os.environ.get("SEALWRIGHT_NO_SKIPS") == "1" else pytest.skip)("pg_dump and pg_restore are not on PATH")
    tool = postgresql_installation
    shutil.copytree(keys_folder, tool.settings.keys)
    number = issued(tool)
    Commands(tool.settings.home, tool.settings.database)("backup", str(tmp_path / "backup"))
    fresh = f"{sa.make_url(tool.settings.database).database}_restored"
    server = sa.make_url(tool.settings.database).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'create database "{fresh}"')
        try:
            url = sa.make_url(tool.settings.database).set(database=fresh).render_as_string(hide_password=False)
            restored = Commands(tmp_path / "blank", url)
            restored("restore", str(tmp_path / "backup"))
            assert "Valid" in restored("verify", number)
            restored("audit", "verify")
            second = Commands(tmp_path / "second", url)
            assert "[backup-wrong]" in second("restore", str(tmp_path / "backup"), status=2)
        finally:
            admin.execute(f'drop database "{fresh}" with (force)')
