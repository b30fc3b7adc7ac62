"""`sealwright init`: make the home, the database and the first keys of an installation."""

from __future__ import annotations

import click

from lti_tool.commands.main import installation


@click.command("init")
@click.pass_context
def command(context: click.Context) -> None:
    """Make an installation in the home folder, or bring an older one up to date. Safe to run again."""
    from lti_tool.commands.prepare import prepare

    opened = installation(context)
    prepare(opened)
    click.echo(f"The installation in {opened.settings.home} is ready.")
