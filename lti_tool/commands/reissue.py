"""`sealwright reissue`: replace a certificate by one with a corrected name."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lti_tool.commands.opened import opened


@click.command("reissue")
@click.argument("number")
@click.option("--given-name", default="", help="The holder's given name, as it should be.")
@click.option("--family-name", default="", help="The holder's family name, as it should be.")
@click.option("--reason", required=True, help="Why, in a sentence: it stays on the record.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write the new certificate's files to this folder, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, number: str, given_name: str, family_name: str, reason: str, out: Path | None, as_json: bool) -> None:  # noqa: PLR0913, PLR0917 - the options of the command
    """Issue NUMBER anew with the whole corrected name; the old certificate then says that it was replaced, and by which."""
    from lti_tool.commands.issue import write
    from lti_tool.evidence.dossier import Applicant
    from lti_tool.issuing.issue import issue
    from lti_tool.issuing.keys import issuing_ring
    from lti_tool.issuing.number import shown
    from lti_tool.issuing.revoking import reissue

    installation = opened(context)
    keys = issuing_ring(installation)
    name = Applicant(given_name.strip(), family_name.strip()).full_name
    decision_id = reissue(installation, number, holder_name=name, reason=reason, actor="administrator")
    fresh = issue(installation, keys, decision_id, lambda *_: None)
    written: dict[str, str] = {}
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        written = write(installation, fresh, out)
    click.echo(json.dumps({"number": fresh, "replaces": number, **written}) if as_json else f"Issued {shown(fresh)} in its place.")
