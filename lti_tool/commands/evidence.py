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
    """One file read and checked; `reading` None where there was no document, `parts` its certificates if it holds several."""

    file: str
    reading: Reading | None
    found: PieceFindings
    parts: tuple[Answer, ...] = ()


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
    be read is an answer too. For a file of several certificates they are the first one's, the verdict is review unless all would be
    rejected, and "parts" holds such an object for each, with its "pages"; copies of one certificate answer as the best of them.
    With --explain the answers also hold "confidence": how sure the reading of each fact is, from 0 to 1.
    """
    from lti_tool.commands import knowing

    if not files and not jsonl:
        raise click.UsageError("name at least one FILE, or give --jsonl and lines on standard input")
    chosen = on.date() if on else None
    shape = partial(as_json, explain=explain)
    with knowing.reader(at_once()) as reader:
        if not files:
            answer_lines(sys.stdin, partial(_line, reader, scheme_id), shape)
            return
        one = partial(examine, reader, Question(given_name, family_name, chosen, scheme_id))
        if jsonl:
            answer_lines(files, one, shape)
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
    asked = scheme if question.given_name or question.family_name else _without_holder(scheme)
    applicant = Applicant(question.given_name, question.family_name)
    answers = []
    for reading in reader.read_all(content, scheme):
        found = check_piece(Piece(document_name(file, reading), file, reading), applicant, question.on or today(scheme), asked)
        answers.append(Answer(file, reading, found))
    return answers[0] if len(answers) == 1 else _of_several(file, answers)


def _of_several(file: str, parts: Sequence[Answer]) -> Answer:
    """Return one answer for a file of several: the best of copies; else the first one's facts, for a person unless nothing fits."""
    from lti_tool.checks.findings import Finding, PieceFindings, Verdict

    best = min(parts, key=lambda part: part.found.verdict.weight)
    if best.found.requirement and all(part.found.requirement == best.found.requirement for part in parts):
        return Answer(file, best.reading, best.found, tuple(parts))
    hopeless = all(part.found.verdict is Verdict.REJECT for part in parts)
    verdict = Verdict.REJECT if hopeless else Verdict.REVIEW
    several = Finding("several-in-one", Verdict.REVIEW, document_id=file, details={"count": str(len(parts))})
    findings = (several, *(finding for part in parts for finding in part.found.findings))
    return Answer(file, parts[0].reading, PieceFindings(file, parts[0].found.requirement, verdict, findings), tuple(parts))


def document_name(file: str, reading: Reading | None) -> str:
    """Return what a document is called: its file, and which part of it if it holds several."""
    part = reading.part if reading else None
    if part is None:
        return file
    pages = f"page {part.first}" if part.first == part.last else f"pages {part.first}–{part.last}"
    return f"{file}, {pages} ({part.number} of {part.of})"


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


def as_json(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """Return an answer with the fields of the documented interface; with `explain` also how sure each fact is."""
    more: dict[str, Any] = {"confidence": confidence(answer.reading)} if explain else {}
    if answer.parts:
        more["parts"] = [as_json(part, explain=explain) | pages_json(part.reading) for part in answer.parts]
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
    } | more


def confidence(reading: Reading | None) -> dict[str, float | None]:
    """Return how sure the reading of each fact is (0 to 1); None for a fact that was not found."""
    facts = {name: getattr(reading, name, None) for name in ("title", "holder", "issue_date", "disclaimer")}
    return {name: round(fact.sure, 2) if fact else None for name, fact in facts.items()}


def pages_json(reading: Reading | None) -> dict[str, Any]:
    """Return the first and the last page of one of several in a file; nothing for a file that is one document."""
    return {"pages": [reading.part.first, reading.part.last]} if reading and reading.part else {}


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

    shown = [part for answer in answers for part in answer.parts or (answer,)]
    rows = [
        [
            document_name(Path(answer.file).name, answer.reading),
            str(answer.found.verdict),
            _what(answer.reading),
            answer.reading.holder.value if answer.reading and answer.reading.holder else "–",
            answer.reading.issue_date.value.isoformat() if answer.reading and answer.reading.issue_date else "–",
        ]
        for answer in shown
    ]
    click.echo(table(rows, ("FILE", "VERDICT", "WHAT", "HOLDER", "ISSUED")))
    for answer in shown:
        findings = [finding for finding in answer.found.findings if explain or not finding.ok]
        if findings:
            click.echo(f"\n{printable(document_name(Path(answer.file).name, answer.reading))}")
            print_findings(findings, explain=explain)
            if explain:
                sure = ", ".join(f"{name.replace('_', ' ')} {value:.0%}" for name, value in confidence(answer.reading).items() if value is not None)
                click.echo(f"  confidence: {sure or 'nothing was read'}")


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
