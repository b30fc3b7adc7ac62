"""`sealwright backup`: everything that makes an installation, in one folder, while it runs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
import sqlalchemy as sa

from certificate_signing.key_folder import MANIFEST as KEYS
from lti_tool import __version__, clock
from lti_tool.commands.opened import opened
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.problem import Problem
from lti_tool.settings import Settings

MANIFEST = "backup.json"
SQLITE = "sealwright.sqlite3"
DUMP = "database.dump"


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--without-keys", is_flag=True, help="Leave private keys and the session secret out; keep a copy of them elsewhere.")
@click.pass_context
def command(context: click.Context, folder: Path, without_keys: bool) -> None:
    """Write a backup to FOLDER, which must be new or empty.

    It holds private keys as they lie: keep it as safe as them, or encrypt them first (`sealwright keys encrypt`). Keys that sign
    certificates in a process of its own (`sealwright signer`) are never in it, only what verifies.
    """
    installation = opened(context)
    settings = installation.settings
    if folder.exists() and any(folder.iterdir()):
        raise Problem("backup-wrong", reason=f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The database first: files are written before the rows that name them, so a later copy of the files holds them all.
    database = copy_database(settings, folder)
    if not settings.files_url and (settings.home / "files").is_dir():
        shutil.copytree(settings.home / "files", folder / "files")
    _copy_keys(installation, folder, private=not without_keys)
    if (settings.home / "sealwright.toml").is_file():
        shutil.copy2(settings.home / "sealwright.toml", folder)
    manifest = {"version": __version__, "at": clock.now().isoformat(), "database": database, "sha256": sha256((folder / database).read_bytes())}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2))
    click.echo(f"Backed up to {folder}." + (" Documents are not in it: they are in the object store." if settings.files_url else ""))
    if without_keys or installation.keys_apart:
        which = "Private keys" if without_keys else f"The private keys in {settings.signing_keys}"
        click.echo(f"{which} are not in it: keep a copy of them elsewhere. It verifies every certificate all the same.")


def _copy_keys(installation: Installation, folder: Path, *, private: bool) -> None:
    """Copy the keys; where they stay out, their manifests, which hold every public half. Those of a signer always stay out."""
    settings = installation.settings
    if private and settings.keys.is_dir():
        shutil.copytree(settings.keys, folder / "keys")
    elif (settings.keys / KEYS).is_file():
        _copy_manifest(settings.keys, folder / "keys")
    if installation.keys_apart and (settings.signing_keys / KEYS).is_file():
        _copy_manifest(settings.signing_keys, folder / "signing_keys")


def _copy_manifest(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    shutil.copy2(source / KEYS, target)


def copy_database(settings: Settings, folder: Path) -> str:
    """Copy the database as it stands at one moment; return the name of the file in the folder."""
    url = sa.make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(folder / SQLITE)) as target:
            source.backup(target)
        (folder / SQLITE).chmod(0o600)
        return SQLITE
    postgresql("pg_dump", settings, "--format=custom", "--file", str(folder / DUMP))
    return DUMP


def postgresql(tool: str, settings: Settings, *arguments: str) -> None:
    """Run one of PostgreSQL's client programs on the installation's database.

    The password travels in the environment, since arguments can be read by every user of the machine. Raises
    Problem("backup-tool-missing") and Problem("backup-wrong").
    """
    program = shutil.which(tool)
    if program is None:
        raise Problem("backup-tool-missing", tool=tool)
    url = sa.make_url(settings.database).set(drivername="postgresql")
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    shown = url.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run([program, *arguments, f"--dbname={shown}"], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed program with our own arguments
    if done.returncode != 0:
        raise Problem("backup-wrong", reason=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"{tool} failed")
