"""`sealwright keys`: what keys there are, new ones, those of your organisation, and keys that somebody else may have."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from certificate_signing.errors import SigningError
from certificate_signing.key_folder import KeyEntry, KeyFolder, KeyUse
from lti_tool import clock
from lti_tool.commands.key_authorities import authority
from lti_tool.commands.key_instant import instant_of
from lti_tool.commands.key_lines import consequence, print_keys
from lti_tool.commands.main import installation
from lti_tool.installation import Installation
from lti_tool.problem import Problem

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
# Keys that may come from elsewhere; those for LTI messages are ours alone.
_IMPORTED = (KeyUse.SEAL, KeyUse.CREDENTIAL, KeyUse.JWT, KeyUse.LOG)
_ACTOR = "administrator"


@click.group("keys")
def command() -> None:
    """List, make and import the keys that seal certificates, prove credentials, sign the public log and talk to LMSs."""


command.add_command(authority)


@command.command("list")
@_JSON
@click.pass_context
def list_keys(context: click.Context, as_json: bool) -> None:
    """Show every key: what it is for, its state and dates. Never shows a private key."""
    every = _entries(installation(context))
    print_keys(every, every, as_json=as_json)


@command.command("create")
@click.argument("use", type=click.Choice([use.value for use in KeyUse]))
@_JSON
@click.pass_context
def create(context: click.Context, use: str, as_json: bool) -> None:
    """Make a new key for USE. The one before it is retired: what it signed stays valid.

    A new seal has a certificate for development, and says so.
    """
    from certificate_signing.keyring import create_key

    opened = installation(context)
    settings = opened.settings
    try:
        entry = create_key(opened.key_folder(KeyUse(use)), KeyUse(use), settings.organisation, settings.country, clock.now())
    except (SigningError, OSError) as error:
        raise Problem("keys-missing", reason=str(error)) from None
    _note(opened)
    print_keys((entry,), _entries(opened), as_json=as_json)


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
            raise click.UsageError("--now is for LTI keys; for others there is `sealwright keys compromise`.")
        context.invoke(create, use=use, as_json=as_json)
        return
    opened = installation(context)
    if not is_current(opened.database.engine):
        raise Problem("database-not-current", home=str(opened.settings.home))
    made = own_keys.rotate(opened, _ACTOR, at_once=at_once)
    every = _entries(opened)
    print_keys(tuple(entry for entry in every if entry.id == made.kid), every, as_json=as_json)


@command.command("import")
@click.argument("use", type=click.Choice([use.value for use in _IMPORTED]))
@click.option("--pkcs12", type=click.Path(path_type=Path), help="A seal with its chain, as PKCS#12 (.p12, .pfx).")
@click.option("--key", type=click.Path(path_type=Path), help="A private key, as PEM.")
@click.option("--token", help="A key in a hardware token: pkcs11:token=LABEL;object=LABEL. Module and PIN are settings.")
@click.option("--chain", type=click.Path(path_type=Path), help="The certificates of a seal, as PEM, its own first.")
@click.option("--password-file", type=click.Path(path_type=Path), help="A file that holds the password of the key; asked for if left out.")
@_JSON
@click.pass_context
def import_key(  # noqa: PLR0913, PLR0917 - click hands each option over as a parameter
    context: click.Context,
    use: str,
    pkcs12: Path | None,
    key: Path | None,
    token: str | None,
    chain: Path | None,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Take the key of your organisation for USE: a seal (RSA), a key for credentials or for the log (Ed25519), or for JWTs (P-256)."""
    _refuse_mixture(KeyUse(use), pkcs12, key, token, chain)
    opened = installation(context)
    folder, certificates = opened.key_folder(KeyUse(use)), None if chain is None else _read(chain)
    try:
        if token is not None:
            entry = _import_token(folder, token, certificates, KeyUse(use))
        else:
            source = _read(pkcs12 or key or Path())
            password = _password(password_file, asked=pkcs12 is not None or b"ENCRYPTED" in source)
            entry = _import(folder, source, certificates, password, KeyUse(use))
    except SigningError as error:
        raise Problem("key-refused", reason=str(error)) from None
    _note(opened)
    print_keys((entry,), _entries(opened), as_json=as_json)


