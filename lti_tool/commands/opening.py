"""`sealwright opening`: was this file among those that a certificate rests on? Exit status 0 yes, 1 no."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from lti_tool.commands.opened import opened
from lti_tool.problem import Problem


@click.group("opening")
def command() -> None:
    """Check the openings that holders of certificates show: which files were checked, proved by the file alone."""


@command.command("check")
@click.argument("opening", type=click.Path(path_type=Path))
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(context: click.Context, opening: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """Say for each FILE whether it is one that the certificate of OPENING rests on. Exit status 1 if any is not."""
    from lti_tool.issuing.opening import opened_file, read_opening
    from lti_tool.verification.verify import verify_number

    given = read_opening(_read(opening))
    verdict = verify_number(opened(context), given.number)
    if verdict.certificate is None:
        raise Problem("certificate-unknown")
    said = verdict.certificate.content
    found = [(file, opened_file(said, given, _read(file))) for file in files]
    if as_json:
        rows = [
            {"file": str(file), "checked": None if it is None else it.checked.value, "title": None if it is None else it.title} for file, it in found
        ]
        click.echo(json.dumps({"number": said.number, "certificate": verdict.outcome.value, "files": rows}, ensure_ascii=False))
    else:
        click.echo(f"The certificate {said.number} of {said.holder_name}: {verdict.outcome.value}.")
        for file, it in found:
            click.echo(
                f"{file}: "
                + ("not a file that this certificate rests on, or the opening lacks its salt." if it is None else f"checked ({it.title}).")
            )
    sys.exit(0 if all(it is not None for _, it in found) else 1)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Problem("file-unreadable", file=str(file)) from None
