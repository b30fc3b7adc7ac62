"""`sealwright scheme`: the schemes that the program knows, and a check of a scheme file."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group("scheme")
def command() -> None:
    """List schemes, or check a scheme file."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_schemes(as_json: bool) -> None:
    """List every scheme with its editions."""
    from lti_tool.commands.tables import table
    from lti_tool.scheme.catalogue import shipped
    from lti_tool.scheme.model import EventScheme, Scheme

    every: tuple[Scheme | EventScheme, ...] = (*shipped().schemes, *shipped().events)
    rows = [
        {
            "id": scheme.id,
            "edition": scheme.edition,
            "valid_from": scheme.valid_from.isoformat(),
            "valid_until": scheme.valid_until.isoformat() if scheme.valid_until else None,
            "title": scheme.title,
            "requirements": [entry.id for entry in scheme.requirements] if isinstance(scheme, Scheme) else [],
            "automatic": scheme.automatic,
            "sample": scheme.sample if isinstance(scheme, Scheme) else None,
            "sha256": scheme.sha256,
        }
        for scheme in every
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    shown = [[str(row["id"]), str(row["edition"]), f"{row['valid_from']} – {row['valid_until'] or ''}", str(row["title"])] for row in rows]
    click.echo(table(shown, ("SCHEME", "EDITION", "IN FORCE", "TITLE")))


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_file(file: Path) -> None:
    """Check a scheme file; what is wrong is named by file and key, and the exit status is 2."""
    from lti_tool.scheme.loader import load_edition
    from lti_tool.scheme.model import Scheme

    scheme = load_edition(file)
    asked = f"{len(scheme.requirements)} requirements, {len(scheme.kinds)} kinds" if isinstance(scheme, Scheme) else "rests on events"
    click.echo(f"{file}: {scheme.id}, edition {scheme.edition}: {asked}, sha256 {scheme.sha256}")
