"""What `sealwright keys` prints: a line for each key, and what a declaration voids."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from certificate_signing.instants import xsd_instant
from certificate_signing.key_folder import KeyEntry, KeyUse
from certificate_signing.lti_keys import Stage, StagedKey, staged
from lti_tool import clock

if TYPE_CHECKING:
    from lti_tool.issuing.compromising import Affected


def print_keys(entries: tuple[KeyEntry, ...], every: tuple[KeyEntry, ...], *, as_json: bool) -> None:
    """Print some of the keys as the manifests have them; LTI keys with the stage that they have now among `every` key."""
    stages = {key.entry.id: key for key in staged(every, clock.now())}
    if as_json:
        click.echo(json.dumps([asdict(entry) | _stage(stages.get(entry.id)) for entry in entries], indent=2))
        return
    for entry in entries:
        until = f", valid until {entry.valid_until}" if entry.valid_until else ""
        development = ", for development" if entry.development else ""
        state = _said(stages[entry.id]) if entry.id in stages else entry.state
        where = f", in {entry.token}" if entry.token else ", encrypted" if entry.encrypted and entry.file else ""
        void = f", void from {entry.compromised_at}" if entry.compromised_at else ""
        click.echo(f"{entry.use:10}  {state:11}  {entry.algorithm:9}  since {entry.created}{until}{void}{development}{where}  {entry.id}")


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


def consequence(affected: Affected) -> str:
    """Say in words what the declaration voids."""
    if affected.use is KeyUse.LOG:
        return "Checkpoints of the public log that this key signed from then on are void; the log itself stays, and the new key signs it anew."
    lines = [
        f"{len(affected.void)} certificates that it signed from then on are void:"
        if affected.void
        else "No certificate was issued with it from then on."
    ]
    lines += [f"  {number}" for number in affected.void]
    if affected.earlier:
        lines.append(f"{affected.earlier} earlier ones stand where a timestamp or the public log proves that they are older.")
    if affected.void:
        lines.append("Issue the void ones that were yours anew: `sealwright reissue`.")
    return "\n".join(lines)
