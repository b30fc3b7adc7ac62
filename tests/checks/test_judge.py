"""The judge's arithmetic over every mixture of standings; an award stands on accepted documents alone; nothing is touched."""

from __future__ import annotations

import builtins
import itertools
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.checks.check import check
from lti_tool.checks.findings import Finding, Findings, PieceFindings, RequirementFindings, Standing, Verdict
from lti_tool.checks.words import words
from lti_tool.decision.judge import how_checked, judge
from lti_tool.decision.outcome import Outcome
from lti_tool.evidence.dossier import Applicant, Dossier, Piece, SchemeReference
from lti_tool.evidence.reading import Doubt, Fact, Kind, Reading
from lti_tool.scheme.catalogue import shipped

SCHEME = shipped().get("digital-competence", "2026")
DAY = date(2026, 11, 21)
OLDEST = date(2024, 11, 21)
ANNA = Applicant("Anna", "Muster")
KINDS = tuple(entry.kind for entry in SCHEME.requirements)


def findings(standings: tuple[Standing, ...], unplaced: tuple[Verdict, ...] = (), general: tuple[Verdict, ...] = ()) -> Findings:
    return Findings(
        "a",
        tuple(PieceFindings(f"u{index}", None, verdict, ()) for index, verdict in enumerate(unplaced)),
        tuple(RequirementFindings(f"r{index}", standing) for index, standing in enumerate(standings)),
        tuple(Finding("x", verdict) for verdict in general),
    )


MET, DOUBTFUL, NOT_MET, MISSING = Standing.MET, Standing.DOUBTFUL, Standing.NOT_MET, Standing.MISSING
ACCEPT, REVIEW, REJECT = Verdict.ACCEPT, Verdict.REVIEW, Verdict.REJECT

# (how the requirements stand, verdicts of documents that lie nowhere, verdicts about the whole, the outcome)
ARITHMETIC = [
    ((MET, MET, MET), (), (), Outcome.AWARD),
    ((MET, MET, MET), (REVIEW,), (), Outcome.AWARD),
    ((MET, MET, MET), (REJECT,), (), Outcome.AWARD),
    ((MET, MET, MET), (), (REVIEW,), Outcome.REVIEW),
    ((MET, MET, MET), (), (REJECT,), Outcome.REJECT),
    ((MET, DOUBTFUL, MET), (), (), Outcome.REVIEW),
    ((MET, DOUBTFUL, MISSING), (), (), Outcome.INCOMPLETE),
    ((MET, MET, MISSING), (), (REVIEW,), Outcome.INCOMPLETE),
    ((MET, MET, MISSING), (REJECT,), (), Outcome.INCOMPLETE),
    ((MET, MET, MISSING), (ACCEPT,), (), Outcome.INCOMPLETE),
    ((MET, MET, MISSING), (REVIEW,), (), Outcome.REVIEW),
    ((MET, MISSING, MISSING), (REVIEW,), (), Outcome.INCOMPLETE),
    ((MET, MISSING, MISSING), (REVIEW, REVIEW), (), Outcome.REVIEW),
    ((MET, MISSING, MISSING), (REVIEW, REJECT), (), Outcome.INCOMPLETE),
    ((NOT_MET, MET, MET), (), (), Outcome.REJECT),
    ((NOT_MET, DOUBTFUL, MET), (REVIEW,), (REVIEW,), Outcome.REJECT),
    ((NOT_MET, MISSING, MET), (REVIEW,), (), Outcome.REJECT),
    ((MISSING, MISSING, MISSING), (), (), Outcome.INCOMPLETE),
]


@pytest.mark.parametrize(("standings", "unplaced", "general", "expected"), ARITHMETIC)
def test_how_findings_add_up(standings: tuple[Standing, ...], unplaced: tuple[Verdict, ...], general: tuple[Verdict, ...], expected: Outcome) -> None:
    assert judge(findings(standings, unplaced, general)) is expected


def test_every_mixture_of_standings_is_as_hard_as_its_hardest() -> None:
    for standings in itertools.product(Standing, repeat=4):
        outcome = judge(findings(standings))
        hardest = next(standing for standing in (NOT_MET, MISSING, DOUBTFUL, MET) if standing in standings)
        assert outcome is {NOT_MET: Outcome.REJECT, MISSING: Outcome.INCOMPLETE, DOUBTFUL: Outcome.REVIEW, MET: Outcome.AWARD}[hardest]


def good(kind: str, *, sha256: str = "") -> Reading:
    number = int(kind[-1]) if kind.startswith("mooc") else None
    return Reading(
        sha256=sha256 or kind,
        media_type="application/pdf",
        pages=1,
        kind=Kind.NQL if number is None else Kind.MOOC,
        kind_id=kind,
        mooc_no=number,
        title=Fact(kind, kind, None),
        holder=Fact("Anna Muster", "Anna Muster", None),
        issue_date=Fact(date(2026, 1, 31), "31 January 2026", None),
        disclaimer=Fact(True, "This certificate can be used", None) if number is None else None,
    )


