"""How an answer compares with what is right."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TITLES = frozenset(["dr", "mgr", "prof", "drs", "ms", "mr", "mrs", "ma"])
OUTCOMES = ("right", "false-accept", "false-reject", "to-a-person")


@dataclass(frozen=True)
class Scored:
    """One document: its line with the truth, the answer, how they compare, and which facts are wrong."""

    asked: Mapping[str, Any]
    answer: Mapping[str, Any]
    outcome: str
    wrong: Mapping[str, tuple[object, object]]

    @property
    def file(self) -> str:
        """Return the name of the file."""
        return Path(str(self.asked["file"])).name

    @property
    def codes(self) -> list[str]:
        """Return what the reader found against it."""
        return [str(finding["code"]) for finding in self.answer["findings"] if not finding["ok"]]


def outcome(given: str, allowed: Sequence[str]) -> str:
    """Say how an outcome compares with those that are right; `award` is to folders what `accept` is to documents."""
    if given in allowed:
        return "right"
    return {"accept": "false-accept", "award": "false-accept", "review": "to-a-person"}.get(given, "false-reject")


def scored(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> Scored:
    """Compare an answer with the truth of its line; facts that the truth leaves open are not asked about."""
    truth = asked["truth"]
    wrong = {
        key: (truth[key], answer[key]) for key in ("mooc_no", "issue_date", "disclaimer") if truth[key] is not None and answer[key] != truth[key]
    }
    if truth["kind"] in ("mooc", "nql") and answer["kind"] != truth["kind"]:
        wrong["kind"] = (truth["kind"], answer["kind"])
    if truth["holder_name"] is not None and not same_name(truth["holder_name"], answer["holder_name"]):
        wrong["holder_name"] = (truth["holder_name"], answer["holder_name"])
    return Scored(asked, answer, outcome(answer["verdict"], truth["allowed"]), wrong)


def same_name(right: str, given: str | None) -> bool:
    """Compare names as printed: order, capitals, accents, commas and titles set aside."""
    return bool(given) and _words(right) == _words(str(given))


def _words(name: str) -> list[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in plain.replace("'", "").replace("’", "")).split()
    return sorted(word.replace("ς", "σ") for word in words if word not in TITLES)


@dataclass
class Row:
    """A row of a table: how many documents, how they came out, and what of the fine ones was accepted and read right."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    fine: int = 0
    accepted: int = 0
    wanted: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, document: Scored) -> None:
        """Count a document."""
        truth = document.asked["truth"]
        self.count += 1
        self.outcomes[document.outcome] += 1
        self.wanted[f"{truth['allowed'][0]} → {document.answer['verdict']}"] += 1
        if truth["allowed"] == ["accept"]:
            self.fine += 1
            self.accepted += document.answer["verdict"] == "accept"
        self.asked.update(key for key in ("holder_name", "issue_date", "disclaimer", "mooc_no") if truth[key] is not None)
        self.wrong.update(document.wrong.keys())

    def share(self, fact: str) -> float | None:
        """Return the share of documents on which a fact was read right; None if it was asked on none."""
        return 1 - self.wrong[fact] / self.asked[fact] if self.asked[fact] else None


def rows(documents: Iterable[Scored], key: str) -> dict[str, Row]:
    """Return rows by what a key of the line holds: ``language``, ``medium``, ``trap``, ``producer``."""
    found: dict[str, Row] = {}
    for document in documents:
        found.setdefault(str(document.asked[key]), Row()).add(document)
    return dict(sorted(found.items()))


def total(documents: Iterable[Scored]) -> Row:
    """Return one row for all."""
    row = Row()
    for document in documents:
        row.add(document)
    return row
