"""Certificates for a whole list: exactly one for each row, whatever ends the work and however often it is begun again (threat R09)."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from lti_tool import history
from lti_tool.commands.people_list import read_people
from lti_tool.decision.events import Particulars
from lti_tool.decision.records import DecisionRecord
from lti_tool.failpoints import VARIABLE
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.keys import ring
from lti_tool.issuing.many import TOGETHER, Row, decision_id, issue_rows, occasion
from lti_tool.issuing.records import CertificateRecord
from lti_tool.problem import Problem

MAIN = "from lti_tool.commands.main import main; main()"
EVENT = Particulars("Digital storytelling", date(2026, 9, 12), date(2026, 9, 14), 360)
ABOUT = occasion("participation", "by letter of 3 May", EVENT)
MANY = 180
OPTIONS = ("--event", "Digital storytelling", "--from", "2026-09-12", "--to", "2026-09-14", "--minutes", "360", "--reason", "by letter of 3 May")


def people(count: int) -> list[Row]:
    return [Row(f"p{number}", f"Þóra Παπαδοπούλου {chr(65 + number % 26)}") for number in range(count)]


def written(folder: Path, rows: list[Row]) -> Path:
    file = folder / "people.csv"
    file.write_text("id,name\n" + "".join(f"{row.key},{row.name}\n" for row in rows), encoding="utf-8")
    return file


def begun(tool: Installation, out: Path, *more: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")}
    if tool.settings.database_url:
        environment["SEALWRIGHT_DATABASE_URL"] = tool.settings.database_url
    command = [sys.executable, "-c", MAIN, "--home", str(tool.settings.home), "issue", "--csv", str(written(out.parent, people(MANY)))]
    arguments = [*command, *OPTIONS, "--out", str(out), "--processes", "2", "--json", *more]
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def issued(tool: Installation) -> int:
    with tool.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(CertificateRecord).filter_by(state="issued")) or 0


def check_exactly_once(tool: Installation, rows: list[Row], numbers: dict[str, str]) -> None:
    """One decision and one certificate for each row, on record in the same words, with its files; the chain of events whole."""
    with tool.database.read() as session:
        certificates = session.scalars(sa.select(CertificateRecord)).all()
        assert {record.decision_id: record.number for record in certificates} == {decision_id(ABOUT, row): numbers[row.key] for row in rows}
        assert {record.state for record in certificates} == {"issued"}
        assert sorted(record.sequence for record in certificates) == list(range(1, len(rows) + 1))
        names = {row.key: row.name for row in rows}
        assert {numbers[key]: name for key, name in names.items()} == {record.number: record.content["holder_name"] for record in certificates}
        assert session.scalar(sa.select(sa.func.count()).select_from(DecisionRecord)) == len(rows)
        counted = Counter(tuple(row) for row in session.execute(sa.select(history.Event.kind, history.Event.subject)))
        assert set(counted.values()) == {1}
        kinds = Counter(kind for kind, _ in counted if kind.startswith(("decision", "certificate")))
        assert kinds == dict.fromkeys(("decision.award", "certificate.prepared", "certificate.issued"), len(rows))
        assert history.first_break(session) is None
    for number in numbers.values():
        assert register.pdf(tool, number)[:5] == b"%PDF-"
        assert json.loads(register.credential(tool, number))["id"].endswith(f"/c/{number}.json")


def test_killed_again_and_again_everybody_gets_one(either_tool: Installation, tmp_path: Path) -> None:
    chance, rows, out = random.Random(9), people(MANY), tmp_path / "out"  # noqa: S311 - no secret
    seen: dict[str, str] = {}
    for kill in range(2):
        process = begun(either_tool, out)
        enough = issued(either_tool) + chance.randrange(1, 60)
        while issued(either_tool) < enough and process.poll() is None:
            time.sleep(chance.random() / 20)
        # The command alone, as an administrator or a lack of memory would, or everything that it started.
        (os.kill if kill % 2 else os.killpg)(process.pid, signal.SIGKILL)
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL
        with either_tool.database.read() as session:
            now = {record.decision_id: record.number for record in session.scalars(sa.select(CertificateRecord))}
        assert seen.items() <= now.items(), "a number that was given is given up"
        seen = now
    assert 0 < issued(either_tool) < MANY
    told, complaint = (process := begun(either_tool, out)).communicate(timeout=300)
    assert process.returncode == 0, complaint
    assert json.loads(told) == {"certificates": MANY, "list": str(out / "issued.csv")}
    with (out / "issued.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [(line["id"], line["name"]) for line in listed] == [(row.key, row.name) for row in rows]
    assert all(line["address"].endswith(f"/c/{line['number']}") for line in listed)
    check_exactly_once(either_tool, rows, {line["id"]: line["number"] for line in listed})


PLACES = ("rows-decided", "issue-prepared", "issue-made", "issue-stored", "issue-signed", "issue-published")


@pytest.mark.parametrize("place", PLACES)
def test_wherever_it_stops_it_goes_on(tool: Installation, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = people(4)
    monkeypatch.setenv(VARIABLE, f"{place}:error")
    with pytest.raises(RuntimeError, match=place):
        issue_rows(tool, ring(tool), ABOUT, rows)
    monkeypatch.delenv(VARIABLE)
    numbers = issue_rows(tool, ring(tool), ABOUT, rows)
    assert issue_rows(tool, ring(tool), ABOUT, rows) == numbers
    check_exactly_once(tool, rows, numbers)


def test_a_list_that_grew_issues_what_is_new(tool: Installation) -> None:
    before = issue_rows(tool, ring(tool), ABOUT, people(3))
    again = occasion("participation", "another reason", EVENT)
    after = issue_rows(tool, ring(tool), again, [Row("new", "Anna Ellis"), *people(3)])
    assert {key: number for key, number in after.items() if key != "new"} == before


def test_another_event_or_scheme_is_another_list(tool: Installation) -> None:
    other = occasion("participation", "by letter", Particulars("Digital storytelling", date(2025, 9, 12), date(2025, 9, 14), 360))
    scheme = occasion("digital-competence", "by letter", None)
    numbers = [issue_rows(tool, ring(tool), about, people(1))["p0"] for about in (ABOUT, other, scheme)]
    assert len(set(numbers)) == 3


def test_another_name_on_a_row_that_was_issued_is_refused(tool: Installation) -> None:
    numbers = issue_rows(tool, ring(tool), ABOUT, people(2))
    with pytest.raises(Problem, match="list-name-differs"):
        issue_rows(tool, ring(tool), ABOUT, [Row("p0", "Somebody Else"), Row("p9", "Anna Ellis")])
    with tool.database.read() as session:
        assert set(session.scalars(sa.select(CertificateRecord.number))) == set(numbers.values())


def test_an_event_that_goes_on_is_not_certified() -> None:
    with pytest.raises(Problem, match="event-not-over"):
        occasion("participation", "early", Particulars("x", date(2026, 1, 1), date(2190, 1, 1), None))
    with pytest.raises(Problem, match="reason-missing"):
        occasion("participation", " ", EVENT)


GOOD = {
    "name\nAnna Ellis\nÞóra Μ.\n": [("Anna Ellis", "Anna Ellis"), ("Þóra Μ.", "Þóra Μ.")],
    "\ufeffGiven_Name;Family_Name\nAnna;Ellis\n\n;\n": [("Anna Ellis", "Anna Ellis")],
    'id,name\n1,"Ellis,  Anna"\n2,"Ellis, Anna"\n': [("1", "Ellis, Anna"), ("2", "Ellis, Anna")],
    "name\tid\tschool\nAnna\t7\tx\n": [("7", "Anna")],
    "name\r\nÁ\r\n": [("Á", "Á")],
}


@pytest.mark.parametrize("text", GOOD)
def test_lists_are_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert [(row.key, row.name) for row in read_people(tmp_path / "list.csv")] == GOOD[text]


BAD = {
    "": "list-columns-missing",
    "Anna Ellis\nBo Berg\n": "list-columns-missing",
    "given_name\nAnna\n": "list-columns-missing",
    "name,name\na,b\n": "list-columns-missing",
    "name\n": "list-empty",
    "name\n\n \n": "list-empty",
    "name\nAnna\nAnna\n": "list-row-twice",
    "name\nAnna Ellis\nAnna  Ellis\n": "list-row-twice",
    "id,name\n1,Anna\n1,Bo\n": "list-row-twice",
    "id,name\n,Anna\n": "list-row-wrong",
    "id,name\n1,\n": "list-row-wrong",
    "id,name\n1\n": "list-row-wrong",
    "name\nAnna,Ellis\n": "list-row-wrong",
    "name\n<b>Anna</b>\n": "list-row-wrong",
    "name\nAnna\u202eEllis\n": "list-row-wrong",
    "name\nAnna\x00\n": "list-row-wrong",
    "name\n$Person.name.full\n": "list-row-wrong",
    f"name\n{'x' * 201}\n": "list-row-wrong",
    f"id,name\n{'x' * 300},Anna\n": "list-row-wrong",
    'name\n"Anna\n': "list-unreadable",
}


@pytest.mark.parametrize("text", BAD)
def test_what_can_not_be_certified_as_it_stands_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=BAD[text]):
        read_people(tmp_path / "list.csv")


@pytest.mark.parametrize("content", [b"name\n\xff\xfe\n", None])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "list.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Problem, match="list-unreadable"):
        read_people(file)


WRONG_OPTIONS = [
    ("--csv", "x.csv"),
    ("--csv", "x.csv", "--event", "E"),
    ("--csv", "x.csv", "--scheme", "participation", "--from", "2026-01-01"),
    ("--csv", "x.csv", "--scheme", "digital-competence", "--given-name", "Anna"),
    ("--event", "E", "--from", "2026-01-01", "--given-name", "Anna"),
    ("--given-name", "Anna"),
    ("--csv", "x.csv", "--event", "E", "--from", "2026-13-01"),
]


@pytest.mark.parametrize("options", WRONG_OPTIONS, ids=" ".join)
def test_half_of_the_options_are_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    from click.testing import CliRunner

    from lti_tool.commands.issue import command

    told = CliRunner().invoke(command, [*options, "--reason", "r", "--out", str(tmp_path / "out")])
    assert told.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_parts_are_small_enough_to_lose() -> None:
    assert 10 <= TOGETHER <= 200
