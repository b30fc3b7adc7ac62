"""`sealwright signer`: a process of its own that holds the keys of certificates, so that `serve` and `worker` need none."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Final

import click

from lti_tool.commands.opened import opened
from lti_tool.problem import Problem

# What it stores must be readable by the group that it shares with `serve` and `worker`, and by nobody else.
UMASK: Final = 0o007


@click.command("signer")
@click.pass_context
def command(context: click.Context) -> None:
    """Sign certificates, status lists and the public log's checkpoints for `serve` and `worker` until stopped.

    It signs only what this installation decided, and never anything that is handed to it. Set `signer` to the path of its
    socket, `signing_keys_dir` to the folder of its keys, and `signer_clients` to the users who may ask.
    """
    from certificate_signing.keyring import SIGNING_USES, KeyRing
    from lti_tool import clock, key_events
    from lti_tool.issuing import keys
    from lti_tool.issuing.signer import Signer
    from lti_tool.issuing.signer_socket import SignerSocket, allowed_users
    from lti_tool.web import logs

    os.umask(UMASK)
    installation = opened(context)
    settings = installation.settings
    if settings.signer is None:
        raise Problem("setting-wrong", setting="signer", reason="It must name the signer's socket.", source="sealwright.toml or SEALWRIGHT_SIGNER")
    logs.configure(settings.log_level)
    KeyRing.create_for_development(installation.signing_folder, settings.organisation, settings.country, clock.now(), SIGNING_USES)
    # Opened now, so that a wrong password or PIN is told at the start and not at the first certificate.
    ring = keys.signing_ring(installation)
    _ = ring.seal, ring.credential, ring.log
    key_events.note(installation.database, (*installation.signing_folder.entries(), *installation.signing_folder.authorities()), "program")
    server = SignerSocket(settings.signer, Signer(installation, allowed_users(settings.signer_clients), os.cpu_count() or 1))

    def stop(_number: int, _frame: FrameType | None) -> None:
        # In a thread: shutdown() waits for the loop that this handler interrupts.
        threading.Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    click.echo(f"The signer is ready at {settings.signer}.", err=True)
    with server:
        server.serve_forever(poll_interval=0.2)
    settings.signer.unlink(missing_ok=True)
