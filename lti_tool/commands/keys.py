"""`sealwright keys`: what keys there are, new ones, and those of your organisation."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from certificate_signing.errors import SigningError
from certificate_signing.instants import xsd_instant
from certificate_signing.key_folder import KeyEntry, KeyFolder, KeyUse
from certificate_signing.lti_keys import Stage, StagedKey, staged
from lti_tool import clock
from lti_tool.commands.main import installation
from lti_tool.problem import Problem

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("keys")
def command() -> None:
    """List, make and import the keys that seal certificates, prove credentials and talk to LMSs."""


@command.command("list")
@_JSON
@click.pass_context
def list_keys(context: click.Context, as_json: bool) -> None:
    """Show every key: what it is for, its state and dates. Never shows a private key."""
    folder = KeyFolder(installation(context).settings.keys)
    try:
        _print(folder, folder.entries(), as_json=as_json)
    except SigningError as error:
        raise Problem("keys-missing", reason=str(error)) from None


@command.command("create")
@click.argument("use", type=click.Choice([use.value for use in KeyUse]))
@_JSON
@click.pass_context
def create(context: click.Context, use: str, as_json: bool) -> None:
    """Make a new key for USE. The one before it is retired: what it signed stays valid.

    A new seal has a certificate for development, and says so.
    """
    from certificate_signing.keyring import create_key

    settings = installation(context).settings
    try:
        entry = create_key(settings.keys, KeyUse(use), settings.organisation, settings.country, clock.now())
    except SigningError as error:
        raise Problem("keys-missing", reason=str(error)) from None
    _print(KeyFolder(settings.keys), (entry,), as_json=as_json)


@command.command("rotate")
@click.argument("use", type=click.Choice([use.value for use in KeyUse]))
@click.option("--now", "at_once", is_flag=True, help="For an LTI key that somebody else may have: use the new key, and drop the others, at once.")
@_JSON
@click.pass_context
def rotate(context: click.Context, use: str, at_once: bool, as_json: bool) -> None:
    """Make a new key for USE while `serve` and `worker` run.

    A new LTI key is published at once and signs ten minutes later, when every platform may know it; the one before stays
    published for seven days more. For the other uses this is `create`.
    """
    from lti_tool.launch import own_keys
    from lti_tool.migrations.upgrade import is_current

    if use != KeyUse.LTI:
        if at_once:
            raise click.UsageError("--now is for LTI keys.")
        context.invoke(create, use=use, as_json=as_json)
        return
    opened = installation(context)
    if not is_current(opened.database.engine):
        raise Problem("database-not-current", home=str(opened.settings.home))
    made = own_keys.rotate(opened, "administrator", at_once=at_once)
    folder = KeyFolder(opened.settings.keys)
    _print(folder, tuple(entry for entry in folder.entries() if entry.id == made.kid), as_json=as_json)


@command.command("import")
@click.argument("use", type=click.Choice([KeyUse.SEAL.value, KeyUse.CREDENTIAL.value]))
@click.option("--pkcs12", type=click.Path(path_type=Path), help="A seal with its chain, as PKCS#12 (.p12, .pfx).")
@click.option("--key", type=click.Path(path_type=Path), help="A private key, as PEM.")
@click.option("--chain", type=click.Path(path_type=Path), help="The certificates of a seal, as PEM, its own first.")
@click.option("--password-file", type=click.Path(path_type=Path), help="A file that holds the password of the key; asked for if left out.")
@_JSON
@click.pass_context
def import_key(  # noqa: PLR0913, PLR0917 - click hands each option over as a parameter
    context: click.Context, use: str, pkcs12: Path | None, key: Path | None, chain: Path | None, password_file: Path | None, as_json: bool
) -> None:
    """Take the key of your organisation for USE: a seal (RSA), or a key for credentials (Ed25519)."""
    folder = installation(context).settings.keys
    if (pkcs12 is None) == (key is None):
        raise click.UsageError("Give either --pkcs12 or --key.")
    if use == KeyUse.SEAL and key is not None and chain is None:
        raise click.UsageError("A seal as PEM needs its certificates: --chain.")
    if use == KeyUse.CREDENTIAL and key is None:
        raise click.UsageError("A key for credentials comes as PEM: --key.")
    source = _read(pkcs12 or key or Path())
    password = _password(password_file, asked=pkcs12 is not None or b"ENCRYPTED" in source)
    try:
        entry = _import(folder, source, None if chain is None else _read(chain), password, KeyUse(use))
    except SigningError as error:
        raise Problem("key-refused", reason=str(error)) from None
    _print(KeyFolder(folder), (entry,), as_json=as_json)


def _import(folder: Path, source: bytes, chain: bytes | None, password: bytes | None, use: KeyUse) -> KeyEntry:
    from certificate_signing.key_import import import_credential, import_seal, seal_from_container, seal_from_pem

    now = clock.now()
    if use is KeyUse.CREDENTIAL:
        return import_credential(folder, now, source, password)
    seal = seal_from_container(source, password, now) if chain is None else seal_from_pem(source, chain, password, now)
    return import_seal(folder, seal, now)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Problem("key-file-unreadable", file=str(file)) from None


def _password(file: Path | None, *, asked: bool) -> bytes | None:
    if file is not None:
        return _read(file).rstrip(b"\r\n") or None
    if not asked:
        return None
    typed: str = click.prompt("Password", hide_input=True, default="", show_default=False, err=True)
    return typed.encode() or None


def _print(folder: KeyFolder, entries: tuple[KeyEntry, ...], *, as_json: bool) -> None:
    stages = {key.entry.id: key for key in staged(folder.entries(), clock.now())}
    if as_json:
        click.echo(json.dumps([asdict(entry) | _stage(stages.get(entry.id)) for entry in entries], indent=2))
        return
    for entry in entries:
        until = f", valid until {entry.valid_until}" if entry.valid_until else ""
        development = ", for development" if entry.development else ""
        state = _said(stages[entry.id]) if entry.id in stages else entry.state
        click.echo(f"{entry.use:10}  {state:11}  {entry.algorithm:9}  since {entry.created}{until}{development}  {entry.id}")


def _stage(key: StagedKey | None) -> dict[str, str | None]:
    if key is None:
        return {}
    return {"stage": key.stage.value, "stage_since": xsd_instant(key.since), "stage_until": None if key.until is None else xsd_instant(key.until)}


def _said(key: StagedKey) -> str:
    until = "" if key.until is None else xsd_instant(key.until)
    published = {Stage.NEXT: f"published (next, signs from {until})", Stage.PREVIOUS: f"published (previous, until {until})"}
    if key.stage is Stage.ACTIVE and until:
        return f"active (until {until})"
    return published.get(key.stage, key.stage.value)
