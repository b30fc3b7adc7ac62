"""`sealwright config`: every setting, its value and where it may be set."""

from __future__ import annotations

import json

import click

from lti_tool.commands.main import installation
from lti_tool.settings import PREFIX, Settings


@click.command("config")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List every setting: set it in the environment, or in sealwright.toml in the home."""
    settings = installation(context).settings
    rows = [
        {"setting": name, "value": _shown(name, settings), "environment": PREFIX + name.upper(), "meaning": field.description or ""}
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['setting']} = {row['value']}\n    {row['meaning']} ({row['environment']})")


def _shown(name: str, settings: Settings) -> str | None:
    value: object = getattr(settings, name)
    if name.endswith("_url") and isinstance(value, str) and "@" in value:
        return value.split("://", 1)[0] + "://…@" + value.rsplit("@", 1)[1]
    return None if value is None else str(value)
