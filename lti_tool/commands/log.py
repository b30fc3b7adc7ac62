"""`sealwright log`: follow a public log from outside, and take back from a copy what a restored backup has not got."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_tool.commands.opened import opened
from lti_tool.problem import Problem

if TYPE_CHECKING:
    from certificate_signing.checkpoint import NoteKey
    from certificate_signing.log_entry import LogEntry
    from certificate_signing.log_monitor import Followed
    from certificate_signing.log_reader import Fetch

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_KEY = click.option("--key", "keys", multiple=True, metavar="VKEY", help="A verifier key of the log (name+hash+key), as its /log/keys names it.")


@click.group("log")
def command() -> None:
    """Follow a public log, or take back what a restore has lost."""


@command.command("monitor")
@click.argument("source")
@click.option("--checkpoint", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where the last checkpoint seen is kept.")
@click.option("--copy", "copy", type=click.Path(path_type=Path, file_okay=False), help="Keep a copy of the whole log in this folder, too.")
@_KEY
@_JSON
def monitor(source: str, file: Path, copy: Path | None, keys: tuple[str, ...], as_json: bool) -> None:
    """Prove that the log at SOURCE continues the one seen before, and tell what is new: an address, or a folder with a copy.

    Needs no installation. Exit status 0 if it does, 1 if the log was rewritten, cut or signed by a key that is not its own,
    2 if it can't be read. Without --key the log's own list of keys is believed; pass the keys that you compared with the issuer.
    """
    from certificate_signing.errors import LogWrong
    from certificate_signing.log_monitor import follow, read_keys
    from lti_tool.public_log.sources import source as reading

    fetch = reading(source)
    try:
        known = given_keys(keys) or read_keys(fetch)
        found = follow(fetch, _seen(file), known)
    except LogWrong as wrong:
        click.echo(json.dumps({"consistent": False, "reason": str(wrong)}) if as_json else f"NOT CONSISTENT: {wrong}.")
        click.echo(f"Keep {file}: together with the log's checkpoint of now it is the proof. Tell the issuer and whoever relies on it.", err=True)
        sys.exit(1)
    if copy is not None:
        _copy(fetch, found, copy)
    # Only now: whatever went wrong before, the next run begins where this one did.
    _replace(file, found.note.encode())
    _tell(found, as_json=as_json)


@command.command("take-back")
@click.argument("source")
@_KEY
@_JSON
@click.pass_context
def take_back(context: click.Context, source: str, keys: tuple[str, ...], as_json: bool) -> None:
    """After a restore, before anything else: put the lost end of the public log back from a copy, and revoke again what it says.

    SOURCE is the address of a mirror, or a folder: a monitor's --copy, or a trust kit.
    """
    taken_back(context, source, keys, as_json=as_json)


def taken_back(context: click.Context, source: str, keys: tuple[str, ...], *, as_json: bool = False) -> None:
    """Take the lost end of the log back and say what that was. Raises Problem("log-unreadable", "log-not-continued", "log-key-unknown")."""
    from lti_tool.issuing.keys import ring
    from lti_tool.issuing.taking_back import take_back as take
    from lti_tool.public_log.sources import source as reading

    installation = opened(context)
    report = take(installation, ring(installation), reading(source), given_keys(keys), "administrator")
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    click.echo(f"Took {report.entries} entries back into the public log; it has {report.size} now.")
    click.echo(f"Revoked again: {len(report.revoked)}. Replaced again: {len(report.replaced)}.")
    if report.lost:
        click.echo(f"{report.lost} certificates were issued after the backup and are not in this register: their files prove themselves by the log.")


def given_keys(texts: tuple[str, ...]) -> list[NoteKey]:
    """Return the keys given on the command line. Raises Problem("log-key-wrong")."""
    from certificate_signing.checkpoint import NoteKey
    from certificate_signing.errors import LogWrong

    try:
        return [NoteKey.from_vkey(text) for text in texts]
    except LogWrong as wrong:
        raise Problem("log-key-wrong", reason=str(wrong)) from None


def _seen(file: Path) -> str | None:
    if not file.exists():
        return None
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("log-unreadable", place=str(file), reason=type(error).__name__) from None


def _copy(fetch: Fetch, found: Followed, folder: Path) -> None:
    from certificate_signing.log_reader import layout, place_path

    for place in layout(found.head.size):
        path = place_path(*place)
        if not (folder / path).exists():
            _replace(folder / path, fetch(path))
    _replace(folder / "keys", fetch("keys"))
    _replace(folder / "checkpoint", found.note.encode())


def _replace(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_bytes(content)
        os.replace(fresh, file)  # noqa: PTH105 - the name of the system call that makes it whole or not at all
    except OSError as error:
        raise Problem("log-unreadable", place=str(file), reason=error.strerror or type(error).__name__) from None


def _tell(found: Followed, *, as_json: bool) -> None:
    told = [(index, entry) for index, entry in enumerate(found.entries, start=found.first) if entry.kind.startswith(("key.", "log."))]
    counts = Counter(entry.kind for entry in found.entries)
    if as_json:
        events = [{"index": index, **json.loads(entry.canonical())} for index, entry in told]
        click.echo(json.dumps({"consistent": True, "size": found.head.size, "new": dict(sorted(counts.items())), "events": events}))
        return
    click.echo(f"Consistent: {found.head.size} entries, {len(found.entries)} of them new.")
    for kind, count in sorted(counts.items()):
        click.echo(f"  {count} {kind}")
    for index, entry in told:
        click.echo(f"{index}: {_line(entry)}")


def _line(entry: LogEntry) -> str:
    from lti_tool.commands.tables import printable

    facts = "".join(f", {name} {value}" for name, value in sorted(entry.more.items()))
    return printable(f"{entry.at} {entry.kind} {entry.subject}{facts}")
