"""Troubles of the machine below: no room left, a database that is away or busy. Each is told, and over when it is over (R06, R08)."""

from __future__ import annotations

import errno
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from obstore.exceptions import GenericError
from sqlalchemy.orm import Session

from lti_tool import history
from lti_tool.evidence.records import DocumentRecord
from lti_tool.files import Files
from lti_tool.issuing import revoking
from lti_tool.issuing.records import CertificateRecord
from lti_tool.problem import Problem
from lti_tool.web import trouble

PDF = b"%PDF-1.7\n% a document\n"
NO_ROOM = GenericError("Generic LocalFileSystem error: Unable to write: No space left on device (os error 28)")


def database_says(state: str) -> sa.exc.OperationalError:
    answer = sqlite3.OperationalError("words of a driver")
    answer.sqlstate = state  # as psycopg has it
    return sa.exc.OperationalError("insert", None, answer)


TROUBLES: dict[str, tuple[BaseException, str | None]] = {
    "no room": (OSError(errno.ENOSPC, "x"), "no-room"),
    "quota": (OSError(errno.EDQUOT, "x"), "no-room"),
    "no room in the store": (NO_ROOM, "no-room"),
    "PostgreSQL has no room": (database_says("53100"), "no-room"),
    "PostgreSQL was ended": (database_says("57P01"), "database-away"),
    "all connections are in use": (sa.exc.TimeoutError(), "database-away"),
    "not allowed": (OSError(errno.EACCES, "x"), None),
    "the store fails otherwise": (GenericError("something else"), None),
    "a mistake of ours": (sa.exc.ProgrammingError("select", None, Exception("no such column")), None),
    "another mistake": (ValueError("No space left on device"), None),
}


@pytest.mark.parametrize("which", TROUBLES)
def test_which_is_which(which: str) -> None:
    error, code = TROUBLES[which]
    found = trouble.known(error)
    assert (None if found is None else found.code) == code


def small(installation) -> Callable[[], None]:
    """Let SQLite have no more room than it uses now, with its own limit; return what gives it room again."""
    engine, room = installation.database.engine, {"pages": 1}

    def limit(connection: sa.Connection) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(f"pragma max_page_count={room['pages']}")

    sa.event.listen(engine, "begin", limit)
    return lambda: room.update(pages=1 << 30)


def test_a_full_database_is_told_and_takes_up_again(house):
    number = house.arrive().certify()
    give_room = small(house.installation)

    def revoke() -> str:
        with house.installation.database.write() as session:
            session.get_one(CertificateRecord, number).state = "revoked"
            session.flush()
            history.append(session, "note", number, "program", {"much": "x" * 3_000_000})
        return "revoked"

    house.app.view_functions["home.index"] = revoke
    answer = house.app.test_client().get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (507, "no-room", "60")
    # Nothing by halves, and what needs no room goes on.
    assert "This certificate is genuine" in house.app.test_client().get(f"/c/{number}").text
    give_room()
    assert house.app.test_client().get("/").status_code == 200
    assert "Revoked on" in house.app.test_client().get(f"/c/{number}").text


def documents(session: Session) -> int:
    return session.scalars(sa.select(sa.func.count()).select_from(DocumentRecord)).one()


@pytest.mark.parametrize("error", [NO_ROOM, OSError(errno.ENOSPC, "No space left on device")], ids=["the store", "a file"])
def test_a_document_without_room_is_refused_and_leaves_nothing(house, monkeypatch, error):
    guest = house.arrive()
    put = Files.put

    def full(_files: Files, _content: bytes) -> str:
        raise error

    def send() -> object:
        page = guest.client.post(
            f"/apply/{guest.application}/documents",
            data={**guest.token(), "files": (io.BytesIO(PDF), "one.pdf")},
            headers={"Accept": "application/json"},
        )
        with house.installation.database.read() as session:
            return page.status_code, documents(session)

    monkeypatch.setattr(Files, "put", full)
    assert send() == (507, 0)
    monkeypatch.setattr(Files, "put", put)
    assert send()[1] == 1


def test_a_database_that_is_locked_too_long_is_told_and_takes_up_again(house):
    number = house.arrive().certify()
    engine = house.installation.database.engine
    sa.event.listen(engine, "begin", lambda connection: connection.connection.cursor().execute("pragma busy_timeout=1"))

    def revoke() -> str:
        revoking.revoke(house.installation, number, "withdrawn", actor="administrator")
        return "revoked"

    house.app.view_functions["home.index"] = revoke
    other = sqlite3.connect(Path(engine.url.database), isolation_level=None)
    other.execute("begin immediate")
    answer = house.app.test_client().get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "database-away", "60")
    assert "This certificate is genuine" in house.app.test_client().get(f"/c/{number}").text, "readers do not wait for writers"
    other.execute("rollback")
    other.close()
    assert house.app.test_client().get("/").status_code == 200


def test_it_is_logged_and_tells_nothing_of_the_machine(house, monkeypatch):
    def broken() -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "/home/of/the/tool/files")

    monkeypatch.setitem(house.app.view_functions, "home.index", broken)
    with structlog.testing.capture_logs() as lines:
        page = house.app.test_client().get("/")
    assert "no room left" in page.text
    assert "/home/of" not in page.text + str(lines)
    assert any((line["event"], line.get("error")) == ("trouble", "OSError") for line in lines)


def test_it_says_that_it_is_not_ready_before_it_is_full(house, monkeypatch):
    client = house.app.test_client()
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(trouble, "LEAST_ROOM", 1 << 62)
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)


def test_every_trouble_has_words() -> None:
    for _, code in TROUBLES.values():
        assert code is None or Problem(code).words.todo
