"""Answers of `sealwright verify` as text, JSON, JSON lines or a table for a spreadsheet."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from typing import Any, Final, Protocol

import click

from lti_tool.commands.tables import printable, spreadsheet_cell
from lti_tool.commands.verify_many import Answer
from lti_tool.commands.verify_said import told

# The four answers' exit statuses.
STATUSES: Final = {"valid": 0, "was-valid": 1, "not-valid": 1, "cannot-tell": 2}
_COLOURS: Final = {"valid": "green", "was-valid": "yellow", "not-valid": "red", "cannot-tell": "yellow"}
_COLUMNS: Final = (
    "what", "outcome", "reason", "words", "number", "holder_name", "title", "level", "issued_on", "expires_on", "state", "revoked_at",
    "superseded_by", "address", "differs",
)  # fmt: skip


class Output(Protocol):
    """Where answers go, one after the other."""

    def add(self, answer: Answer) -> None:
        """Take one answer."""

    def end(self, *, interrupted: bool) -> None:
        """Take note that there are no more."""


def chosen(*, as_json: bool, jsonl: bool, as_csv: bool, single: bool) -> Output:
    """Return the output that the options ask for."""
    if jsonl:
        return _Lines()
    if as_csv:
        return _Table()
    if as_json:
        return _Json(single=single)
    return _Told() if single else _List()


class _Lines:
    def add(self, answer: Answer) -> None:
        click.echo(json.dumps({"what": answer.item, **as_json(answer)}, ensure_ascii=False))

    def end(self, *, interrupted: bool) -> None:
        pass


class _Json:
    def __init__(self, *, single: bool) -> None:
        self._single = single
        self._answers: list[dict[str, Any]] = []

    def add(self, answer: Answer) -> None:
        self._answers.append(as_json(answer) if self._single else {"what": answer.item, **as_json(answer)})

    def end(self, *, interrupted: bool) -> None:
        if self._answers or not self._single:
            click.echo(json.dumps(self._answers[0] if self._single else self._answers, ensure_ascii=False))


class _Table:
    def __init__(self) -> None:
        self._writer = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL)
        self._writer.writerow(_COLUMNS)

    def add(self, answer: Answer) -> None:
        report, said = answer.report, answer.report["certificate"] or {}
        reason = report["reasons"][0] if report["reasons"] else {"code": "", "words": ""}
        differs = "; ".join(f"{entry['words']}: {entry['theirs']}" for entry in report["differences"])
        asked = {"what": answer.item, "outcome": report["outcome"], "reason": reason["code"], "words": reason["words"], "differs": differs}
        self._writer.writerow([spreadsheet_cell(str({**said, **asked}.get(column) or "")) for column in _COLUMNS])

    def end(self, *, interrupted: bool) -> None:
        sys.stdout.flush()


class _List:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, answer: Answer) -> None:
        report, said = answer.report, answer.report["certificate"]
        self._counts[report["outcome"]] += 1
        about = f"{said['holder_name']}, {said['issued_on']}" if said else ""
        why = report["reasons"][0]["words"] if report["reasons"] else ""
        word = click.style(f"{report['words']:<15}", fg=_COLOURS[report["outcome"]])
        click.echo(f"{word} {printable(' · '.join(part for part in (answer.item[:120], about, why) if part))}")

    def end(self, *, interrupted: bool) -> None:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self._counts.items())
        click.echo(f"{sum(self._counts.values())} verified: {counts or 'none'}{' (interrupted)' if interrupted else ''}", err=True)


class _Told:
    def add(self, answer: Answer) -> None:
        report, said = answer.report, answer.report["certificate"]
        click.echo(click.style(report["words"], fg=_COLOURS[report["outcome"]]))
        for reason in report["reasons"]:
            click.echo(reason["words"])
        if said:
            click.echo("Our register says:")
            for name, value in told(said):
                click.echo(f"  {name}: {printable(value)}")
        _tell_changes(report)
        for step in report["steps"]:
            mark = {True: "yes", False: "NO", None: "not asked"}[step["held"]]
            click.echo(f"  {step['number']}. {mark}: {step['words']}")

    def end(self, *, interrupted: bool) -> None:
        pass


def _tell_changes(report: dict[str, Any]) -> None:
    for entry in report["differences"]:
        theirs = entry["theirs"] or "something else"
        click.echo(printable(f"  changed – {entry['words']}: our record says “{entry['ours']}”, what you showed says “{theirs}”"))
    if report["pages"]:
        click.echo(f"  changed – pages that look different: {', '.join(str(page['page']) for page in report['pages'])}")


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer with the fields of the documented interface; those of the first release have kept their names and meanings."""
    report = answer.report
    return {
        "outcome": report["outcome"],
        "reasons": [reason["code"] for reason in report["reasons"]],
        "certificate": _certificate(report["certificate"]),
        "words": [reason["words"] for reason in report["reasons"]],
        "shown": report["shown"],
        "steps": [{name: step[name] for name in ("number", "code", "held")} for step in report["steps"]],
        "differences": report["differences"],
        "pages": [{"page": page["page"], "boxes": page["boxes"]} for page in report["pages"]],
        "proved_at": report["proved_at"],
    }


def _certificate(said: dict[str, Any] | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {**said, "issuer": said["issuer_name"], "scheme": said["scheme_id"], "edition": said["scheme_edition"]}
