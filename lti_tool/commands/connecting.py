"""`sealwright lms invite`, `details`, `approve` and `doctor`: from an address to paste to a connection that works."""

from __future__ import annotations

import json
from typing import Any, Final

import click

from lti_tool.commands.main import installation
from lti_tool.installation import Installation
from lti_tool.problem import Problem

_SIGNS: Final = {"ok": ("✓", "green"), "wrong": ("✗", "red"), "unknown": ("?", "yellow")}


def while_running(context: click.Context) -> Installation:
    """Open the installation for as long as the command runs."""
    opened = installation(context)
    context.call_on_close(opened.database.engine.dispose)
    return opened


@click.command("invite")
@click.option("--label", default="", help="Whose platform is invited; it becomes the platform's name here.")
@click.option("--approve", "approves", is_flag=True, help="What registers with it may open the tool at once.")
@click.option("--hours", default=72, show_default=True, help="How long the address may be used.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def invite(context: click.Context, label: str, approves: bool, hours: int, as_json: bool) -> None:
    """Make a one-use address that an LMS administrator pastes to register their platform."""
    from lti_tool.launch import invitations

    opened = while_running(context)
    with opened.database.write() as session:
        secret = invitations.make(session, label=label, approves=approves, by="operator", hours=hours)
        expires_at = invitations.peek(session, secret).expires_at
    address = invitations.address(opened.settings.base_url, secret)
    if as_json:
        told = {"address": address, "label": label, "approves": approves, "expires_at": expires_at.isoformat()}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(address)
    click.echo(f"\nIt registers one platform, until {expires_at:%Y-%m-%d %H:%M} UTC. Treat it like a password.")
    click.echo("Moodle: Site administration › Plugins › External tool › Manage tools, paste it into “Tool URL”, then “Add LTI Advantage”.")
    click.echo("Others: look for “dynamic registration”; platforms without it take the values of `sealwright lms details`.")
    click.echo("It can then open the tool at once." if approves else "Then: `sealwright lms list` and `sealwright lms approve`.")


@click.command("details")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def details(context: click.Context, as_json: bool) -> None:
    """Print every value that a platform asks for when this tool is registered by hand."""
    from lti_tool.launch.tool_details import tool_details

    told = tool_details(installation(context).settings)
    rows: dict[str, Any] = {
        "name": told.name,
        "domain": told.domain,
        "login_url": told.login_url,
        "redirect_uri": told.redirect_uri,
        "jwks_url": told.jwks_url,
        "target_link_uri": told.launch_url,
        "deep_linking_url": told.deep_linking_url,
        "target_links": {link.activity.value: link.url for link in told.target_links},
        "custom_parameters": dict(told.custom_parameters),
        "icon_url": told.icon_url,
        "messages": list(told.messages),
        "scopes": list(told.scopes),
        "claims": list(told.claims),
    }
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False) if as_json else "\n".join(_lines(rows)))


def _lines(rows: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in rows.items():
        values = [f"{key}: {one}" for key, one in value.items()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
        lines += [f"{name.replace('_', ' ') if number == 0 else '':18} {one}" for number, one in enumerate(values)]
    return lines


@click.command("approve")
@click.argument("registration_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--deployment", "deployment_id", help="Approve this pending deployment of a platform that is active already.")
@click.pass_context
def approve(context: click.Context, registration_id: int, deployment_id: str | None) -> None:
    """Let a platform that registered itself open the tool, or one of its new deployments. `lms list` tells the ID."""
    from lti_tool.launch import approvals
    from lti_tool.launch.records import Registration

    with while_running(context).database.write() as session:
        known = session.get(Registration, registration_id)
        if known is None:
            raise Problem("registration-unknown")
        if deployment_id is None:
            approvals.approve(session, known.id, "operator")
        else:
            (place,) = [one.id for one in known.deployments if one.deployment_id == deployment_id] or [0]
            approvals.set_deployment(session, place, "active", "operator")
        click.echo(f"{deployment_id or known.client_id} of {known.issuer} is {known.status if deployment_id is None else 'active'}.")


@click.command("doctor")
@click.argument("registration_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(context: click.Context, registration_id: int, as_json: bool) -> None:
    """Test a platform's registration from our side. Exit status 1 if something is wrong."""
    from lti_tool.launch.doctor import examine

    checks = examine(while_running(context), registration_id)
    rows = [
        {
            "code": check.code,
            "state": check.state,
            "found": check.found,
            "seen": check.seen.format_map(check.details),
            "todo": check.todo.format_map(check.details),
        }
        for check in checks
    ]
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False) if as_json else "\n".join(_told(row) for row in rows))
    if any(row["state"] == "wrong" for row in rows):
        context.exit(1)


def _told(row: dict[str, str]) -> str:
    sign, colour = _SIGNS[row["state"]]
    todo = f"\n    → {row['todo']}" if row["todo"] and row["state"] != "ok" else ""
    return f"{click.style(sign, fg=colour)} {row['seen']}{todo}"
