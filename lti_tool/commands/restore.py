"""`sealwright restore`: an installation from a backup, in a new home."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import sqlalchemy as sa

from certificate_signing.key_folder import MANIFEST as KEYS
from lti_tool.commands.backup import DUMP, MANIFEST, SQLITE, postgresql
from lti_tool.commands.main import installation
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.problem import Problem
from lti_tool.settings import Settings, load


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--log", "log_copy", help="A copy of the public log, newer than the backup: a mirror's address, a monitor's folder, or a trust kit.")
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="A verifier key of the log that is newer than the backup.")
@click.pass_context
def command(context: click.Context, folder: Path, log_copy: str | None, keys: tuple[str, ...]) -> None:
    """Restore the backup in FOLDER into the home, which must be new or empty. Nothing that is there is ever overwritten.

    With --log, whatever was revoked or replaced since the backup is revoked or replaced again.
    """
    from lti_tool.commands.log import taken_back
    from lti_tool.commands.prepare import complete, prepare

    home = installation(context).settings.home
    if home.exists() and any(home.iterdir()):
        raise Problem("restore-into-used-home", home=str(home))
    database = checked(folder)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / "sealwright.toml").is_file():
        shutil.copy2(folder / "sealwright.toml", home)
    settings = load(home)
    _restore_database(settings, folder, database)
    for name, target in (("keys", settings.keys), ("signing_keys", settings.signing_keys), ("files", home / "files")):
        if name == "signing_keys" and (target / KEYS).is_file():
            continue  # the signer's own, which is newer
        if (folder / name).is_dir():
            _copy_new(folder / name, target)
    # An older backup is brought up to this release.
    complete(installation(context))
    click.echo(f"Restored into {home}.")
    if log_copy is not None:
        taken_back(context, log_copy, keys)
        prepare(installation(context))
    else:
        _say_what_may_be_missing(installation(context))


def _say_what_may_be_missing(restored: Installation) -> None:
    """Say how far the restored log goes, and what to do about the rest: a revocation that was forgotten is the worst of all losses."""
    from lti_tool.public_log import tree

    with restored.database.look() as reader:
        size = tree.size(reader)
    click.echo(f"Its public log has {size} entries. Whatever was issued, revoked or replaced after the backup is not in it.")
    click.echo("Before you start anything: if there is a newer copy of the log (a monitor's --copy, a mirror, a trust kit), run")
    click.echo(f"  sealwright --home {restored.settings.home} log take-back COPY")
    click.echo("It revokes again what was revoked since. Without it, look through your letters for revocations, and revoke them again;")
    click.echo("monitors will say that the log was cut.")


def checked(folder: Path) -> str:
    """Return the name of the database in a backup. Raises Problem("backup-wrong") if it is not what was written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        name, digest = manifest["database"], manifest["sha256"]
        whole = name in (SQLITE, DUMP) and sha256((folder / name).read_bytes()) == digest
    except (OSError, ValueError, KeyError, TypeError):
        raise Problem("backup-wrong", reason=f"{folder} holds no backup") from None
    if not whole:
        raise Problem("backup-wrong", reason="the database in it was changed")
    return str(name)


def _restore_database(settings: Settings, folder: Path, name: str) -> None:
    sqlite = sa.make_url(settings.database).get_backend_name() == "sqlite"
    if sqlite is not (name == SQLITE):
        raise Problem("backup-wrong", reason="it is of another kind of database than this installation's settings name")
    if sqlite:
        target = Path(str(sa.make_url(settings.database).database))
        if target.exists():
            raise Problem("restore-into-used-home", home=str(target))
        shutil.copy2(folder / SQLITE, target)
    else:
        # Stops at the first table that exists already, and then leaves nothing behind.
        postgresql("pg_restore", settings, "--no-owner", "--exit-on-error", "--single-transaction", str(folder / DUMP))


def _copy_new(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        place = target / file.relative_to(source)
        if place.exists() and place.read_bytes() != file.read_bytes():
            raise Problem("restore-into-used-home", home=str(target))
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(file, place)
