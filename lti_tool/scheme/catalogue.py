"""Every edition of every scheme; an application keeps the edition it was submitted under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final, TypeVar

from lti_tool import clock
from lti_tool.problem import Problem
from lti_tool.scheme.loader import load_edition
from lti_tool.scheme.model import Edition, EventScheme, Scheme

PARTICIPATION: Final = "participation"

EditionT = TypeVar("EditionT", bound=Edition)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Schemes that people apply under, and those that rest on events, each in the order of id and beginning."""

    schemes: tuple[Scheme, ...]
    events: tuple[EventScheme, ...] = ()

    @classmethod
    def of(cls, schemes: Iterable[Scheme | EventScheme]) -> Catalogue:
        """Collect editions. Raises Problem("scheme-wrong") if one edition stands there twice."""
        ordered = sorted(schemes, key=lambda scheme: (scheme.id, scheme.valid_from, scheme.edition))
        for before, after in pairwise(ordered):
            if (before.id, before.edition) == (after.id, after.edition):
                raise Problem("scheme-wrong", file=after.id, key="edition", reason=f"the edition {after.edition!r} stands there twice")
        return cls(
            tuple(scheme for scheme in ordered if isinstance(scheme, Scheme)),
            tuple(scheme for scheme in ordered if isinstance(scheme, EventScheme)),
        )

    def get(self, scheme_id: str, edition: str | None = None, day: date | None = None) -> Scheme:
        """Return an edition that people apply under: the one named, else the one in force on `day`.

        `day` is today in the scheme's time zone when it is not given. Raises Problem("scheme-unknown"), also for a scheme that
        rests on events: nobody can apply for that.
        """
        return _one(self.schemes, scheme_id, edition, day)

    def get_event_scheme(self, scheme_id: str = PARTICIPATION, day: date | None = None) -> EventScheme:
        """Return the edition in force of a scheme that rests on events. Raises Problem("scheme-unknown")."""
        return _one(self.events, scheme_id, None, day)

    def edition(self, scheme_id: str, edition: str) -> Edition:
        """Return an edition of whichever sort, to say what was awarded. Raises Problem("scheme-unknown")."""
        return _one((*self.schemes, *self.events), scheme_id, edition, None)

    def latest(self) -> tuple[Scheme, ...]:
        """Return the newest edition of each scheme that people apply under."""
        return tuple({scheme.id: scheme for scheme in self.schemes}.values())


def _one(schemes: Iterable[EditionT], scheme_id: str, edition: str | None, day: date | None) -> EditionT:
    editions = [scheme for scheme in schemes if scheme.id == scheme_id]
    if edition is not None:
        found = [scheme for scheme in editions if scheme.edition == edition]
    else:
        found = [scheme for scheme in editions if _in_force(scheme, day or clock.today(scheme.time_zone))]
    if not found:
        raise Problem("scheme-unknown", scheme=" ".join(filter(None, (scheme_id, edition))))
    return found[-1]


def _in_force(scheme: Edition, day: date) -> bool:
    return scheme.valid_from <= day and (scheme.valid_until is None or day <= scheme.valid_until)


@cache
def shipped() -> Catalogue:
    """Return the schemes that come with the program. Raises Problem("scheme-wrong") at start, not in the middle of work."""
    folder = resources.files("lti_tool.scheme") / "data"
    return Catalogue.of(load_edition(file) for file in sorted(folder.iterdir(), key=lambda file: file.name) if file.name.endswith(".toml"))
