"""`sealwright keys authority`: whose timestamps are trusted, and since when one's may be somebody else's."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_tool.commands.key_instant import instant_of

if TYPE_CHECKING:
    from certificate_signing.key_folder import AuthorityEntry

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_ACTOR = "administrator"
_CONSEQUENCE = """\
Timestamps of this authority that tell a later instant prove nothing. Earlier ones count only where the public log, or an archive
timestamp of another authority, proves that they were there before. Certificates of sound keys stay valid."""


@click.group("authority")
def authority() -> None:
    """Say whose timestamps (RFC 3161) are trusted, with the history of each."""


@authority.command("list")
@_JSON
@click.pass_context
def list_authorities(context: click.Context, as_json: bool) -> None:
    """Show every authority: its state and dates, also those that stand in the file of `timestamp_certificates` alone."""
    from lti_tool.commands.main import installation
    from lti_tool.issuing import timestamp_authorities

    rows = timestamp_authorities.listed(installation(context))
    if as_json:
        click.echo(json.dumps([asdict(entry) | {"in_ring": in_ring} for entry, in_ring in rows], indent=2))
        return
    for entry, in_ring in rows:
        click.echo(_line(entry) + ("" if in_ring else "  (in timestamp_certificates)"))


@authority.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@_JSON
@click.pass_context
def add(context: click.Context, file: Path, as_json: bool) -> None:
    """Trust timestamps by the certificates in FILE (PEM): an authority's own, or those of its CA.

    Compare the fingerprint with what the authority itself says, over another way than you received it.
    """
    from cryptography import x509

    from lti_tool.commands.opened import opened
    from lti_tool.issuing import timestamp_authorities
    from lti_tool.problem import Problem

    try:
        certificates = x509.load_pem_x509_certificates(file.read_bytes())
    except OSError:
        raise Problem("key-file-unreadable", file=str(file)) from None
    except ValueError:
        raise Problem("key-refused", reason=f"{file} holds no certificate in PEM") from None
    _print(timestamp_authorities.add(opened(context), certificates, _ACTOR), as_json=as_json)


@authority.command("retire")
@click.argument("authority_id")
@_JSON
@click.pass_context
def retire(context: click.Context, authority_id: str, as_json: bool) -> None:
    """Take no more timestamps of AUTHORITY_ID. What it has stamped stays good."""
    from lti_tool.commands.opened import opened
    from lti_tool.issuing import timestamp_authorities

    _print((timestamp_authorities.retire(opened(context), authority_id, _ACTOR),), as_json=as_json)


@authority.command("compromise")
@click.argument("authority_id")
@click.option("--from", "since", required=True, help="The instant from which somebody else may have had its key, such as 2026-11-30T08:00:00Z.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@_JSON
@click.pass_context
def compromise(context: click.Context, authority_id: str, since: str, yes: bool, as_json: bool) -> None:
    """Declare that somebody else may have stamped with the key of AUTHORITY_ID from an instant on. This can't be taken back."""
    from lti_tool.commands.opened import opened
    from lti_tool.issuing import timestamp_authorities

    found, instant = opened(context), instant_of(since)
    if not yes:
        click.echo(_CONSEQUENCE, err=True)
        click.confirm("Declare it compromised?", abort=True, err=True)
    _print((timestamp_authorities.compromise(found, authority_id, instant, _ACTOR),), as_json=as_json)


def _print(entries: tuple[AuthorityEntry, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], indent=2))
        return
    for entry in entries:
        click.echo(_line(entry))


def _line(entry: AuthorityEntry) -> str:
    void = f", void from {entry.compromised_at}" if entry.compromised_at else ""
    return f"{entry.use:10}  {entry.state:11}  {entry.algorithm:9}  since {entry.created}, valid until {entry.valid_until}{void}  {entry.id}"
