"""`sealwright person`: what is done for one person, at their request."""

from __future__ import annotations

import dataclasses
import json

import click

from lti_tool.commands.opened import opened


@click.group("person")
def command() -> None:
    """Answer the requests of one person."""


@command.command("erase")
@click.option("--issuer", required=True, help="The platform's issuer, letter by letter.")
@click.option("--client-id", required=True, help="The client ID that the platform gave this tool.")
@click.option("--sub", required=True, help="The person's id on that platform.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def erase(context: click.Context, issuer: str, client_id: str, sub: str, yes: bool, as_json: bool) -> None:  # noqa: PLR0913, PLR0917 - the options of the command
    """Erase a person's evidence, names, mail and sessions at once and for good.

    Certificates stay in the register and stay verifiable: each states its holder. Revoke them first if they shall not.
    """
    from lti_tool.administration.erasure import erase_person

    installation = opened(context)
    if not yes:
        click.confirm("This can't be undone. Erase?", abort=True, err=True)
    done = erase_person(installation, issuer=issuer, client_id=client_id, sub=sub)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(done)))
        return
    click.echo(f"Erased: {done.applications} applications, {done.files} documents, {done.sessions} sessions.")
    for number in done.certificates:
        click.echo(f"The certificate {number} stays in the register and states its holder.")
    click.echo("Restart `sealwright serve`, which may hold rosters of courses in memory. Backups keep what they held.")
