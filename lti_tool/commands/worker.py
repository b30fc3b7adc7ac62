"""`sealwright worker`: run the background work of an installation."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click

from lti_tool.commands.main import installation


@click.command("worker")
@click.pass_context
def command(context: click.Context) -> None:
    """Read documents, issue certificates and send scores until stopped. Several may run on one database."""
    from lti_tool.web import logs
    from lti_tool.worker import Worker

    opened = installation(context)
    logs.configure(opened.settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Worker(opened):
        click.echo("The worker is ready.", err=True)
        click.echo(_pictures(), err=True)
        stop.wait()
    # Threads that still wait for a distant LMS would hold the process: their work stays in the queue for the next worker.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _pictures() -> str:
    """Say whether scans and photos are read here, and what it takes if not."""
    from lti_tool.evidence import ocr

    if ocr.available():
        return f"Scans and photos are read: {', '.join(ocr.scripts())}."
    return "Scans and photos go to a person; to have them read, see the first step of docs/administrators/installation.md."
