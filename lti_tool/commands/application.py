"""`sealwright application check`: the outcome that a folder of documents would get."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lti_tool.commands.evidence import SCHEME, document_name, finding_json, pages_json, print_findings, scheme_for, today
from lti_tool.commands.lines import WrongLine, answer_lines, at_once, day, parse, text
from lti_tool.problem import Problem

if TYPE_CHECKING:
    from lti_tool.checks.findings import Finding, Findings
    from lti_tool.evidence.dossier import Piece
    from lti_tool.evidence.reader import Reader
    from lti_tool.evidence.reading import Reading
    from lti_tool.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class Asked:
    """One application as a line gives it, its documents read; `wrong` says why the line can't be used."""

    folder: str | None
    given_name: str = ""
    family_name: str = ""
    on: date | None = None
    scheme: Scheme | None = None
    readings: tuple[tuple[str, Reading], ...] = ()
    missing_files: tuple[str, ...] = ()
    wrong: str = ""


@dataclass
class Memory:
    """What was handed in before, and under which names: for finding a document again with another applicant."""

    bytes: dict[str, set[str]] = field(default_factory=dict)
    number: dict[str, set[str]] = field(default_factory=dict)
    text: dict[str, set[str]] = field(default_factory=dict)
    copies: dict[str, list[tuple[str, Reading]]] = field(default_factory=dict)

    def seen_with_others(self, reading: Reading, applicant: str) -> frozenset[str]:
        """Say how others have handed in the same document: ``bytes``, ``number``, ``text``, ``copy``."""
        from lti_tool.evidence.copies import alike, keys

        found = {
            "bytes": self.bytes.get(reading.sha256, set()),
            "number": set[str]().union(*(self.number.get(number, set()) for number in reading.numbers)),
            "text": self.text.get(reading.text_sha256 or "", set()),
        }
        copied = any(who != applicant and alike(reading, other) for key in keys(reading) for who, other in self.copies.get(key, ()))
        return frozenset(how for how, applicants in found.items() if applicants - {applicant}) | ({"copy"} if copied else frozenset())

    def keep(self, reading: Reading, applicant: str) -> None:
        """Remember a document."""
        from lti_tool.evidence.copies import keys

        for key in keys(reading):
            self.copies.setdefault(key, []).append((applicant, reading))
        self.bytes.setdefault(reading.sha256, set()).add(applicant)
        for number in reading.numbers:
            self.number.setdefault(number, set()).add(applicant)
        if reading.text_sha256:
            self.text.setdefault(reading.text_sha256, set()).add(applicant)


@click.group("application")
def command() -> None:
    """Check whole applications."""


@command.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--given-name", default="", help="The applicant's given name.")
@click.option("--family-name", default="", help="The applicant's family name.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day of application; default: today.")
@click.option("--scheme", "scheme_id", default=SCHEME, show_default=True, help="The scheme applied under.")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line; without FOLDER read such lines from standard input.")
@click.option("--explain", is_flag=True, help="Print everything that was found, and where.")
def check_application(  # noqa: PLR0913, PLR0917 - click passes every option as a parameter
    folder: Path | None, given_name: str, family_name: str, on: datetime | None, scheme_id: str, jsonl: bool, explain: bool
) -> None:
    """Say which outcome the documents of FOLDER would get: award, incomplete, review or reject.

    Lines of standard input hold "folder" or "files", "given_name", "family_name", "date" and perhaps "scheme". Documents are remembered from
    line to line, so that one that somebody else handed in before is found; the answer never says who.
    """
    from lti_tool.commands import knowing

    if folder is None and not jsonl:
        raise click.UsageError("name a FOLDER, or give --jsonl and lines on standard input")
    memory = Memory()
    with knowing.reader(at_once()) as reader, ThreadPoolExecutor(at_once()) as pool:
        if folder is None:
            answer_lines(sys.stdin, partial(_line, reader, pool, scheme_id), partial(_answer, memory))
            return
        line = {"folder": str(folder), "given_name": given_name, "family_name": family_name, "date": on.date().isoformat() if on else None}
        if not folder.is_dir():
            raise click.UsageError(f"{folder} is not a folder")
        asked = _read(reader, pool, scheme_id, line)
        if jsonl:
            answer_lines([""], lambda _: asked, partial(_answer, memory))
            return
        _print(asked, _findings(memory, asked), explain=explain)


def _line(reader: Reader, pool: ThreadPoolExecutor, scheme_id: str, line: str) -> Asked:
    """Read the documents of one line, whatever it holds."""
    folder = None
    try:
        value = parse(line)
        folder = value.get("folder") if isinstance(value.get("folder"), str) else None
        return _read(reader, pool, scheme_id, value)
    except WrongLine as wrong:
        return Asked(folder, wrong=str(wrong))
    except Problem as problem:
        return Asked(folder, wrong=problem.in_english())