@command.command("compromise")
@click.argument("key_id")
@click.option("--from", "since", required=True, help="The instant from which somebody else may have had the key, such as 2026-11-30T08:00:00Z.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@_JSON
@click.pass_context
def compromise(context: click.Context, key_id: str, since: str, yes: bool, as_json: bool) -> None:
    """Declare that somebody else may have signed with KEY_ID from an instant on. This can't be taken back.

    What it signed from then on is void. What it signed before stands only where a timestamp or the public log proves that it
    is older. The private key is deleted, and a new one made where that is possible without you.

    A KEY_ID that begins with a dash comes last, after two dashes: --from INSTANT -- KEY_ID.
    """
    from lti_tool.commands.opened import opened
    from lti_tool.issuing import compromising

    found, instant = opened(context), instant_of(since)
    affected = compromising.affected(found, key_id, instant)
    if not yes:
        click.echo(consequence(affected), err=True)
        click.confirm("Declare it compromised?", abort=True, err=True)
    declared = compromising.compromise(found, key_id, instant, _ACTOR)
    if as_json:
        click.echo(
            json.dumps(asdict(declared.entry) | {"void": list(affected.void), "earlier": affected.earlier, "new": declared.successor}, indent=2)
        )
        return
    click.echo(consequence(affected) if yes else "Declared.")
    click.echo(f"The new key is {declared.successor}." if declared.successor else f"Nothing is signed until there is a new {declared.entry.use} key.")


@command.command("encrypt")
@click.option("--old-password-file", type=click.Path(path_type=Path), help="A file that holds the password that the keys are encrypted with now.")
@click.option("--decrypt", is_flag=True, help="Write the keys without encryption.")
@_JSON
@click.pass_context
def encrypt(context: click.Context, old_password_file: Path | None, decrypt: bool, as_json: bool) -> None:
    """Encrypt every private key with the password that is set: keys_password_file, or SEALWRIGHT_KEYS_PASSWORD."""
    from dataclasses import replace

    from certificate_signing.key_making import encrypt_keys

    opened = installation(context)
    current = opened.key_access.password
    if current is None:
        raise Problem("key-password-missing")
    before = current if old_password_file is None else _read(old_password_file).rstrip(b"\r\n")
    try:
        for folder in (each for each in opened.key_folders if each.access.password is not None):
            encrypt_keys(replace(folder, access=replace(folder.access, password=None)) if decrypt else folder, before)
    except (SigningError, OSError) as error:
        raise Problem("keys-missing", reason=str(error)) from None
    every = _entries(opened)
    print_keys(every, every, as_json=as_json)


@command.command("move")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def move(context: click.Context, target: Path) -> None:
    """Move every key but those for LMSs to TARGET, which must be new: the folder of `sealwright signer`."""
    from certificate_signing.key_folder import TRAVERSABLE
    from certificate_signing.key_making import move_keys
    from certificate_signing.keyring import SIGNING_USES

    opened = installation(context)
    try:
        move_keys(opened.signing_folder, KeyFolder(target, opened.key_access, TRAVERSABLE), SIGNING_USES)
    except SigningError as error:
        raise Problem("key-refused", reason=str(error)) from None
    except OSError as error:
        raise Problem("keys-not-writable", reason=error.strerror or type(error).__name__) from None
    click.echo(f"Moved to {target}. Set signing_keys_dir to it, and give it to the signer's user.")


def _import(folder: KeyFolder, source: bytes, chain: bytes | None, password: bytes | None, use: KeyUse) -> KeyEntry:
    from certificate_signing.key_import import import_ed25519, import_p256, import_seal, seal_from_container, seal_from_pem

    now = clock.now()
    if use is KeyUse.JWT:
        return import_p256(folder, now, source, password)
    if use is not KeyUse.SEAL:
        return import_ed25519(folder, use, now, source, password)
    seal = seal_from_container(source, password, now) if chain is None else seal_from_pem(source, chain, password, now)
    return import_seal(folder, seal, now)


def _import_token(folder: KeyFolder, uri: str, chain: bytes | None, use: KeyUse) -> KeyEntry:
    from certificate_signing.key_import import import_ed25519_in_token, import_p256_in_token, import_seal_in_token

    if use is KeyUse.JWT:
        return import_p256_in_token(folder, uri, clock.now())
    if use is not KeyUse.SEAL:
        return import_ed25519_in_token(folder, use, uri, clock.now())
    return import_seal_in_token(folder, uri, chain or b"", clock.now())


def _refuse_mixture(use: KeyUse, pkcs12: Path | None, key: Path | None, token: str | None, chain: Path | None) -> None:
    if sum(given is not None for given in (pkcs12, key, token)) != 1:
        raise click.UsageError("Give one of --pkcs12, --key and --token.")
    if use is KeyUse.SEAL and pkcs12 is None and chain is None:
        raise click.UsageError("A seal as PEM or in a token needs its certificates: --chain.")
    if use is not KeyUse.SEAL and pkcs12 is not None:
        raise click.UsageError("A key for credentials, JWTs or the log comes as PEM (--key) or lies in a token (--token).")


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


def _entries(opened: Installation) -> tuple[KeyEntry, ...]:
    try:
        return opened.key_entries()
    except SigningError as error:
        raise Problem("keys-missing", reason=str(error)) from None


def _note(opened: Installation) -> None:
    """Put the change into the history at once; where there is no current database yet, `sealwright init` will."""
    from lti_tool import key_events
    from lti_tool.migrations.upgrade import is_current

    if opened.settings.home.is_dir() and is_current(opened.database.engine):
        key_events.note(opened.database, opened.noted_entries(), _ACTOR)
