"""`sealwright`: finds a command's module when it is called, so that `--help` and small commands start quickly."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from lti_tool import __version__
from lti_tool.installation import Installation
from lti_tool.problem import Problem
from lti_tool.settings import load

# command → module of lti_tool.commands; the module's attribute `command` is the click command or group.
COMMANDS: Final = {
    "demo": "demo",
    "init": "init",
    "config": "config",
    "serve": "serve",
    "worker": "worker",
    "signer": "signer",
    "scheme": "scheme",
    "evidence": "evidence",
    "trust": "trust",
    "application": "application",
    "lms": "lms",
    "admin": "admin",
    "issue": "issue",
    "revoke": "revoke",
    "reissue": "reissue",
    "verify": "verify",
    "opening": "opening",
    "export": "export",
    "keys": "keys",
    "outbox": "outbox",
    "retention": "retention",
    "person": "person",
    "audit": "audit",
    "log": "log",
    "backup": "backup",
    "restore": "restore",
}


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; None for an unknown name."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = import_module(f"lti_tool.commands.{module}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong module is a defect of ours
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="The folder that holds all state of the installation.")
@click.version_option(__version__, prog_name="sealwright")
@click.pass_context
def sealwright(context: click.Context, home: Path | None) -> None:
    """Turn teachers' evidence into signed certificates that anybody can check."""
    context.obj = home


def installation(context: click.Context) -> Installation:
    """Open the installation that `--home` or SEALWRIGHT_HOME names."""
    home = context.find_root().obj
    return Installation(load(home))


def main() -> None:
    """Run the command line; an expected refusal prints its two sentences and exits with 2."""
    try:
        sealwright.main(standalone_mode=True, prog_name="sealwright")
    except Problem as problem:
        click.echo(f"sealwright: {problem.in_english()} [{problem.code}]", err=True)
        sys.exit(2)