def dossier(pieces: tuple[Piece, ...]) -> Dossier:
    return Dossier("a", ANNA, DAY, SchemeReference(SCHEME.id, SCHEME.edition, SCHEME.sha256), pieces)


def seven() -> tuple[Piece, ...]:
    return tuple(Piece(kind, f"{kind}.pdf", good(kind)) for kind in KINDS)


UNREADABLE = st.sampled_from(["locked", "broken", "empty", "picture", "timeout", "not-supported", "hidden", "too-many-pages"])
DOUBT = st.sampled_from(["hidden-text", "polyglot", "cut-off", "holder-ambiguous", "course-unclear", "completion-not-said"])
NAMES = st.sampled_from(["Anna Muster", "Anna Muster", "MUSTER Anna", "Hanna Muster", "Bruno Beispiel", "Anna", ""])
DAYS = st.sampled_from([OLDEST - timedelta(1), OLDEST, date(2026, 1, 31), DAY, DAY + timedelta(1)])
SEEN = st.sets(st.sampled_from(["bytes", "number", "text"]), max_size=1)


@st.composite
def readings(draw: st.DrawFn, kind: str) -> Reading:
    """A reading with what may be a fault, or may be none."""
    reading = good(kind, sha256=draw(st.sampled_from([kind, f"{kind}-again"])))
    fault = draw(st.sampled_from(["holder", "date", "doubt", "unreadable", "kind", "note"][: 6 if kind == "nql" else 5]))
    if fault == "holder":
        name = draw(NAMES)
        reading = replace(reading, holder=Fact(name, name, None) if name else None)
    if fault == "date":
        reading = replace(reading, issue_date=draw(st.none() | DAYS.map(lambda day: Fact(day, str(day), None))))
    if fault == "note":
        reading = replace(reading, disclaimer=draw(st.none() | st.booleans().map(lambda value: Fact(value, "", None))))
    if fault == "doubt":
        reading = replace(reading, doubts=(Doubt(draw(DOUBT)),))
    if fault == "unreadable":
        reading = Reading(reading.sha256, "x", 0, Kind.UNKNOWN, unreadable=draw(UNREADABLE))
    if fault == "kind":
        reading = replace(reading, kind=draw(st.sampled_from([Kind.OTHER, Kind.UNKNOWN])), kind_id=None, mooc_no=None)
    return reading


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """Most of the seven, in any order, some twice, some moved to another place, some seen with others."""
    kinds = [*draw(st.permutations(KINDS)), *draw(st.lists(st.sampled_from(KINDS), max_size=2))]
    left_out = draw(st.sampled_from([0, 0, 0, 0, 1]))
    doubtful = draw(st.integers(0, 7))
    moved, seen = (draw(st.integers(0, 20)) for _ in range(2))
    pieces = tuple(
        Piece(
            f"d{index}",
            f"{index}.pdf",
            draw(readings(kind) if index == doubtful else st.just(good(kind, sha256=f"{kind}-{index}"))),
            draw(st.sampled_from([None, kind, *KINDS])) if index == moved else None,
            frozenset(draw(SEEN)) if index == seen else frozenset(),
        )
        for index, kind in enumerate(kinds[left_out:])
    )
    return dossier(pieces)


def fits(piece: Piece, kind: str) -> bool:
    """What an accepted document is, said again and apart from the checks."""
    reading = piece.reading
    return (
        reading.kind_id == kind
        and piece.placed_at in (None, kind)
        and reading.unreadable is None
        and not reading.doubts
        and not piece.seen_with_others
        and reading.holder is not None
        and reading.holder.value in ("Anna Muster", "MUSTER Anna")
        and reading.issue_date is not None
        and OLDEST <= reading.issue_date.value <= DAY
        and (kind != "nql" or (reading.disclaimer is not None and reading.disclaimer.value))
    )


def dated(day: date | None) -> dict[str, object]:
    return {"issue_date": Fact(day, str(day), None) if day else None}


def named(name: str) -> dict[str, object]:
    return {"holder": Fact(name, name, None)}


# (what is wrong with one document of the seven, where it was moved, the outcome)
ONE_FAULT: list[tuple[dict[str, object], str | None, Outcome]] = [
    (dated(OLDEST), None, Outcome.AWARD),
    (dated(OLDEST - timedelta(1)), None, Outcome.REJECT),
    (dated(DAY), None, Outcome.AWARD),
    (dated(DAY + timedelta(1)), None, Outcome.REJECT),
    (dated(None), None, Outcome.REVIEW),
    (named("MUSTER Anna"), None, Outcome.AWARD),
    (named("Bruno Beispiel"), None, Outcome.REJECT),
    (named("Anna Beispiel"), None, Outcome.REVIEW),
    ({"holder": None}, None, Outcome.REVIEW),
    ({"doubts": (Doubt("hidden-text"),)}, None, Outcome.REVIEW),
    ({"kind": Kind.UNKNOWN, "kind_id": None}, None, Outcome.REVIEW),
    ({"kind": Kind.UNKNOWN, "kind_id": None}, "here", Outcome.REVIEW),
    ({"kind": Kind.OTHER, "kind_id": None}, None, Outcome.INCOMPLETE),
    ({"kind": Kind.OTHER, "kind_id": None}, "here", Outcome.REJECT),
    ({}, "here", Outcome.AWARD),
    ({}, "elsewhere", Outcome.INCOMPLETE),
    ({"unreadable": "locked", "kind": Kind.UNKNOWN, "kind_id": None}, None, Outcome.REVIEW),
    ({"unreadable": "locked", "kind": Kind.UNKNOWN, "kind_id": None}, "here", Outcome.REVIEW),
    ({"unreadable": "empty", "kind": Kind.UNKNOWN, "kind_id": None}, None, Outcome.INCOMPLETE),
    ({"unreadable": "empty", "kind": Kind.UNKNOWN, "kind_id": None}, "here", Outcome.REJECT),
]


