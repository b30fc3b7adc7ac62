"""`sealwright log monitor` as a stranger runs it, and `restore`, which must not bring a revoked certificate back to life (threat S09)."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from record_parts import issued
from werkzeug.serving import make_server

from lti_tool import history
from lti_tool.administration.auditing import certificate_faults
from lti_tool.administration.auditing_log import log_faults
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.keys import ring
from lti_tool.problem import Problem
from lti_tool.public_log.records import LogCheckpoint, LogLeaf
from lti_tool.settings import Settings
from lti_tool.web.app import create_app


def run(*arguments: str, status: int = 0) -> str:
    done = CliRunner().invoke(sealwright, arguments)
    code = done.exception.code if isinstance(done.exception, Problem) else str(done.exit_code)
    assert code == str(status), (done.output, done.exception)
    return done.output


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(sealwright, arguments)
    assert isinstance(done.exception, Problem), (done.output, done.exception)
    return done.exception.code


@contextmanager
def served(installation: Installation) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(installation), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(tool: Installation) -> Iterator[str]:
    with served(tool) as url:
        yield url


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def follow(source: str, tmp_path: Path, *more: str, status: int = 0) -> Any:
    told = run("log", "monitor", source, "--checkpoint", str(tmp_path / "seen"), "--json", *more, status=status)
    # The server of the test runs in the same process, and writes its log lines to the same place.
    return json.loads(next(line for line in told.splitlines() if line.startswith("{")))


def test_a_stranger_follows_the_log(tool: Installation, address: str, tmp_path: Path) -> None:
    number = issued(tool)
    first = follow(address, tmp_path)
    assert first["new"] == {"certificate.issued": 1, "certificate.prepared": 1, "log.begun": 1}
    assert follow(address, tmp_path)["new"] == {}
    revoking.revoke(tool, number, "a test", "administrator")
    with tool.database.write() as session:
        history.append(session, "key.compromised", "seal-1", "administrator", {"use": "seal"})
    told = follow(f"{address}/log", tmp_path)
    assert told["new"] == {"certificate.revoked": 1, "key.compromised": 1}
    assert [(event["kind"], event["subject"], event["use"]) for event in told["events"]] == [("key.compromised", "seal-1", "seal")]
    assert "key.compromised seal-1, use seal" in run("log", "monitor", address, "--checkpoint", str(tmp_path / "anew"))


def test_a_copy_can_be_followed_in_the_place_of_the_log(tool: Installation, address: str, tmp_path: Path, copy: Path) -> None:
    issued(tool)
    follow(address, tmp_path, "--copy", str(copy))
    issued(tool)
    with tool.database.write() as session:
        history.append_all(session, [history.Happening("key.created", f"key-{number}", "program") for number in range(300)])
    follow(address, tmp_path, "--copy", str(copy))
    assert follow(str(copy), tmp_path)["size"] == 305
    (tmp_path / "seen").unlink()
    assert sum(follow(str(copy), tmp_path)["new"].values()) == 305


def test_an_older_database_is_seen_as_a_cut_log(tool: Installation, address: str, tmp_path: Path) -> None:
    number = issued(tool)
    kept = tmp_path / "older.sqlite3"
    with closing(sqlite3.connect(tool.settings.home / "sealwright.sqlite3")) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    revoking.revoke(tool, number, "a test", "administrator")
    follow(address, tmp_path)
    tool.database.engine.dispose()
    for name in ("sealwright.sqlite3-wal", "sealwright.sqlite3-shm"):
        (tool.settings.home / name).unlink(missing_ok=True)
    shutil.copy(kept, tool.settings.home / "sealwright.sqlite3")
    seen = (tmp_path / "seen").read_text()
    told = follow(address, tmp_path, status=1)
    assert told["consistent"] is False
    assert "it was cut" in told["reason"]
    # The proof is kept, and the next run finds it again, also when the older log has grown beyond the size that was seen.
    assert (tmp_path / "seen").read_text() == seen
    issued(tool)
    assert "it was rewritten" in follow(address, tmp_path, status=1)["reason"]
    assert "NOT CONSISTENT" in run("log", "monitor", address, "--checkpoint", str(tmp_path / "seen"), status=1)


def test_a_rewritten_entry_is_seen(tool: Installation, address: str, tmp_path: Path) -> None:
    issued(tool)
    follow(address, tmp_path)
    issued(tool)
    with tool.database.write() as session:
        leaf = session.get_one(LogLeaf, 1)
        leaf.entry = leaf.entry.replace('"at":"2', '"at":"1')
        leaf.hash = bytes(32)
        session.execute(sa.update(LogLeaf).values(nodes=b"\1" * 96))
    assert follow(address, tmp_path, status=1)["consistent"] is False


def test_keys_that_are_given_are_the_ones_that_count(tool: Installation, address: str, tmp_path: Path) -> None:
    issued(tool)
    own = create_app(tool).test_client().get("/log/keys").text.strip()
    follow(address, tmp_path, "--key", own)
    stranger = "localhost:8400/log+5a9b0a5b+Ab" + "A" * 42
    assert refused("log", "monitor", address, "--checkpoint", str(tmp_path / "seen"), "--key", stranger) == "log-key-wrong"
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert "no known key" in follow(address, tmp_path, "--key", other, status=1)["reason"]


@pytest.mark.parametrize("source", ["http://127.0.0.1:9", "/nowhere", "https://"])
def test_what_can_not_be_read_is_no_fork(tmp_path: Path, source: str) -> None:
    assert refused("log", "monitor", source, "--checkpoint", str(tmp_path / "seen")) == "log-unreadable"
    assert not (tmp_path / "seen").exists()


# Restoring -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    return tmp_path / "blank"


class Disaster:
    """A backup, and what happened after it: one certificate revoked, one replaced, one issued; then all is gone but a copy of the log."""

    def __init__(self, tool: Installation, tmp_path: Path) -> None:
        self.revoked, self.replaced, self.kept = issued(tool), issued(tool), issued(tool)
        self.backup, self.copy = tmp_path / "backup", tmp_path / "mirror"
        run("--home", str(tool.settings.home), "backup", str(self.backup))
        revoking.revoke(tool, self.revoked, "a mistake", "administrator")
        self.late = issued(tool, supersedes=self.replaced)
        with served(tool) as url:
            run("log", "monitor", url, "--checkpoint", str(tmp_path / "seen"), "--copy", str(self.copy))


@pytest.fixture
def disaster(tool: Installation, tmp_path: Path) -> Disaster:
    return Disaster(tool, tmp_path)


def states(home: Path, *numbers: str) -> list[CertificateState | None]:
    opened = Installation(Settings(home=home))
    with opened.database.read() as session:
        found = [register.by_number(session, number) for number in numbers]
    opened.database.engine.dispose()
    return [None if one is None else one.state for one in found]


def faults(home: Path) -> list[object]:
    opened = Installation(Settings(home=home))
    with opened.database.read() as session:
        found: list[object] = [*log_faults(session, ring(opened)), *certificate_faults(session, opened), history.first_break(session)]
    opened.database.engine.dispose()
    return found


def test_what_was_revoked_after_the_backup_stays_revoked(disaster: Disaster, blank: Path, tmp_path: Path) -> None:
    told = run("--home", str(blank), "restore", str(disaster.backup), "--log", str(disaster.copy))
    assert "Revoked again: 1. Replaced again: 1." in told
    assert "1 certificates were issued after the backup" in told
    expected = [CertificateState.REVOKED, CertificateState.SUPERSEDED, CertificateState.ISSUED, None]
    assert states(blank, disaster.revoked, disaster.replaced, disaster.kept, disaster.late) == expected
    assert faults(blank) == [None]
    opened = Installation(Settings(home=blank))
    with served(opened) as url:
        issued(opened)
        # Whoever followed the log before the disaster sees it go on.
        assert follow(url, tmp_path)["new"]["log.taken-back"] == 1
    opened.database.engine.dispose()
    assert faults(blank) == [None]


def test_without_a_copy_restoring_says_what_to_do(disaster: Disaster, blank: Path) -> None:
    told = run("--home", str(blank), "restore", str(disaster.backup))
    assert "log take-back COPY" in told
    assert states(blank, disaster.revoked) == [CertificateState.ISSUED]
    run("--home", str(blank), "log", "take-back", str(disaster.copy))
    assert states(blank, disaster.revoked) == [CertificateState.REVOKED]
    again = json.loads(run("--home", str(blank), "log", "take-back", str(disaster.copy), "--json"))
    assert (again["entries"], again["revoked"]) == (0, [])
    assert faults(blank) == [None]


def test_once_something_was_added_the_log_is_not_bent(disaster: Disaster, blank: Path) -> None:
    run("--home", str(blank), "restore", str(disaster.backup))
    opened = Installation(Settings(home=blank))
    issued(opened)
    opened.database.engine.dispose()
    assert refused("--home", str(blank), "log", "take-back", str(disaster.copy)) == "log-not-continued"
    assert states(blank, disaster.revoked) == [CertificateState.ISSUED]


@pytest.mark.parametrize(
    ("place", "change", "code"),
    [
        ("checkpoint", lambda content: content.replace(b"localhost", b"127.0.0.1"), "log-key-unknown"),
        ("checkpoint", lambda content: b"nothing", "log-key-unknown"),
        ("tile/entries/000.p/11", lambda content: content.replace(b"certificate.revoked", b"certificate.rewoked"), "log-not-continued"),
        ("tile/entries/000.p/11", lambda content: content[:-1], "log-not-continued"),
        ("tile/0/000.p/11", lambda content: bytes(len(content)), "log-not-continued"),
    ],
)
def test_a_forged_copy_changes_nothing(disaster: Disaster, blank: Path, place: str, change: Any, code: str) -> None:
    file = disaster.copy / place
    file.write_bytes(change(file.read_bytes()))
    run("--home", str(blank), "restore", str(disaster.backup))
    before = faults(blank)
    assert refused("--home", str(blank), "log", "take-back", str(disaster.copy)) == code
    assert states(blank, disaster.revoked, disaster.replaced) == [CertificateState.ISSUED] * 2
    assert faults(blank) == before == [None]


def test_leaves_without_events_are_only_those_that_were_taken_back(disaster: Disaster, blank: Path) -> None:
    run("--home", str(blank), "restore", str(disaster.backup), "--log", str(disaster.copy))
    opened = Installation(Settings(home=blank))
    with opened.database.write() as session:
        session.execute(sa.update(LogLeaf).where(LogLeaf.position == 1).values(event_id=None))
        assert session.scalars(sa.select(LogCheckpoint)).all()
    opened.database.engine.dispose()
    assert "leaf-without-event" in str(faults(blank))
