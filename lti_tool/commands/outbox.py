"""`sealwright outbox`: scores that have not reached their LMS, and another try."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from lti_tool.commands.opened import opened
from lti_tool.problem import Problem

if TYPE_CHECKING:
    from lti_tool.delivery.outbox import OutboxEntry
    from lti_tool.installation import Installation

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("outbox")
def command() -> None:
    """See which scores wait for their LMS or are stuck, and have them tried again."""


@command.command("list")
@click.option("--registration", type=int, help="Only those of the platform with this number, as `lms list` shows it.")
@_JSON
@click.pass_context
def listing(context: click.Context, registration: int | None, as_json: bool) -> None:
    """List stuck and waiting scores, the newest problems first, at most 500."""
    rows = [_row(entry) for entry in _entries(opened(context), registration)]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        again = f", next try {row['next_at']}" if row["next_at"] else ""
        click.echo(f"{row['id']}  {row['state']:7}  certificate {row['certificate']}, platform {row['registration']}, {row['attempts']} tries{again}")
        click.echo(f"     {row['happened']} {row['todo']}".rstrip() + (f" ({row['detail']})" if row["detail"] else ""))


@command.command("retry")
@click.argument("scores", nargs=-1, metavar="[SCORE]…")
@click.option("--all", "every", is_flag=True, help="Every score that is stuck.")
@_JSON
@click.pass_context
def retry(context: click.Context, scores: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Try scores again now, by the ids that `outbox list` shows. The worker sends them."""
    from lti_tool.delivery import outbox

    if bool(scores) == every:
        raise click.UsageError("Name the scores, or give --all.")
    installation = opened(context)
    wanted = scores or tuple(entry.score_id for entry in _entries(installation, None) if entry.state == "stuck")
    done: list[dict[str, str]] = []
    for score_id in wanted:
        try:
            with installation.database.write() as session:
                outbox.retry(installation, session, score_id, "administrator")
            done.append({"id": score_id, "result": "waiting"})
        except Problem as problem:
            done.append({"id": score_id, "result": problem.code})
    _tell(done, as_json=as_json)
    if any(row["result"] != "waiting" for row in done):
        context.exit(1)


def _tell(done: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(done, indent=2))
        return
    for row in done:
        click.echo(f"{row['id']}  {'is tried again' if row['result'] == 'waiting' else Problem(row['result']).in_english()}")


def _entries(installation: Installation, registration: int | None) -> tuple[OutboxEntry, ...]:
    from lti_tool.delivery import outbox

    with installation.database.read() as session:
        return outbox.overview(session, registration)


def _row(entry: OutboxEntry) -> dict[str, Any]:
    return {
        "id": entry.score_id,
        "registration": entry.registration_id,
        "certificate": entry.certificate_number,
        "state": entry.state,
        "attempts": entry.attempts,
        "made_at": entry.made_at.isoformat(),
        "next_at": entry.next_at.isoformat() if entry.next_at else None,
        "code": entry.code,
        "happened": entry.words.happened,
        "todo": entry.words.todo,
        "detail": entry.detail,
    }
