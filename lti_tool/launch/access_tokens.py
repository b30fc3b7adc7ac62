"""Access tokens of platforms, kept in the table until a minute before they expire, for every process and thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from lti_tool import clock
from lti_tool.database import Database
from lti_tool.launch.flights import Flights
from lti_tool.launch.outgoing import NotCalled
from lti_tool.launch.records import AccessToken
from lti_tool.launch.upserts import upsert

MARGIN: Final = timedelta(seconds=60)
LONGEST: Final = 24 * 3600


# One for the process: connectors and their `AccessTokens` are made for each call.
_flights: Final = Flights()


class AccessTokens:
    """The tokens of one registration."""

    def __init__(self, database: Database, registration_id: int) -> None:
        self._database = database
        self._registration_id = registration_id

    def one(self, scopes: Sequence[str], ask: Callable[[], str]) -> str:
        """Return a token of the table, or one that `ask` gets; threads that want one at once ask once.

        Raises what `ask` raises, or NotCalled("timeout") when another thread's asking took too long.
        """
        try:
            return self.kept(scopes) or _flights.once((self._database, *self._key(scopes).values()), lambda: self.kept(scopes) or ask())
        except TimeoutError:
            raise NotCalled("timeout") from None

    def kept(self, scopes: Sequence[str]) -> str | None:
        """Return a token for these scopes that is good for another minute, or None."""
        with self._database.read() as session:
            wanted = sa.select(AccessToken.value).filter_by(**self._key(scopes)).where(AccessToken.expires_at > clock.now() + MARGIN)
            return session.scalars(wanted).one_or_none()

    def keep(self, scopes: Sequence[str], value: str, seconds: float) -> None:
        """Store a token that lives for so many seconds."""
        expires_at = clock.now() + timedelta(seconds=max(0.0, min(seconds, LONGEST)))
        with self._database.write() as session:
            upsert(session, AccessToken, self._key(scopes), {"value": value, "expires_at": expires_at})

    def drop(self, scopes: Sequence[str], value: str) -> None:
        """Forget a token that the platform no longer takes; one that another thread stored meanwhile stays."""
        with self._database.write() as session:
            session.execute(sa.delete(AccessToken).filter_by(**self._key(scopes)).where(AccessToken.value == value))

    def _key(self, scopes: Sequence[str]) -> dict[str, int | str]:
        return {"registration_id": self._registration_id, "scopes": " ".join(sorted(scopes))}
