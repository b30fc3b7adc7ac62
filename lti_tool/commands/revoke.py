"""`sealwright revoke`: end a certificate for good."""

from __future__ import annotations

import click

from lti_tool.commands.opened import opened


@click.command("revoke")
@click.argument("number")
@click.option("--reason", required=True, help="Why, in a sentence: it stays in the register.")
@click.pass_context
def command(context: click.Context, number: str, reason: str) -> None:
    """Revoke the certificate NUMBER. Everybody who checks it learns so within a minute."""
    from lti_tool.issuing.revoking import revoke

    revoke(opened(context), number, reason, "administrator")
    click.echo("Revoked.")
