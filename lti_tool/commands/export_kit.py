"""`sealwright export trust-kit`: what an installation gives away so that its certificates outlive it."""

from __future__ import annotations

from pathlib import Path

import click

from lti_tool.commands.opened import opened
from lti_tool.installation import Installation
from lti_tool.problem import Problem


@click.command("trust-kit")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    """Write everything that is needed to verify every certificate ever issued to FOLDER, which must be new or empty.

    Public keys with their history, status lists, the public log and the page that checks QR codes in a browser: no private key,
    nothing about any person. Anybody may host it. Make it anew after every revocation that it should know.
    """
    from lti_tool.administration.trust_kit import files

    installation = opened(context)
    if folder.exists() and any(folder.iterdir()):
        raise Problem("folder-not-empty", folder=str(folder))
    count = 0
    for place, content in (*files(installation), *_page(installation)):
        _write(folder / place, content)
        count += 1
    click.echo(f"Wrote {count} files to {folder}. Verify with: sealwright verify --trust-kit {folder} FILE")


def _page(installation: Installation) -> list[tuple[str, bytes]]:
    """Return the page that checks the text of a QR code in a browser, from files alone."""
    from lti_tool.web.app import create_app
    from lti_tool.web.offline_copy import standalone

    with create_app(installation).test_request_context("/", base_url=installation.settings.base_url):
        return [(f"check/{name}", content) for name, content in standalone().items()]


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError:
        raise Problem("out-folder-missing", folder=str(file.parent)) from None