@pytest.mark.parametrize("index", range(len(KINDS)))
@pytest.mark.parametrize(("changes", "moved", "expected"), ONE_FAULT)
def test_one_fault_in_any_of_the_seven(index: int, changes: dict[str, object], moved: str | None, expected: Outcome) -> None:
    pieces = list(seven())
    place = {None: None, "here": KINDS[index], "elsewhere": KINDS[index - 1]}[moved]
    pieces[index] = replace(pieces[index], reading=replace(pieces[index].reading, **changes), placed_at=place)  # type: ignore[arg-type]
    assert judge(check(dossier(tuple(pieces)), SCHEME)) is expected


@pytest.mark.parametrize(("value", "text", "expected"), [(None, "", Outcome.REVIEW), (False, "", Outcome.REJECT), (False, "not", Outcome.REJECT)])
def test_a_label_without_its_note_stops_the_award(value: bool | None, text: str, expected: Outcome) -> None:
    label = replace(seven()[-1], reading=replace(good("nql"), disclaimer=None if value is None else Fact(value, text, None)))
    assert judge(check(dossier((*seven()[:-1], label)), SCHEME)) is expected


@given(dossiers())
@settings(max_examples=200, deadline=None)
def test_an_award_has_an_accepted_document_for_every_requirement(whole: Dossier) -> None:
    found = check(whole, SCHEME)
    outcome = judge(found)
    held = {kind: any(fits(piece, kind) for piece in whole.pieces) for kind in KINDS}
    assert (outcome is Outcome.AWARD) == all(held.values()), held
    if outcome is Outcome.AWARD:
        verdicts = {piece.document_id: piece for piece in found.pieces}
        documents = [entry.document_id for entry in found.requirements]
        assert None not in documents
        assert len(set(documents)) == len(KINDS)
        for entry in found.requirements:
            assert verdicts[entry.document_id or ""].verdict is Verdict.ACCEPT
            assert verdicts[entry.document_id or ""].requirement == entry.requirement


@given(dossiers())
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_documents_changes_nothing(whole: Dossier) -> None:
    turned = replace(whole, pieces=tuple(reversed(whole.pieces)))
    assert judge(check(whole, SCHEME)) is judge(check(turned, SCHEME))


@pytest.mark.parametrize("index", range(len(KINDS)))
@pytest.mark.parametrize(("how", "expected"), [("bytes", Outcome.REJECT), ("number", Outcome.REVIEW), ("text", Outcome.REVIEW)])
def test_one_document_seen_with_others_stops_the_award(index: int, how: str, expected: Outcome) -> None:
    pieces = list(seven())
    pieces[index] = replace(pieces[index], seen_with_others=frozenset({how}))
    assert judge(check(dossier(tuple(pieces)), SCHEME)) is expected


@pytest.mark.parametrize("how", ["bytes", "number", "text"])
def test_what_is_said_of_a_document_seen_with_others_names_nobody(how: str) -> None:
    pieces = (replace(seven()[0], seen_with_others=frozenset({how})),)
    told = [finding for finding in check(dossier(pieces), SCHEME).pieces[0].findings if finding.code.startswith("seen-")]
    assert len(told) == 1
    assert dict(told[0].details) == {}
    assert told[0].place is None
    assert "{" not in words(told[0]).filled()
    assert "…" not in words(told[0]).filled()


@pytest.fixture
def untouchable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing can be opened, started or connected to."""

    def touched(*_: object, **__: object) -> None:
        raise AssertionError("the core touched the world")

    with monkeypatch.context() as patch:
        for module, name in ((builtins, "open"), (os, "open"), (os, "stat"), (os, "getenv"), (socket, "socket"), (subprocess, "Popen")):
            patch.setattr(module, name, touched)
        yield


def test_checking_and_judging_touch_nothing_and_answer_the_same_again(request: pytest.FixtureRequest) -> None:
    whole = dossier(seven())
    # The tables of names and words are read once.
    first = check(whole, SCHEME)
    request.getfixturevalue("untouchable")
    again = check(whole, SCHEME)
    outcome, how = judge(again), how_checked(whole)
    assert (again, outcome, how.value) == (first, Outcome.AWARD, "read")
    assert whole == dossier(seven())
