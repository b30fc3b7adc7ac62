"""`sealwright serve`: answer browsers and LMSs."""

from __future__ import annotations

import os

import click

from lti_tool.commands.main import installation
from lti_tool.problem import Problem


@click.command("serve")
@click.option("--host", help="The address to listen on; default: the setting.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; default: the setting.")
@click.pass_context
def command(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the tool's pages. `sealwright worker` must run beside it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from lti_tool.migrations.upgrade import is_current

    opened = installation(context)
    settings = opened.settings
    if not is_current(opened.database.engine):
        raise Problem("database-not-current", home=str(settings.home))
    opened.database.engine.dispose()
    # The serving processes open the installation themselves.
    os.environ["SEALWRIGHT_HOME"] = str(settings.home)
    click.echo(f"Serving on http://{host or settings.host}:{port or settings.port}", err=True)
    Granian(
        "lti_tool.web.wsgi:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=host or settings.host,
        port=port or settings.port,
        workers=settings.workers,
        blocking_threads=max(2, settings.threads),
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()
