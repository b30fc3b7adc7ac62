"""`sealwright evidence read`: what a document is, whose, of when, and the verdict of the checks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lti_tool.commands.lines import WrongLine, answer_lines, at_once, day, parse, text
from lti_tool.problem import Problem

if TYPE_CHECKING:
    from lti_tool.checks.findings import Finding, PieceFindings
    from lti_tool.evidence.reader import Reader
    from lti_tool.evidence.reading import Reading
    from lti_tool.scheme.model import Scheme

SCHEME = "digital-competence"


@dataclass(frozen=True, slots=True)
class Question:
    """Whom and when a document is asked for; without a name the holder is not compared."""

    given_name: str
    family_name: str
    on: date | None
    scheme_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One document read and checked; `reading` None where there was no document."""

    file: str
    reading: Reading | None
    found: PieceFindings


@click.group("evidence")
def command() -> None:
    """Read documents."""


@command.command("read")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--given-name", default="", help="The applicant's given name; without a name the holder is read but not compared.")
@click.option("--family-name", default="", help="The applicant's family name.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day of application; default: today.")
@click.option("--scheme", "scheme_id", default=SCHEME, show_default=True, help="The scheme whose documents these may be.")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line; without FILE read such lines from standard input.")
@click.option("--explain", is_flag=True, help="Print what was seen where.")
def read(  # noqa: PLR0913, PLR0917 - click passes every option as a parameter
    files: tuple[str, ...], given_name: str, family_name: str, on: datetime | None, scheme_id: str, jsonl: bool, explain: bool
) -> None:
    """Say what each FILE is, whose, of when, and whether it fits.

    Lines of standard input hold "file", "given_name", "family_name", "date" and perhaps "scheme"; the answers hold "file", "kind",
    "mooc_no", "requirement", "holder_name", "issue_date", "disclaimer", "verdict" (accept, review, reject) and "findings". A file that can't
    be read is an answer too.
    """
    from lti_tool.evidence.reader import Reader

    if not files and not jsonl:
        raise click.UsageError("name at least one FILE, or give --jsonl and lines on standard input")
    chosen = on.date() if on else None
    with Reader(processes=at_once()) as reader:
        if not files:
            answer_lines(sys.stdin, partial(_line, reader, scheme_id), as_json)
            return
        one = partial(examine, reader, Question(given_name, family_name, chosen, scheme_id))
        if jsonl:
            answer_lines(files, one, as_json)
        else:
            _print([one(file) for file in files], explain=explain)


def _line(reader: Reader, scheme_id: str, line: str) -> Answer:
    """Answer one line of standard input, whatever it holds."""
    file = ""
    try:
        asked = parse(line)
        file = str(asked.get("file") or "")
        question = Question(text(asked, "given_name"), text(asked, "family_name"), day(asked), text(asked, "scheme") or scheme_id)
        return examine(reader, question, text(asked, "file", needed=True))
    except WrongLine as wrong:
        return _without_document(file, "line-wrong", str(wrong))
    except Problem as problem:
        return _without_document(file, "line-wrong", problem.in_english())


def examine(reader: Reader, question: Question, file: str) -> Answer:
    """Read and check one file. Raises Problem("scheme-unknown")."""
    from lti_tool.checks.check import check_piece
    from lti_tool.evidence.dossier import Applicant, Piece

    scheme = scheme_for(question.scheme_id, question.on)
    try:
        content = Path(file).read_bytes()
    except (OSError, ValueError):
        return _without_document(file, "file-not-found")
    reading = reader.read(content, scheme)
    asked = scheme if question.given_name or question.family_name else _without_holder(scheme)
    applicant = Applicant(question.given_name, question.family_name)
    found = check_piece(Piece(file, file, reading), applicant, question.on or today(scheme), asked)
    return Answer(file, reading, found)


