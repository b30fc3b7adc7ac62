"""Choosing people of a course: who is there, who can be chosen and why not, and names that somebody pasted."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from lti_tool.launch.roster import Member, Roster
from lti_tool.launch.visit import Visit

# People that one page lists; pasted names find everybody.
MOST_SHOWN: Final = 2000
MOST_PASTED: Final = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody of the course. `hindrance` says why they can't be chosen: no-name, own, confirmed, or "".

    `hint` tells two of one name apart; `teaching` puts them after the others and means nothing else.
    """

    sub: str
    name: str
    hindrance: str
    hint: str
    teaching: bool


@dataclass(frozen=True, slots=True)
class Pasted:
    """What became of pasted lines: whom they name, the lines that name nobody here, and those that name several."""

    subs: frozenset[str]
    unknown: tuple[str, ...]
    several: tuple[str, ...]


def choices(roster: Roster, visit: Visit, confirmed: Collection[str]) -> tuple[Choice, ...]:
    """Return the active people of the course by name, those who teach last."""
    members = [member for member in roster.members if member.active]
    names = Counter(member.full_name.casefold() for member in members)
    found = [_choice(member, visit, confirmed, twins=names[member.full_name.casefold()] > 1) for member in members]
    return tuple(sorted(found, key=lambda one: (one.teaching, not one.name, by_name(one.name), one.sub)))


def shown(every: tuple[Choice, ...], chosen: Collection[str]) -> tuple[Choice, ...]:
    """Return what one page lists: everybody who is chosen, then the others as far as they fit."""
    if len(every) <= MOST_SHOWN:
        return every
    return tuple(sorted(every, key=lambda one: one.sub not in chosen))[:MOST_SHOWN]


def pasted(typed: str, every: Iterable[Choice], roster: Roster) -> Pasted:
    """Find whom pasted lines name: by the whole name, either way round, or by e-mail address."""
    free = {one.sub for one in every if not one.hindrance}
    known: dict[str, set[str]] = {}
    for member in roster.members:
        if member.active:
            for word in _words(member):
                known.setdefault(word, set()).add(member.user_id)
    lines = list(dict.fromkeys(line.strip()[:500] for line in typed.splitlines()[:MOST_PASTED] if line.strip()))
    found = {line: known.get(_folded(line.replace(";", ",").strip(",")), set()) for line in lines}
    return Pasted(
        frozenset(sub for subs in found.values() if len(subs) == 1 for sub in subs if sub in free),
        tuple(line for line, subs in found.items() if not subs),
        tuple(line for line, subs in found.items() if len(subs) > 1),
    )


def by_name(name: str) -> str:
    """Return what names are ordered by: letters without their marks, as a reader of several alphabets looks for them."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum() or letter == " ")


def _choice(member: Member, visit: Visit, confirmed: Collection[str], *, twins: bool) -> Choice:
    reasons = (("confirmed", member.user_id in confirmed), ("own", member.user_id == visit.visitor.sub), ("no-name", not member.full_name))
    hindrance = next((reason for reason, holds in reasons if holds), "")
    return Choice(member.user_id, member.full_name, hindrance, member.email if twins else "", member.teaches)


def _words(member: Member) -> set[str]:
    turned = f"{member.family_name}, {member.given_name}" if member.given_name and member.family_name else ""
    return {_folded(word) for word in (member.full_name, f"{member.given_name} {member.family_name}", turned, member.email) if word.strip()}


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold().replace(",", ", ")
    return " ".join(plain.split()).replace(" ,", ",")
