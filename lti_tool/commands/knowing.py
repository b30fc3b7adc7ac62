"""The reader of the commands: where there is an installation, it knows whom that trusts and which certificates are its own."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.commands.main import installation
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Reading
from lti_tool.evidence.recognising import AskedFor
from lti_tool.evidence.trust_file import TrustFile
from lti_tool.installation import Installation
from lti_tool.migrations.upgrade import is_current
from lti_tool.problem import Problem
from lti_tool.scheme.model import Scheme


def reader(processes: int) -> Reader:
    """Return the reader for `processes` files at once. Raises Problem("trust-list-wrong", "setting-wrong")."""
    found = installation(click.get_current_context())
    trust = TrustFile(found.settings.home)
    if not _has_register(found):
        return Reader(processes=processes, trust=trust)
    return _KnowingReader(found, processes, trust)


class _KnowingReader(Reader):
    """Asks the register before and after reading; nobody is named as whose account it is."""

    def __init__(self, installation: Installation, processes: int, trust: TrustFile) -> None:
        super().__init__(processes=processes, trust=trust)
        self._installation = installation

    def read_all(self, content: bytes, scheme: Scheme) -> tuple[Reading, ...]:
        """Read one file, or recognise it as a certificate of this installation."""
        from lti_tool.verification.own import recognise

        try:
            return recognise(self._installation, content, scheme, AskedFor(), lambda: super(_KnowingReader, self).read_all(content, scheme))
        except (Problem, SQLAlchemyError):
            # Without keys or database nothing of ours can be recognised; documents can be read all the same.
            return super().read_all(content, scheme)


def _has_register(found: Installation) -> bool:
    try:
        local = found.settings.database_url is None
        if local and not (Path(found.settings.home) / "sealwright.sqlite3").is_file():
            return False
        return is_current(found.database.engine)
    except (Problem, SQLAlchemyError):
        return False