def _read(reader: Reader, pool: ThreadPoolExecutor, scheme_id: str, value: dict[str, Any]) -> Asked:
    folder, on = text(value, "folder"), day(value)
    scheme = scheme_for(text(value, "scheme") or scheme_id, on)
    contents: list[tuple[str, bytes]] = []
    missing: list[str] = []
    for file in _files(folder, value.get("files")):
        try:
            contents.append((str(file), file.read_bytes()))
        except (OSError, ValueError):
            missing.append(str(file))
    found = pool.map(lambda entry: reader.read_all(entry[1], scheme), contents)
    return Asked(
        folder or None,
        text(value, "given_name"),
        text(value, "family_name"),
        on or today(scheme),
        scheme,
        tuple((name, reading) for (name, _), readings in zip(contents, found, strict=True) for reading in readings),
        tuple(missing),
    )


def _files(folder: str, files: object) -> list[Path]:
    """Return the documents of a line: those named, else all of the folder but hidden ones. Raises WrongLine."""
    if files is not None:
        if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
            raise WrongLine("'files' is not a list of texts")
        return [Path(file) if Path(file).exists() or not folder else Path(folder) / file for file in files]
    if not folder:
        raise WrongLine("'folder' or 'files' is missing")
    try:
        return sorted(entry for entry in Path(folder).rglob("*") if entry.is_file() and not entry.name.startswith("."))
    except (OSError, ValueError):
        raise WrongLine("the folder can't be read") from None


def _findings(memory: Memory, asked: Asked) -> Findings:
    from lti_tool.checks.check import check
    from lti_tool.evidence.dossier import Applicant, Dossier, SchemeReference
    from lti_tool.scheme.phrases import words_of

    scheme = asked.scheme
    assert scheme is not None  # noqa: S101 - a line without a scheme was answered before
    assert asked.on is not None  # noqa: S101 - filled in when the line was read
    applicant = Applicant(asked.given_name, asked.family_name)
    key = " ".join(sorted(words_of(applicant.full_name)))
    pieces = [_piece(name, reading, memory.seen_with_others(reading, key)) for name, reading in asked.readings]
    for _, reading in asked.readings:
        memory.keep(reading, key)
    reference = SchemeReference(scheme.id, scheme.edition, scheme.sha256)
    return check(Dossier("", applicant, asked.on, reference, tuple(pieces)), scheme)


def _piece(file: str, reading: Reading, seen: frozenset[str]) -> Piece:
    from lti_tool.evidence.dossier import Piece

    return Piece(document_name(file, reading), document_name(Path(file).name, reading), reading, None, seen)


def _answer(memory: Memory, asked: Asked) -> dict[str, Any]:
    """Return the answer to one line with the fields of the documented interface."""
    from lti_tool.checks.findings import Finding, Verdict
    from lti_tool.decision.judge import judge

    if asked.wrong:
        wrong = finding_json(Finding("line-wrong", Verdict.REVIEW, details={"reason": asked.wrong}))
        return {"folder": asked.folder, "outcome": "review", "requirements": [], "findings": [{"file": None, "requirement": None, **wrong}]}
    findings = _findings(memory, asked)
    shown = [finding for piece in findings.pieces for finding in piece.findings] + list(findings.general)
    shown += [Finding("file-not-found", Verdict.REVIEW, document_id=file) for file in asked.missing_files]
    known = {document_name(file, reading): {"file": file, **pages_json(reading)} for file, reading in asked.readings}

    def where(document_id: str | None) -> dict[str, Any]:
        return known.get(document_id or "", {"file": document_id})

    return {
        "folder": asked.folder,
        "outcome": "review" if asked.missing_files and judge(findings).value == "award" else judge(findings).value,
        "requirements": [
            {"requirement": entry.requirement, "standing": entry.standing.value, **where(entry.document_id)} for entry in findings.requirements
        ],
        "findings": [_in_order(where(finding.document_id), finding) for finding in shown],
    }


def _in_order(where: dict[str, Any], finding: Finding) -> dict[str, Any]:
    """Return a finding behind its file; the pages of one of several in the file come last."""
    return {"file": where["file"], "requirement": finding.requirement, **finding_json(finding), **where}


def _print(asked: Asked, findings: Findings, *, explain: bool) -> None:
    from lti_tool.commands.tables import coloured, printable, table
    from lti_tool.decision.judge import judge

    rows = [[entry.requirement, str(entry.standing), Path(entry.document_id).name if entry.document_id else "–"] for entry in findings.requirements]
    click.echo(f"Outcome: {coloured(judge(findings).value)}\n")
    click.echo(table(rows, ("REQUIREMENT", "STANDING", "FILE")))
    for piece in findings.pieces:
        told = [finding for finding in piece.findings if explain or not finding.ok]
        if told:
            click.echo(f"\n{printable(Path(piece.document_id).name)}: {coloured(str(piece.verdict))}")
            print_findings(told, explain=explain)
    if findings.general:
        click.echo("")
        print_findings(findings.general, explain=explain)
