"""`sealwright admin`: the way into the admin pages for whoever runs this installation."""

from __future__ import annotations

import json

import click

from lti_tool.commands.opened import opened


@click.group("admin")
def command() -> None:
    """Open the admin pages of this installation."""


@command.command("login-link")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def login_link(context: click.Context, as_json: bool) -> None:
    """Print an address that opens the admin pages: once, within ten minutes, for everything in this installation."""
    from lti_tool import clock
    from lti_tool.administration import operators

    installation = opened(context)
    context.call_on_close(installation.database.engine.dispose)
    with installation.database.write() as session:
        secret = operators.make_link(session)
    address = f"{installation.settings.base_url}/admin/enter/{secret}"
    if as_json:
        until = clock.now() + operators.LINK_LIFE
        click.echo(json.dumps({"address": address, "expires_at": until.isoformat(timespec="seconds")}))
        return
    click.echo(address)
    click.echo("This address opens the admin pages once, within ten minutes. Treat it like a password.", err=True)
