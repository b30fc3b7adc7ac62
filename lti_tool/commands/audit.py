"""`sealwright audit`: is the history whole, and is what is stored still what was stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.commands.opened import opened
from lti_tool.installation import Installation
from lti_tool.problem import Problem


@click.group("audit")
def command() -> None:
    """Look after the record."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Check the chain of events, every certificate against it, and every certificate's files. Exit status 1 if anything is wrong."""
    from lti_tool import history

    installation = opened(context)
    with installation.database.read() as session:
        broken = history.first_break(session)
        events = session.scalar(sa.select(sa.func.count()).select_from(history.Event)) or 0
        faults = list(_faults(session, installation))
    if as_json:
        click.echo(json.dumps({"events": events, "first_break": broken, "faults": faults}))
    else:
        click.echo(f"{events} events; the chain is whole." if broken is None else f"The chain is broken at event {broken}.")
        for fault in faults:
            click.echo(f"{fault['number']}: {fault['fault']}")
    sys.exit(0 if broken is None and not faults else 1)


def _faults(session: Session, installation: Installation) -> Iterator[dict[str, str]]:
    from lti_tool.issuing.records import CertificateRecord

    for record in session.scalars(sa.select(CertificateRecord).order_by(CertificateRecord.sequence)):
        if not _as_noted(session, record.number, record.content, record.content_sha256):
            yield {"number": record.number, "fault": "content-changed"}
        for digest in (record.pdf_sha256, record.credential_sha256):
            try:
                if digest is not None:
                    installation.files.get(digest)
            except Problem as problem:
                yield {"number": record.number, "fault": problem.code}


def _as_noted(session: Session, number: str, content: dict[str, object], content_sha256: str) -> bool:
    from lti_tool.decision.freezing import digest
    from lti_tool.history import Event

    noted = session.scalars(sa.select(Event).where(Event.kind == "certificate.prepared", Event.subject == number)).all()
    return digest(content) == content_sha256 and [event.content.get("content_sha256") for event in noted] == [content_sha256]
