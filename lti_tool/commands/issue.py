"""`sealwright issue`: an administrator's act, on the record, without the web and without a running worker."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_tool.commands.opened import opened
from lti_tool.installation import Installation
from lti_tool.problem import Problem

if TYPE_CHECKING:
    from lti_tool.decision.events import Particulars


@click.command("issue")
@click.option("--scheme", "scheme_id", help="The scheme's id; `sealwright scheme list` names them. Default with --event: participation.")
@click.option("--given-name", default="", help="The holder's given name.")
@click.option("--family-name", default="", help="The holder's family name.")
@click.option(
    "--csv", "people", type=click.Path(path_type=Path, dir_okay=False), help="Everybody on a list: name, or given_name and family_name; id."
)
@click.option("--event", help="The title of the event that everybody on the list took part in.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The event's first day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The event's last day; default: its first.")
@click.option("--minutes", type=int, help="How long the event took.")
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that work off a list; default: one for each processor.")
@click.option("--pdf", is_flag=True, help="Write the certificates of a list to the folder, too.")
@click.option("--reason", required=True, help="Why, in a sentence: it stays on the record.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to; made if need be.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - the options of the command
    context: click.Context,
    scheme_id: str | None,
    given_name: str,
    family_name: str,
    people: Path | None,
    event: str | None,
    first: datetime | None,
    last: datetime | None,
    minutes: int | None,
    processes: int | None,
    pdf: bool,
    reason: str,
    out: Path,
    as_json: bool,
) -> None:
    """Award and issue a certificate, or those of everybody on a list.

    Writes certificate.pdf, credential.json and status.json to the folder; for a list issued.csv, which says who got which number.
    The same list given again issues nothing twice: after a crash, give it again.
    """
    from lti_tool.decision.events import Particulars
    from lti_tool.evidence.dossier import Applicant

    name = Applicant(given_name.strip(), family_name.strip()).full_name
    if people is None:
        if event is not None or scheme_id is None:
            raise click.UsageError("--event needs --csv" if event is not None else "Missing option '--scheme'.")
        installation = opened(context)
        _writable(out)
        _tell(installation, _issued(installation, scheme_id, name, reason.strip()), out, as_json=as_json)
        return
    if name or (event is None) != (first is None) or (event is None and (scheme_id is None or last or minutes)):
        raise click.UsageError("--csv takes either --scheme, or --event with --from (and --to, --minutes); and no names.")
    said = None
    if event is not None and first is not None:
        said = Particulars(" ".join(event.split()), first.date(), (last or first).date(), minutes)
    installation = opened(context)
    _writable(out)
    _list(installation, people, Listed(scheme_id, said, reason, processes or os.cpu_count() or 1, pdf), out, as_json=as_json)


@dataclass(frozen=True, slots=True)
class Listed:
    """What was said of a list on the command line."""

    scheme_id: str | None
    event: Particulars | None
    reason: str
    processes: int
    pdf: bool


def _list(installation: Installation, people: Path, said: Listed, out: Path, *, as_json: bool) -> None:
    from lti_tool.commands.issue_many import Manner, issue_list
    from lti_tool.commands.people_list import read_people
    from lti_tool.issuing.many import occasion
    from lti_tool.scheme.catalogue import PARTICIPATION

    about = occasion(said.scheme_id or PARTICIPATION, said.reason, said.event)
    rows = read_people(people)
    file = issue_list(installation, about, rows, Manner(out, said.processes, said.pdf, as_json))
    click.echo(json.dumps({"certificates": len(rows), "list": str(file)}) if as_json else f"Issued {len(rows)} certificates: {file}")


def _tell(installation: Installation, number: str, out: Path, *, as_json: bool) -> None:
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
    from lti_tool.issuing.keys import issuing_ring
    from lti_tool.scheme.catalogue import shipped

    if not reason:
        raise Problem("reason-missing")
    if not holder_name:
        raise Problem("name-missing")
    keys = issuing_ring(installation)
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
