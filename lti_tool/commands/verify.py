"""`sealwright verify`: is this certificate genuine and in force? Exit status 0 valid, 1 not valid, 2 cannot tell."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from lti_tool.commands.opened import opened
from lti_tool.issuing.certificate import Certificate, CertificateContent
from lti_tool.issuing.number import shown
from lti_tool.verification.verdict import Verdict, VerdictOutcome

# The four answers' exit statuses.
STATUSES = {VerdictOutcome.VALID: 0, VerdictOutcome.WAS_VALID: 1, VerdictOutcome.NOT_VALID: 1, VerdictOutcome.CANNOT_TELL: 2}


@click.command("verify")
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, what: str, as_json: bool) -> None:
    """Verify WHAT: a PDF or credential file (- for standard input), the address from a QR code, or a number."""
    from lti_tool.verification.verify import verify_anything

    verdict = verify_anything(opened(context), _content(what))
    if as_json:
        click.echo(json.dumps(_as_json(verdict), ensure_ascii=False))
    else:
        _tell(verdict)
    sys.exit(STATUSES[verdict.outcome])


def _content(what: str) -> bytes:
    if what == "-":
        return sys.stdin.buffer.read()
    try:
        if Path(what).is_file():
            return Path(what).read_bytes()
    except OSError:
        # Too long for a path, or unreadable: then it is a text.
        pass
    return what.encode("utf-8", "surrogateescape")


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "reasons": list(verdict.reasons),
        "certificate": None if verdict.certificate is None else _certificate(verdict.certificate),
    }


def _certificate(certificate: Certificate) -> dict[str, Any]:
    content = certificate.content
    return {
        "number": content.number,
        "holder_name": content.holder_name,
        "title": content.title,
        "level": content.level,
        "areas": list(content.areas),
        "event": None if content.event is None else content.event.to_json(),
        "issuer": content.issuer_name,
        "issued_on": content.issued_on.isoformat(),
        "expires_on": None if content.expires_on is None else content.expires_on.isoformat(),
        "checked": content.checked,
        "scheme": content.scheme_id,
        "edition": content.scheme_edition,
        "address": content.address,
        "state": certificate.state.value,
        "revoked_at": None if certificate.revoked_at is None else certificate.revoked_at.isoformat(),
        "superseded_by": certificate.superseded_by,
    }


def _title(content: CertificateContent) -> str:
    return content.title if content.event is None else f"{content.title} ({content.event.title})"


def _tell(verdict: Verdict) -> None:
    from lti_tool.verification import words

    click.echo(words.outcome(verdict.outcome))
    for code in verdict.reasons:
        click.echo(words.reason(code))
    if verdict.certificate is not None:
        content = verdict.certificate.content
        click.echo(f"Our register: {shown(content.number)}, {_title(content)}, {content.holder_name}, {content.issued_on.isoformat()}")
    for place, step in enumerate(verdict.steps, start=1):
        mark = {True: "yes", False: "NO", None: "not asked"}[step.held]
        click.echo(f"  {place}. {mark}: {words.step(step.code)}")
