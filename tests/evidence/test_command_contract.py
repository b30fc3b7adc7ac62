"""The two JSONL commands as another program would call them: fields, order, outcomes, exit statuses; no installation is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import COURSE, LABEL, lines, pdf

AREAS = (
    "Professional engagement",
    "Digital resources",
    "Teaching and learning",
    "Assessment",
    "Empowering learners",
    "Facilitating learners' digital competence",
)
FINDING = ["code", "ok", "detail", "page", "box"]
DAY = "2026-11-21"


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def sealwright(*arguments: str, cwd: Path, lines_in: list[Any] | None = None) -> Done:
    """Call the program as a stranger: an empty folder to stand in, no settings, nowhere to keep anything."""
    program = Path(sys.executable).parent / "sealwright"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines_in or [])
    bare = {"PATH": os.defpath, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([str(program), *arguments], cwd=cwd, env=bare, input=text, capture_output=True, text=True, check=False, timeout=300)
    return Done(done.returncode, done.stdout, done.stderr)


def course(number: int, *, name: str = "Anna Muster", issued: str = "12 March 2026", mark: str = "") -> bytes:
    texts = [line.replace("Anna Muster", name).replace("12 March 2026", issued) for line in COURSE]
    texts[4] = f"MOOC {number}: {AREAS[number - 1]}"
    return pdf(lines([*texts, f"Certificate no. {mark}-{number:04}"] if mark else texts))


def label(name: str = "Anna Muster", *, note: bool = True) -> bytes:
    texts = [line.replace("Anna Muster", name) for line in LABEL]
    return pdf(lines(texts if note else texts[:-1]))


def seven(place: Path, *, name: str = "Anna Muster", mark: str = "", **changed: bytes | None) -> Path:
    """A folder of the seven documents; `changed` replaces or (None) leaves out single ones."""
    place.mkdir(parents=True)
    papers: dict[str, bytes | None] = {f"course{number}": course(number, name=name, mark=mark) for number in range(1, 7)} | {"label": label(name)}
    for paper, content in (papers | changed).items():
        if content is not None:
            (place / f"{paper}.pdf").write_bytes(content)
    return place


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)

# (what one document is instead, the outcome, how its requirement then stands)
OUTCOMES: dict[str, tuple[dict[str, bytes | None], str, str]] = {
    "seven right ones": ({}, "award", "met"),
    "one missing": ({"course3": None}, "incomplete", "missing"),
    "one on the last day": ({"course3": course(3, issued="21 November 2024")}, "award", "met"),
    "one a day too old": ({"course3": course(3, issued="20 November 2024")}, "reject", "not-met"),
    "one of the day itself": ({"course3": course(3, issued="21 November 2026")}, "award", "met"),
    "one of tomorrow": ({"course3": course(3, issued="22 November 2026")}, "reject", "not-met"),
    "one of another person": ({"course3": course(3, name="Bruno Beispiel")}, "reject", "not-met"),
    "one of a similar name": ({"course3": course(3, name="Anne Muster")}, "review", "doubtful"),
    "a photo of one": ({"course3": PNG}, "review", "missing"),
    "one course twice": ({"course3": course(2, issued="13 March 2026")}, "incomplete", "missing"),
    "an empty file": ({"course3": b""}, "incomplete", "missing"),
    "a label without the note": ({"label": label(note=False)}, "reject", "met"),
}


def test_each_outcome_in_the_order_of_the_lines(tmp_path: Path) -> None:
    asked = []
    for index, (changes, _, _) in enumerate(OUTCOMES.values()):
        place = seven(tmp_path / str(index), **changes)
        asked.append({"folder": str(place), "given_name": "Anna", "family_name": "Muster", "date": DAY})
    done = sealwright("application", "check", "--jsonl", cwd=tmp_path, lines_in=asked)
    assert (done.status, done.err) == (0, "")
    answers = done.answers()
    assert [answer["folder"] for answer in answers] == [line["folder"] for line in asked]
    found = {}
    for name, answer in zip(OUTCOMES, answers, strict=True):
        assert list(answer) == ["folder", "outcome", "requirements", "findings"]
        assert [entry["requirement"] for entry in answer["requirements"]] == [*(f"mooc-{number}" for number in range(1, 7)), "nql"]
        assert all(list(entry) == ["requirement", "standing", "file"] for entry in answer["requirements"])
        assert all(list(entry) == ["file", "requirement", *FINDING] for entry in answer["findings"])
        found[name] = (answer["outcome"], answer["requirements"][2]["standing"])
    assert found == {name: (outcome, standing) for name, (_, outcome, standing) in OUTCOMES.items()}


def test_the_fields_of_one_document(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(course(3))
    (tmp_path / "b.pdf").write_bytes(label())
    person = {"given_name": "Anna", "family_name": "Muster", "date": DAY}
    done = sealwright("evidence", "read", "--jsonl", cwd=tmp_path, lines_in=[{"file": "a.pdf", **person}, "", {"file": "b.pdf", **person}])
    assert (done.status, done.err) == (0, "")
    one, two = done.answers()
    expected = {
        "file": "a.pdf",
        "kind": "mooc",
        "mooc_no": 3,
        "requirement": "mooc-3",
        "holder_name": "Anna Muster",
        "issue_date": "2026-03-12",
        "disclaimer": None,
        "verdict": "accept",
    }
    assert list(one.items())[:-1] == list(expected.items())
    changed = {"file": "b.pdf", "kind": "nql", "mooc_no": None, "requirement": "nql", "disclaimer": True}
    assert list(two.items())[:-1] == list((expected | changed).items())
    for finding in (*one["findings"], *two["findings"]):
        assert list(finding) == FINDING
        assert finding["ok"] is True
        assert isinstance(finding["detail"], str)
        assert finding["page"] in (1, None)
        assert finding["box"] is None or (len(finding["box"]) == 4 and all(0 <= edge <= 1 for edge in finding["box"]))
    assert any(finding["box"] for finding in one["findings"])


def test_how_sure_each_fact_is_stands_in_what_is_explained(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(course(3))
    (tmp_path / "b.pdf").write_bytes(b"")
    one, two = sealwright("evidence", "read", "--jsonl", "--explain", "a.pdf", "b.pdf", cwd=tmp_path).answers()
    assert one["confidence"] == {"title": 1.0, "holder": 1.0, "issue_date": 1.0, "disclaimer": None}
    assert set(two["confidence"].values()) == {None}
    said = sealwright("evidence", "read", "--explain", "a.pdf", cwd=tmp_path).out
    assert "confidence: title 100%, holder 100%, issue date 100%" in said


def test_order_is_kept_where_some_answers_take_longer(tmp_path: Path) -> None:
    asked = []
    for index in range(40):
        (tmp_path / f"{index}.pdf").write_bytes(course(index % 6 + 1) if index % 3 else b"x" * 10)
        asked.append({"file": f"{index}.pdf" if index % 7 else "nowhere.pdf", "given_name": "Anna", "family_name": "Muster", "date": DAY})
    answers = sealwright("evidence", "read", "--jsonl", cwd=tmp_path, lines_in=asked).answers()
    assert [answer["file"] for answer in answers] == [line["file"] for line in asked]
    expected = ["review" if index % 7 == 0 else "accept" if index % 3 else "reject" for index in range(40)]
    assert [answer["verdict"] for answer in answers] == expected


# (what somebody else hands in after Anna, the outcome, the code)
AGAIN = [
    ({}, "reject", "seen-bytes"),
    ({"mark": "Z9-77"}, "review", "seen-number"),
]


@pytest.mark.parametrize(("changes", "outcome", "code"), AGAIN)
def test_a_document_handed_in_again_by_another(tmp_path: Path, changes: dict[str, str], outcome: str, code: str) -> None:
    anna = seven(tmp_path / "anna", mark="Z9-77")
    # The very same files, or certificates of the same numbers in her own name.
    other = seven(tmp_path / "other", name="Carla Neri", **changes) if changes else anna  # type: ignore[arg-type]
    asked = [
        {"folder": str(anna), "given_name": "Anna", "family_name": "Muster", "date": DAY},
        {"folder": str(anna), "given_name": "Anna", "family_name": "Muster", "date": DAY},
        {"folder": str(other), "given_name": "Carla", "family_name": "Neri", "date": DAY},
    ]
    first, again, by_another = sealwright("application", "check", "--jsonl", cwd=tmp_path, lines_in=asked).answers()
    assert (first["outcome"], again["outcome"], by_another["outcome"]) == ("award", "award", outcome)
    told = [finding["detail"] for finding in by_another["findings"] if finding["code"] == code]
    assert len(told) >= 6
    assert not any("Anna" in detail or "Muster" in detail or str(anna) in detail for detail in told)


def test_a_file_named_and_absent_is_an_answer_and_no_award(tmp_path: Path) -> None:
    place = seven(tmp_path / "anna")
    files = [*(str(file) for file in sorted(place.iterdir())), str(place / "lost.pdf")]
    asked = [{"files": files, "given_name": "Anna", "family_name": "Muster", "date": DAY}]
    (answer,) = sealwright("application", "check", "--jsonl", cwd=tmp_path, lines_in=asked).answers()
    assert (answer["folder"], answer["outcome"]) == (None, "review")
    assert [finding["file"] for finding in answer["findings"] if finding["code"] == "file-not-found"] == [files[-1]]


# (the arguments, the exit status, what is told and where)
STATUSES: list[tuple[list[str], int, str, str]] = [
    (["evidence", "read"], 2, "", "FILE"),
    (["evidence", "read", "a.pdf", "--date", "tomorrow"], 2, "", "tomorrow"),
    (["evidence", "read", "a.pdf", "--scheme", "none"], 2, "", "[scheme-unknown]"),
    (["evidence", "read", "a.pdf", "--date", DAY], 0, "MOOC 3", ""),
    (["evidence", "read", "nowhere.pdf", "--date", DAY], 0, "no such file", ""),
    (["application", "check"], 2, "", "FOLDER"),
    (["application", "check", "nowhere"], 2, "", "nowhere"),
    (["application", "check", "papers", "--given-name", "Anna", "--family-name", "Muster", "--date", DAY], 0, "Outcome: award", ""),
]


@pytest.mark.parametrize(("arguments", "status", "out", "err"), STATUSES)
def test_exit_statuses_and_words(tmp_path: Path, arguments: list[str], status: int, out: str, err: str) -> None:
    seven(tmp_path / "papers")
    (tmp_path / "a.pdf").write_bytes(course(3))
    before = sorted(tmp_path.rglob("*"))
    done = sealwright(*arguments, cwd=tmp_path)
    assert done.status == status, done
    assert out in done.out
    assert err in done.err
    assert "Traceback" not in done.err
    # Nothing was made: no installation, no state, no copy.
    assert sorted(tmp_path.rglob("*")) == before


def test_the_table_shows_no_control_character_of_a_document(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.pdf").write_bytes(course(3))
    done = sealwright("evidence", "read", "a\x1b[31m.pdf", "--given-name", "Anna", "--family-name", "Muster", "--date", DAY, cwd=tmp_path)
    assert done.status == 0
    assert [heading for heading in ("FILE", "VERDICT", "WHAT", "HOLDER", "ISSUED") if heading not in done.out] == []
    assert "Anna Muster" in done.out
    assert "2026-03-12" in done.out
    assert "\x1b" not in done.out
