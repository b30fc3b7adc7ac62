"""`sealwright issue`: an administrator's act, on the record, without the web and without a running worker."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lti_tool.commands.opened import opened
from lti_tool.installation import Installation
from lti_tool.problem import Problem


@click.command("issue")
@click.option("--scheme", "scheme_id", required=True, help="The scheme's id; `sealwright scheme list` names them.")
@click.option("--given-name", default="", help="The holder's given name.")
@click.option("--family-name", default="", help="The holder's family name.")
@click.option("--reason", required=True, help="Why, in a sentence: it stays on the record.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to; made if need be.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, scheme_id: str, given_name: str, family_name: str, reason: str, out: Path, as_json: bool) -> None:  # noqa: PLR0913, PLR0917 - the options of the command
    """Award and issue a certificate. Writes certificate.pdf, credential.json and status.json to the folder."""
    from lti_tool.evidence.dossier import Applicant

    installation = opened(context)
    _writable(out)
    number = _issued(installation, scheme_id, Applicant(given_name.strip(), family_name.strip()).full_name, reason.strip())
    written = write(installation, number, out)
    if as_json:
        click.echo(json.dumps({"number": number, **written}, ensure_ascii=False))
    else:
        from lti_tool.issuing.number import shown

        click.echo(f"Issued {shown(number)}: {written['certificate']}")


def write(installation: Installation, number: str, out: Path) -> dict[str, str]:
    """Write a certificate's three files to a folder; return their paths by what they are, and the public address."""
    from lti_tool.issuing import register, status

    files = {
        "certificate": ("certificate.pdf", register.pdf(installation, number)),
        "credential": ("credential.json", register.credential(installation, number)),
        "status": ("status.json", status.status_list(installation)),
    }
    for name, content in files.values():
        (out / name).write_bytes(content)
    return {kind: str(out / name) for kind, (name, _) in files.items()} | {"address": f"{installation.settings.base_url}/c/{number}"}


def _issued(installation: Installation, scheme_id: str, holder_name: str, reason: str) -> str:
    from lti_tool import clock
    from lti_tool.decision.awarding import Grounds, record_award
    from lti_tool.decision.outcome import Award, Checked
    from lti_tool.issuing.issue import issue
    from lti_tool.issuing.keys import ring
    from lti_tool.scheme.catalogue import shipped

    if not reason:
        raise Problem("reason-missing")
    if not holder_name:
        raise Problem("name-missing")
    keys = ring(installation)
    scheme = shipped().get(scheme_id)
    award = Award(holder_name, scheme.id, scheme.edition, scheme.sha256, Checked.PERSON, clock.today(scheme.time_zone))
    with installation.database.write() as session:
        decision_id = record_award(session, installation, award, Grounds(actor="administrator", reason=reason))
    # The same work that a worker would do; if one is running, whoever is first does it.
    return issue(installation, keys, decision_id, lambda *_: None)


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".sealwright-probe"
        probe.touch()
        probe.unlink()
    except OSError:
        raise Problem("out-folder-missing", folder=str(out)) from None
