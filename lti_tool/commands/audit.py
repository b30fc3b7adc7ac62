"""`sealwright audit`: is the history whole, is the public log what it was, and is what is stored still what was stored."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click
import sqlalchemy as sa

from lti_tool.commands.opened import opened


@click.group("audit")
def command() -> None:
    """Look after the record."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Check the chain of events, the public log, and every certificate and its files against both. Exit status 1 if anything is wrong."""
    from lti_tool import history
    from lti_tool.administration.auditing import certificate_faults
    from lti_tool.administration.auditing_log import log_faults
    from lti_tool.issuing.keys import ring
    from lti_tool.public_log import tree

    installation = opened(context)
    keys = ring(installation)
    with installation.database.read() as session:
        if installation.database.engine.dialect.name == "postgresql":
            # One moment for all questions, while others go on writing; SQLite gives that of itself.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        broken = history.first_break(session)
        events = session.scalar(sa.select(sa.func.count()).select_from(history.Event)) or 0
        faults = [{"number": number, "fault": fault} for number, fault in certificate_faults(session, installation)]
        leaves, in_log = tree.size(session), list(log_faults(session, keys))
    if as_json:
        log = {"leaves": leaves, "faults": [asdict(fault) for fault in in_log]}
        click.echo(json.dumps({"events": events, "first_break": broken, "faults": faults, "log": log}))
    else:
        click.echo(f"{events} events; the chain is whole." if broken is None else f"The chain is broken at event {broken}.")
        click.echo(f"{leaves} entries in the public log" + (": it is whole." if not in_log else ", and something is wrong:"))
        for wrong in in_log:
            click.echo(f"  {wrong.fault} at {wrong.place}")
        for fault in faults:
            click.echo(f"{fault['number']}: {fault['fault']}")
    sys.exit(0 if broken is None and not faults and not in_log else 1)
