"""`sealwright restore`: an installation from a backup, in a new home."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import sqlalchemy as sa

from lti_tool.commands.backup import DUMP, MANIFEST, SQLITE, postgresql
from lti_tool.commands.main import installation
from lti_tool.files import sha256
from lti_tool.problem import Problem
from lti_tool.settings import Settings, load


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    """Restore the backup in FOLDER into the home, which must be new or empty. Nothing that is there is ever overwritten."""
    from lti_tool.commands.prepare import prepare

    home = installation(context).settings.home
    if home.exists() and any(home.iterdir()):
        raise Problem("restore-into-used-home", home=str(home))
    database = checked(folder)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / "sealwright.toml").is_file():
        shutil.copy2(folder / "sealwright.toml", home)
    settings = load(home)
    _restore_database(settings, folder, database)
    for name, target in (("keys", settings.keys), ("files", home / "files")):
        if (folder / name).is_dir():
            _copy_new(folder / name, target)
    # An older backup is brought up to this release.
    prepare(installation(context))
    click.echo(f"Restored into {home}.")


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
