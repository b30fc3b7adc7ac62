"""`sealwright verify --trust-kit`: verify with a folder alone, without an installation, a database or a network."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from lti_tool.verification.verdict import VerdictOutcome

_STATUSES = {VerdictOutcome.VALID: 0, VerdictOutcome.WAS_VALID: 1, VerdictOutcome.NOT_VALID: 1, VerdictOutcome.CANNOT_TELL: 2}


def verify_all(folder: Path, items: Iterable[str], *, as_json: bool) -> int:
    """Print an answer for each file or text; return the exit status: 0 if all are valid, 1 if one is not, else 2."""
    from lti_tool import clock
    from lti_tool.verification.kit import TrustKit
    from lti_tool.verification.kit_verify import verify_with_kit

    kit = TrustKit.open(folder)
    statuses, answers = set(), []
    for item in items:
        answer = verify_with_kit(kit, _content(item), clock.now())
        statuses.add(_STATUSES[answer.verdict.outcome])
        told: dict[str, Any] = {
            "what": item,
            "outcome": answer.verdict.outcome.value,
            "reasons": list(answer.verdict.reasons),
            "steps": [{"code": step.code, "held": step.held} for step in answer.verdict.steps],
            "said": dict(answer.said),
            "kit_made_at": kit.made_at.isoformat(),
        }
        answers.append(told)
        if not as_json:
            _tell(told, kit.organisation)
    if as_json:
        click.echo(json.dumps(answers[0] if len(answers) == 1 else answers, ensure_ascii=False))
    return next((status for status in (1, 2) if status in statuses), 0)


def _content(item: str) -> bytes:
    if item == "-":
        return sys.stdin.buffer.read()
    try:
        if Path(item).is_file():
            return Path(item).read_bytes()
    except OSError:
        # Too long for a path, or unreadable: then it is a text.
        pass
    return item.encode("utf-8", "surrogateescape")


def _tell(told: dict[str, Any], organisation: str) -> None:
    from lti_tool.commands.tables import printable
    from lti_tool.verification import words

    click.echo(f"{words.outcome(VerdictOutcome(told['outcome']))} (by the trust kit of {printable(organisation)}, made {told['kit_made_at']})")
    for code in told["reasons"]:
        click.echo(words.reason(code))
    if told["said"]:
        click.echo("The file says, under the issuer's signature: " + ", ".join(printable(value) for value in told["said"].values() if value))
    for number, step in enumerate(told["steps"], start=1):
        mark = {True: "yes", False: "NO", None: "not asked"}[step["held"]]
        click.echo(f"  {number}. {mark}: {words.step(step['code'])}")
