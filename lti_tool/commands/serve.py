"""`sealwright serve`: answer browsers and LMSs."""

from __future__ import annotations

import os
import sys
from typing import Final

import click

from lti_tool.commands.main import installation
from lti_tool.problem import Problem
from lti_tool.settings import Settings

# A request whose head is not there by then is let go of; for its body see web/serving.py (threat U13).
HEADER_MILLISECONDS: Final = 15_000


@click.command("serve")
@click.option("--host", help="The address to listen on; default: the setting.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; default: the setting.")
@click.pass_context
def command(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the tool's pages. `sealwright worker` must run beside it."""
    from lti_tool.migrations.upgrade import is_current

    opened = installation(context)
    settings = opened.settings
    if not is_current(opened.database.engine):
        raise Problem("database-not-current", home=str(settings.home))
    opened.database.engine.dispose()
    # The serving processes open the installation themselves.
    os.environ["SEALWRIGHT_HOME"] = str(settings.home)
    address, listening = host or settings.host, port or settings.port
    click.echo(f"Serving on http://{address}:{listening}", err=True)
    # This process becomes the server's supervisor, without the 70 MB of libraries that the check above has loaded.
    os.execv(sys.executable, [sys.executable, "-m", "granian", *_server(settings, address, listening)])  # noqa: S606 - no shell is wanted


def _server(settings: Settings, address: str, port: int) -> list[str]:
    """Return granian's arguments; `server` opens the installation in each serving process."""
    sizes = {"--workers": settings.workers, "--http1-header-read-timeout": HEADER_MILLISECONDS, "--host": address, "--port": port}
    plain = ["--interface", "rsgi", "--factory", "--no-ws", "--no-access-log", "--log-level", "warning"]
    return [*plain, *(part for name, value in sizes.items() for part in (name, str(value))), "lti_tool.web.serving:server"]
