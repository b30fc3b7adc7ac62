"""The command line as it is measured from outside: every line answered, no false accept, the fields of the interface."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

import certificates
import translations
from certificates import AREAS, DAY, NOTES, Made, write

PROGRAM = str(Path(sys.executable).parent / "sealwright")
FIELDS = ["file", "kind", "mooc_no", "requirement", "holder_name", "issue_date", "disclaimer", "verdict", "findings"]


def run(*arguments: str, lines: str = "") -> str:
    done = subprocess.run([PROGRAM, *arguments], input=lines, capture_output=True, text=True, check=True, timeout=300)
    return done.stdout


def answers(*arguments: str, lines: list[Any]) -> list[dict[str, Any]]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return [json.loads(line) for line in run(*arguments, "--jsonl", lines=text).splitlines()]


@pytest.mark.parametrize(("name", "made"), [("english", certificates.make(5, 144)), ("languages", translations.make(5))])
def test_no_false_accept_and_few_good_documents_for_a_person(tmp_path: Path, name: str, made: list[Made]) -> None:
    lines = write(tmp_path, made).read_text(encoding="utf-8").splitlines()
    found = answers("evidence", "read", lines=lines)
    assert [answer["file"] for answer in found] == [json.loads(line)["file"] for line in lines]
    wrong, good, accepted, rejected = [], 0, 0, []
    for document, answer in zip(made, found, strict=True):
        assert list(answer) == FIELDS
        fits = document.truth["verdict"] == "accept"
        good += fits
        accepted += fits and answer["verdict"] == "accept"
        if answer["verdict"] == "accept" and not fits:
            wrong.append(document.name)
        if answer["verdict"] == "reject" and fits:
            rejected.append(document.name)
        if fits and answer["verdict"] == "accept":
            assert answer["issue_date"] == document.truth["issue_date"], document.name
            assert answer["mooc_no"] == document.truth.get("mooc_no"), document.name
    assert (wrong, rejected) == ([], [])
    assert accepted >= 0.98 * good


def test_a_line_that_cant_be_used_and_a_file_that_cant_be_read_are_answers(tmp_path: Path) -> None:
    bad = tmp_path / "page.pdf"
    bad.write_text("<html>")
    lines = [
        "no json",
        "[]",
        {"given_name": "x"},
        {"file": str(tmp_path / "nowhere.pdf")},
        {"file": str(tmp_path)},
        {"file": str(bad), "date": "tomorrow"},
        {"file": str(bad), "scheme": "none"},
        {"file": str(bad)},
        {"file": "a\u0000b"},
    ]
    found = answers("evidence", "read", lines=lines)
    assert [answer["verdict"] for answer in found] == ["review"] * 7 + ["reject", "review"]
    assert [answer["findings"][0]["code"] for answer in found] == [
        "line-wrong",
        "line-wrong",
        "line-wrong",
        "file-not-found",
        "file-not-found",
        "line-wrong",
        "line-wrong",
        "unreadable-not-supported",
        "file-not-found",
    ]


def folder(place: Path, name: str = "Maria Rossi", *, skip: int = 0, number: str = "") -> Path:
    place.mkdir()
    for course in range(1, 7):
        if course != skip:
            text = certificates.page(
                certificates.random.Random(course),
                [
                    certificates.big("Certificate of Completion", 24),
                    "This is to certify that",
                    certificates.big(name, 18),
                    f"has successfully completed MOOC {course}: {AREAS['en'][course - 1]}",
                    certificates.escape(certificates.SERIES["en"]),
                    "Issued on 12 March 2026",
                    f"Certificate no. {number or place.name}-{course:04}",
                ],
            )
            (place / f"mooc{course}.pdf").write_bytes(certificates.render(text))
    (place / "label.pdf").write_bytes(certificates.render(certificates.nql(certificates.random.Random(1), name, "12 March 2026", NOTES[0])))
    return place


def test_folders_and_the_memory_from_line_to_line(tmp_path: Path) -> None:
    maria, giulia, anna = folder(tmp_path / "maria1"), tmp_path / "giulia", folder(tmp_path / "anna22", "Anna Verdi", skip=4)
    shutil.copytree(maria, giulia)
    renumbered = folder(tmp_path / "maria3", "Carla Neri", number="maria1")
    lines = [
        {"folder": str(maria), "given_name": "Maria", "family_name": "Rossi", "date": DAY.isoformat()},
        {"folder": str(maria), "given_name": "Maria", "family_name": "Rossi", "date": DAY.isoformat()},
        {"folder": str(giulia), "given_name": "Giulia", "family_name": "Rossi", "date": DAY.isoformat()},
        {"folder": str(anna), "given_name": "Anna", "family_name": "Verdi", "date": DAY.isoformat()},
        {"files": [str(file) for file in sorted(anna.iterdir())], "given_name": "Anna", "family_name": "Verdi", "date": "2026-11-21"},
        {"folder": str(renumbered), "given_name": "Carla", "family_name": "Neri", "date": DAY.isoformat()},
        {"folder": str(tmp_path / "nowhere"), "given_name": "Anna", "family_name": "Verdi"},
        {"given_name": "Anna"},
    ]  # fmt: skip
    found = answers("application", "check", lines=lines)
    assert [answer["outcome"] for answer in found] == ["award", "award", "reject", "incomplete", "incomplete", "review", "incomplete", "review"]
    assert {finding["code"] for finding in found[2]["findings"] if not finding["ok"]} >= {"seen-bytes", "holder-differs"}
    assert "Maria" not in " ".join(finding["detail"] for finding in found[2]["findings"] if finding["code"] == "seen-bytes")
    assert "seen-number" in {finding["code"] for finding in found[5]["findings"]}
    missing = [finding["requirement"] for finding in found[3]["findings"] if finding["code"] == "missing"]
    assert missing == ["mooc-4"]
    assert [entry["standing"] for entry in found[0]["requirements"]] == ["met"] * 7


def test_tables_for_people(tmp_path: Path) -> None:
    place = folder(tmp_path / "maria1", skip=2)
    named = ["--given-name", "Maria", "--family-name", "Rossi", "--date", "2026-11-21"]
    shown = run("application", "check", str(place), *named)
    assert shown.startswith("Outcome: incomplete")
    assert "MOOC 2: Digital resources is not there yet." in shown
    assert "\x1b" not in shown
    explained = run("evidence", "read", str(place / "mooc1.pdf"), *named, "--explain")
    assert "accept" in explained
    assert "% from the left" in explained
    unnamed = json.loads(run("evidence", "read", str(place / "mooc1.pdf"), "--jsonl", "--date", "2026-11-21"))
    assert unnamed["verdict"] == "accept"
    assert not any(finding["code"].startswith("holder") for finding in unnamed["findings"])
