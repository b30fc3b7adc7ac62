"""`sealwright trust`: whose seals, credentials and verification pages prove a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lti_tool.commands.main import installation
from lti_tool.problem import Problem

if TYPE_CHECKING:
    from lti_tool.evidence.trust import TrustedIssuer, TrustList


@click.group("trust")
def command() -> None:
    """Say whose documents prove themselves: nobody is trusted until you add them."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def list_trusted(context: click.Context, as_json: bool) -> None:
    """List everybody who is trusted, and by what."""
    from lti_tool.evidence.trust_file import TrustFile

    rows = [_row(issuer) for issuer in TrustFile(installation(context).settings.home)().issuers]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not rows:
        click.echo("Nobody is trusted: documents of other bodies count as paper. See `sealwright trust add --help`.")
    for row in rows:
        _print(row)


@command.command("check")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def check(context: click.Context, file: Path | None) -> None:
    """Check FILE, or the trust list of the installation; what is wrong is named by file and key, and the exit status is 2."""
    from lti_tool.evidence.trust import FILE, NOBODY, load_trust

    named = file or installation(context).settings.home / FILE
    trust = load_trust(named) if named.is_file() else NOBODY
    click.echo(f"{named}: {len(trust.issuers)} trusted, sha256 {trust.sha256}")
    for said in _expired(trust):
        click.echo(f"  ! {said}")


@command.command("add")
@click.option("--name", required=True, help="What people are shown as the issuer's name.")
@click.option("--organisation", help="The organisation that the signer's certificate must name; needed with a CA's certificate.")
@click.option("--certificate", "certificates", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A PEM file.")
@click.option(
    "--key", "keys", multiple=True, metavar="ID=KEY", help="A key of its credentials: its id, such as did:web:…#key-1, and it in multibase or as JWK."
)
@click.option("--address", "addresses", multiple=True, help="The beginning of its verification pages' addresses, with https:// and a path.")
@click.pass_context
def add(  # noqa: PLR0913, PLR0917 - click passes every option as a parameter
    context: click.Context, name: str, organisation: str | None, certificates: tuple[Path, ...], keys: tuple[str, ...], addresses: tuple[str, ...]
) -> None:
    """Trust one more body: by the certificate of its seal, the keys of its credentials, its verification pages, or all of them.

    Compare a certificate's or key's fingerprint with what the body itself says, over another way than you received it.
    """
    from pydantic import ValidationError

    from lti_tool.evidence.trust import TrustedIssuer
    from lti_tool.evidence.trust_file import add as write

    home = installation(context).settings.home
    if not home.is_dir():
        raise Problem("home-missing", home=str(home))
    try:
        issuer = TrustedIssuer(
            name=name,
            organisation=organisation,
            certificates=tuple(file.read_text(encoding="utf-8") for file in certificates),
            keys=dict(_key(text) for text in keys),
            addresses=addresses,
        )
    except UnicodeDecodeError:
        raise Problem("trust-list-wrong", file="what you gave", key="certificates", reason="no PEM text") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the options"
        raise Problem("trust-list-wrong", file="what you gave", key=key, reason=first["msg"].removeprefix("Value error, ")) from None
    write(home, issuer)
    _print(_row(issuer))


def _key(text: str) -> tuple[str, str]:
    name, _, key = text.partition("=")
    if not key:
        raise click.UsageError("--key takes ID=KEY")
    return name, key


def _row(issuer: TrustedIssuer) -> dict[str, Any]:
    from cryptography.hazmat.primitives.hashes import SHA256

    from lti_tool.evidence.trust import is_authority

    return {
        "name": issuer.name,
        "organisation": issuer.organisation,
        "certificates": [
            {
                "subject": certificate.subject.rfc4514_string(),
                "sha256": certificate.fingerprint(SHA256()).hex(),
                "valid_until": certificate.not_valid_after_utc.date().isoformat(),
                "authority": is_authority(certificate),
            }
            for certificate in issuer.parsed()
        ],
        "keys": sorted(issuer.keys),
        "addresses": list(issuer.addresses),
    }


def _print(row: dict[str, Any]) -> None:
    from lti_tool.commands.tables import printable

    click.echo(printable(row["name"]))
    for certificate in row["certificates"]:
        what = "seals certified by" if certificate["authority"] else "the seal"
        click.echo(f"  {what} {printable(certificate['subject'])}, until {certificate['valid_until']}")
        click.echo(f"    SHA-256 {certificate['sha256']}")
    if row["organisation"]:
        click.echo(f"  signers of the organisation {printable(row['organisation'])} alone, where a CA is trusted")
    for key in row["keys"]:
        click.echo(f"  credentials by {printable(key)}")
    for address in row["addresses"]:
        click.echo(f"  pages under {printable(address)}")


def _expired(trust: TrustList) -> list[str]:
    from lti_tool import clock

    now = clock.now()
    return [
        f"{issuer.name}: the certificate {certificate.subject.rfc4514_string()} expired on {certificate.not_valid_after_utc.date().isoformat()}"
        for issuer in trust.issuers
        for certificate in issuer.parsed()
        if certificate.not_valid_after_utc < now
    ]
