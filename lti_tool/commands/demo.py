"""`sealwright demo`: the tool, its worker and a practice LMS on this machine alone, with invented people."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lti_tool.settings import PREFIX, default_home, load

if TYPE_CHECKING:
    from lti_tool.installation import Installation

CLIENT_ID: Final = "practice-lms-client"
_FOLDERS: Final = {"moodle": "practice_lms", "canvas": "practice_lms_canvas"}
_SEALWRIGHT: Final = ("-c", "from lti_tool.commands.main import main; main()")
_GUIDE: Final = """\
Practice LMS   {lms_url}   start here
Sealwright     {tool_url}   check a certificate at {tool_url}/verify

1. Open the practice LMS and sign in as one of the teachers.
2. "Sample documents": download the seven right ones, or the wrong ones.
3. "Course", then "Apply for your digital competencies certificate here!": drop them all at once, submit.
4. "Final certificate" holds the PDF; "My grades" shows the score; scan the QR code, or open its address.
5. Staff (Anna Lindqvist) find what waits for a person under "Review applications"; "LMS behaviour" makes the LMS fail.
6. The administrator (Piet Voorbeeld) finds "Manage tools": `sealwright --home {home} lms invite` gives an address to register the tool with.

Everything is stored in {home}. Ctrl-C stops it."""


@click.command("demo")
@click.option("--port", type=click.IntRange(1024, 65535), default=8400, show_default=True, help="The port of the tool.")
@click.option("--lms-port", type=click.IntRange(1024, 65535), default=8401, show_default=True, help="The port of the practice LMS.")
@click.option("--manner", type=click.Choice(["moodle", "canvas"]), default="moodle", show_default=True, help="Whose ways the practice LMS has.")
@click.pass_context
def command(context: click.Context, port: int, lms_port: int, manner: str) -> None:
    """Try it all here: the tool, its worker and a practice LMS with invented people and sample documents."""
    from lti_tool.commands.children import Child, Children, refuse_taken

    refuse_taken({port: "--port", lms_port: "--lms-port"})
    home = (context.find_root().obj or default_home()).resolve()
    # Two hosts, so that a browser sees two sites and treats cookies as it would between a real LMS and the tool.
    tool_url, lms_url = f"http://localhost:{port}", f"http://127.0.0.1:{lms_port}"
    environment = _environment(home, port, tool_url)
    click.echo("Preparing keys and database …")
    _prepare(home, environment, lms_url, manner)
    # A folder for each manner: what one LMS remembers is not the other's.
    folder = home / _FOLDERS[manner]
    lms_environment = {"FOLDER": str(folder), "URL": lms_url, "TOOL_URL": tool_url, "CLIENT_ID": CLIENT_ID, "MANNER": manner}
    parts = (
        Child("tool", (*_SEALWRIGHT, "serve"), environment, f"{tool_url}/readyz"),
        Child("worker", (*_SEALWRIGHT, "worker"), environment),
        Child(
            "practice LMS",
            ("-m", "lti_tool.practice_lms.server"),
            {**environment, **{f"PRACTICE_LMS_{name}": value for name, value in lms_environment.items()}},
            f"{lms_url}/",
        ),
    )
    with Children(parts, home / "logs") as children:
        children.wait_until_they_answer()
        click.echo(_GUIDE.format(lms_url=lms_url, tool_url=tool_url, home=home))
        children.wait_until_stopped()
    click.echo("Stopped.")


def _environment(home: Path, port: int, tool_url: str) -> dict[str, str]:
    # Settings of the caller's environment are left out: a demo must not write into somebody's real database.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PRACTICE_LMS_"))}
    chosen = {
        "HOME": str(home),
        "BASE_URL": tool_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SAMPLE": "0",
        "ALLOW_PRIVATE_HOSTS": "true",
    }
    return {**inherited, **{PREFIX + name: value for name, value in chosen.items()}}


def _prepare(home: Path, environment: Mapping[str, str], lms_url: str, manner: str) -> None:
    from lti_tool.commands.prepare import prepare
    from lti_tool.installation import Installation

    installation = Installation(load(home, environment))
    prepare(installation)
    _register(installation, lms_url, manner)
    installation.database.engine.dispose()


def _register(installation: Installation, lms_url: str, manner: str) -> None:
    from lti_tool.launch import registrations
    from lti_tool.practice_lms import seeds
    from lti_tool.practice_lms.manner import MANNERS
    from lti_tool.practice_lms.platform import Platform

    lms = Platform(installation.settings.home / _FOLDERS[manner], lms_url, installation.settings.base_url, CLIENT_ID, MANNERS[manner])
    # In Canvas's manner the tool has a second client, and only the first course's deployment is known: the others ask to be let in.
    first = {CLIENT_ID: (seeds.deployment_of(lms.manner, seeds.FIRST_COURSE, "1"),)}
    others = {seeds.client_of(CLIENT_ID, "2"): ()} if lms.manner.deployment_per_course else {}
    with installation.database.write() as session:
        for client_id, deployments in (first | others).items():
            registrations.add(
                session,
                issuer=lms.own_url,
                client_id=client_id,
                auth_url=lms.auth_url,
                token_url=lms.token_url,
                jwks_url=lms.jwks_url,
                deployment_ids=deployments,
                family=manner,
                reviewers="course",
            )
