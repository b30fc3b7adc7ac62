"""`sealwright export`: certificates in the forms of others, and what verifies all of them when the installation is gone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lti_tool.commands.export_kit import command as trust_kit
from lti_tool.commands.opened import opened
from lti_tool.problem import Problem


@click.group("export")
def command() -> None:
    """Write what others take: certificates in other forms, and the trust kit."""


command.add_command(trust_kit)


@command.command("elm")
@click.argument("number")
@click.option("--unsealed", is_flag=True, help="Without a signature, for sealing elsewhere.")
@click.option("--seal", is_flag=True, help="Sealed now with the configured seal, also if it was not sealed when it was issued.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; standard output if left out.")
@click.pass_context
def elm(context: click.Context, number: str, *, unsealed: bool, seal: bool, out: Path | None) -> None:
    """Write the certificate NUMBER as a European Digital Credential (European Learning Model), for Europass.

    Europass takes it only with an advanced or qualified electronic seal of an organisation; one made for development is neither.
    """
    from lti_tool.issuing import europass

    if unsealed and seal:
        raise click.UsageError("Either --unsealed or --seal.")
    installation = opened(context)
    certificate = europass.of_number(installation, number)
    make = europass.unsealed if unsealed else europass.sealed_now if seal else europass.stored_or_made
    content = make(installation, certificate)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError:
        raise Problem("out-folder-missing", folder=str(out.parent)) from None
    click.echo(f"Wrote {out}.")
