"""`sealwright retention`: end the retention of evidence now, instead of with the worker's daily run."""

from __future__ import annotations

import dataclasses
import json

import click

from lti_tool.commands.opened import opened


@click.group("retention")
def command() -> None:
    """Delete evidence whose retention is over; the worker does the same once a day."""


@command.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def run(context: click.Context, dry_run: bool, as_json: bool) -> None:
    """Delete what is due, and rows of logins and sessions that ended long ago. Doing it again changes nothing."""
    from lti_tool.administration import retention

    done = retention.run(opened(context), dry_run=dry_run)
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, **dataclasses.asdict(done)}))
        return
    click.echo(f"{'Due' if dry_run else 'Erased'}: the evidence of {len(done.applications)} applications, {len(done.documents)} removed documents.")
    if not dry_run:
        click.echo(f"Files done with: {done.files}; names forgotten: {done.people}; ended rows deleted: {done.swept}.")