def scheme_for(scheme_id: str, on: date | None) -> Scheme:
    """Return the edition in force on a day; before the first edition, the first. Raises Problem("scheme-unknown")."""
    from lti_tool.scheme.catalogue import shipped

    try:
        return shipped().get(scheme_id, day=on)
    except Problem:
        first = next((scheme for scheme in shipped().schemes if scheme.id == scheme_id), None)
        if first is None or on is None or on >= first.valid_from:
            raise
        return first


def today(scheme: Scheme) -> date:
    """Return the present day in the scheme's time zone."""
    from lti_tool import clock

    return clock.today(scheme.time_zone)


def _without_holder(scheme: Scheme) -> Scheme:
    """Nobody was named, so there is nothing to compare the holder with."""
    requirements = tuple(
        entry.model_copy(update={"checks": tuple(check for check in entry.checks if check != "holder")}) for entry in scheme.requirements
    )
    return scheme.model_copy(update={"requirements": requirements})


def _without_document(file: str, code: str, reason: str = "") -> Answer:
    from lti_tool.checks.findings import Finding, PieceFindings, Verdict

    finding = Finding(code, Verdict.REVIEW, document_id=file, details={"reason": reason})
    return Answer(file, None, PieceFindings(file, None, Verdict.REVIEW, (finding,)))


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer with the fields of the documented interface."""
    reading = answer.reading
    return {
        "file": answer.file,
        "kind": reading.kind.value if reading else "unknown",
        "mooc_no": reading.mooc_no if reading else None,
        "requirement": answer.found.requirement,
        "holder_name": reading.holder.value if reading and reading.holder else None,
        "issue_date": reading.issue_date.value.isoformat() if reading and reading.issue_date else None,
        "disclaimer": reading.disclaimer.value if reading and reading.disclaimer else None,
        "verdict": answer.found.verdict.value,
        "findings": [finding_json(finding) for finding in answer.found.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding with its words; `box` in fractions of the page, origin top left."""
    from lti_tool.checks.words import words

    return {
        "code": finding.code,
        "ok": finding.ok,
        "detail": words(finding).filled(),
        "page": finding.place.page if finding.place else None,
        "box": list(finding.place.box) if finding.place else None,
    }


def _print(answers: Sequence[Answer], *, explain: bool) -> None:
    from lti_tool.commands.tables import printable, table

    rows = [
        [
            Path(answer.file).name,
            str(answer.found.verdict),
            _what(answer.reading),
            answer.reading.holder.value if answer.reading and answer.reading.holder else "–",
            answer.reading.issue_date.value.isoformat() if answer.reading and answer.reading.issue_date else "–",
        ]
        for answer in answers
    ]
    click.echo(table(rows, ("FILE", "VERDICT", "WHAT", "HOLDER", "ISSUED")))
    for answer in answers:
        findings = [finding for finding in answer.found.findings if explain or not finding.ok]
        if findings:
            click.echo(f"\n{printable(Path(answer.file).name)}")
            print_findings(findings, explain=explain)


def print_findings(findings: Sequence[Finding], *, explain: bool) -> None:
    """Print findings as a list; with `explain` also where each was seen."""
    from lti_tool.checks.words import words
    from lti_tool.commands.tables import printable

    for finding in findings:
        click.echo(f"  {'✓' if finding.ok else '!'} {printable(words(finding).filled())}")
        if explain and finding.place:
            left, top, right, bottom = (round(edge * 100) for edge in finding.place.box)
            click.echo(f"      page {finding.place.page}, {left}–{right} % from the left, {top}–{bottom} % from the top [{finding.code}]")


def _what(reading: Reading | None) -> str:
    if reading is None:
        return "–"
    if reading.mooc_no:
        return f"MOOC {reading.mooc_no}"
    note = {True: " with the note", False: " without the note", None: ""}[reading.disclaimer.value if reading.disclaimer else None]
    return {"nql": f"label{note}", "other": "another paper", "unknown": reading.unreadable or "not understood"}.get(
        reading.kind.value, reading.kind.value
    )
