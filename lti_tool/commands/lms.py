"""`sealwright lms`: the learning platforms that may open this tool."""

from __future__ import annotations

import json
from typing import Any

import click

from lti_tool.commands.connecting import approve, details, doctor, invite, while_running
from lti_tool.database import Database


def _database(context: click.Context) -> Database:
    return while_running(context).database


@click.group("lms")
def command() -> None:
    """Make learning platforms known, list them, test them, suspend them."""


for one in (invite, details, approve, doctor):
    command.add_command(one)


@command.command("add")
@click.option("--issuer", required=True, help="The platform's issuer (platform ID), letter by letter.")
@click.option("--client-id", required=True, help="The client ID that the platform gave this tool.")
@click.option("--auth-url", required=True, help="Where logins go (authentication request URL).")
@click.option("--token-url", required=True, help="Where access tokens are had (access token URL).")
@click.option("--jwks-url", required=True, help="The platform's public keys (public keyset URL).")
@click.option("--deployment", "deployments", multiple=True, required=True, help="A deployment ID; may be given several times.")
@click.option("--family", default="", help="What kind of platform it is, such as moodle, canvas, blackboard, d2l, sakai, open-edx.")
@click.option("--token-audience", help="The audience of token requests, where it is not the access token URL.")
@click.option(
    "--reviewers",
    type=click.Choice(["listed", "course"]),
    default="listed",
    show_default=True,
    help="Who may review: people listed in the admin pages, or everybody whom the course makes staff.",
)
@click.option("--replace", is_flag=True, help="Change the addresses of a platform that is already known.")
@click.pass_context
def add(context: click.Context, /, deployments: tuple[str, ...], replace: bool, **registration: Any) -> None:
    """Make a platform known, or approve more of its deployments. Doing it again changes nothing."""
    from lti_tool.launch import registrations

    opened = while_running(context)
    allow_http = opened.settings.allow_private_hosts
    with opened.database.write() as session:
        known = registrations.add(session, deployment_ids=deployments, replace=replace, allow_http=allow_http, **registration)
        click.echo(f"Platform {known.id} is known: {known.issuer}, client {known.client_id}, deployments {', '.join(deployments)}.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def listing(context: click.Context, as_json: bool) -> None:
    """List every platform with its deployments; pending ones wait for `lms approve`."""
    from lti_tool.launch import registrations

    with _database(context).read() as session:
        rows = [_row(known) for known in registrations.listed(session)]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['status']:9}  {row['issuer']}  client {row['client_id']}")
        for deployment in row["deployments"]:
            click.echo(f"     {deployment['status']:9}  deployment {deployment['deployment_id']}")


def _row(known: Any) -> dict[str, Any]:
    columns = ("id", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "token_audience", "family", "status")
    deployments = [{name: getattr(one, name) for name in ("deployment_id", "status", "default_scheme")} for one in known.deployments]
    return {**{name: getattr(known, name) for name in columns}, "deployments": deployments}


@command.command("suspend")
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
@click.option("--deployment", help="Suspend only this deployment.")
@click.pass_context
def suspend(context: click.Context, issuer: str, client_id: str, deployment: str | None) -> None:
    """Keep a platform, or one of its deployments, out; its open sessions end."""
    _set(context, issuer, client_id, deployment, "suspended")


@command.command("resume")
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
@click.option("--deployment", help="Resume only this deployment.")
@click.pass_context
def resume(context: click.Context, issuer: str, client_id: str, deployment: str | None) -> None:
    """Let a platform, or one of its deployments, in again."""
    _set(context, issuer, client_id, deployment, "active")


def _set(context: click.Context, issuer: str, client_id: str, deployment: str | None, status: str) -> None:
    from lti_tool.launch import registrations

    with _database(context).write() as session:
        registrations.set_status(session, issuer=issuer, client_id=client_id, status=status, deployment_id=deployment)
    click.echo(f"{deployment or client_id} of {issuer} is {status}.")
