"""Make whatever an installation lacks: folders, tables, keys."""

from __future__ import annotations

from certificate_signing.errors import SigningError
from certificate_signing.keyring import SIGNING_USES, KeyRing, KeyUse
from lti_tool import clock, key_events
from lti_tool.installation import Installation
from lti_tool.migrations.upgrade import upgrade
from lti_tool.problem import Problem


def prepare(installation: Installation) -> None:
    """Make the home (readable by its owner alone), upgrade the tables, and make keys for development if there are none."""
    complete(installation)
    key_events.note(installation.database, installation.noted_entries(), "program")


def complete(installation: Installation) -> None:
    """Do so without adding anything to the history: after a restore, what was lost of the public log must be put back first."""
    settings = installation.settings
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(settings.database)
    _ = installation.secret
    try:
        _make_keys(installation)
    except (SigningError, OSError) as error:
        raise Problem("keys-missing", reason=str(error)) from None
    installation.files  # noqa: B018 - opening makes the folder


def _make_keys(installation: Installation) -> None:
    """Make what is lacking; keys that lie apart are the signer's to make, where there is one."""
    settings, now = installation.settings, clock.now()
    wanted = {KeyUse.LTI: installation.lti_folder} | ({} if settings.signer else dict.fromkeys(SIGNING_USES, installation.signing_folder))
    for folder in installation.key_folders:
        if uses := frozenset(use for use, where in wanted.items() if where == folder):
            KeyRing.create_for_development(folder, settings.organisation, settings.country, now, uses)
