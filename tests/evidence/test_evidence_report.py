"""A small set of the invented documents, read by the command as the report reads them: no false accept, and shares that may only rise."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from documents import folders, report, tables
from documents.score import Scored, outcome, same_name, scored, total
from documents.sets import RECIPES, drafts, make
from documents.words import MAIN, languages

SEED = 20
# What the set reached when it was written; raise them with the reader.
ACCEPTED, RIGHT = 0.6, 0.85


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Scored]:
    """Sixty text documents of every language, half of them fine."""
    return report.read_documents(tmp_path_factory.mktemp("report"), SEED, 60, share=0.0, quick=True)


def test_nothing_is_accepted_that_must_not_be(read: list[Scored]) -> None:
    assert [tables.failure(document) for document in read if document.outcome == "false-accept"] == []


def test_the_shares_that_are_documented(read: list[Scored]) -> None:
    row = total(read)
    assert row.count == 60
    assert row.outcomes["false-reject"] <= 1
    assert row.accepted / row.fine >= ACCEPTED
    assert (row.share("holder_name") or 0) >= RIGHT
    assert (row.share("issue_date") or 0) >= RIGHT


def test_the_same_seed_makes_the_same_documents() -> None:
    chosen = [
        draft for draft in drafts(SEED, 40, scans_share=0.3, chosen=("good-course", "good-label", "patched-date")) if draft.producer != "chromium"
    ]
    once, again = make(chosen[:6]), make(chosen[:6])
    assert [each.file for each in once] == [each.file for each in again]
    assert [each.draft.truth for each in once] == [each.draft.truth for each in again]


def test_every_language_has_every_recipe() -> None:
    assert set(MAIN) <= set(languages())
    for recipe in RECIPES:
        for language in languages():
            (draft,) = drafts(SEED, 1, scans_share=0.0, chosen=(recipe,), languages_of=(language,))
            assert draft.paper.pages[0]
            assert draft.truth.allowed


def test_an_answer_is_compared_with_what_is_right() -> None:
    truth = {"kind": "mooc", "allowed": ["accept"], "mooc_no": 3, "holder_name": "WÓJCIK Łukasz", "issue_date": "2026-01-02", "disclaimer": None}
    answer = {
        "kind": "mooc",
        "mooc_no": 4,
        "holder_name": "Łukasz Wójcik",
        "issue_date": None,
        "disclaimer": None,
        "verdict": "reject",
        "findings": [],
    }
    found = scored({"file": "x", "truth": truth}, answer)
    assert found.outcome == "false-reject"
    assert found.wrong == {"mooc_no": (3, 4), "issue_date": ("2026-01-02", None)}
    assert outcome("accept", ("reject", "review")) == "false-accept"
    assert outcome("award", ("incomplete",)) == "false-accept"
    assert outcome("review", ("accept",)) == "to-a-person"
    assert outcome("incomplete", ("award",)) == "false-reject"
    assert same_name("Dr. Ágnes Szabó-Tóth", "SZABÓ TÓTH Ágnes")
    assert not same_name("Maria Rossi", "Maria Rossini")
    assert not same_name("Maria Rossi", None)


def test_folders_hold_what_their_case_says() -> None:
    (all_seven, missing, twice) = folders.make(SEED, 3, ("all-seven", "one-missing", "same-file-twice"))
    assert [len(folder.files) for folder in (all_seven, missing, twice)] == [7, 6, 8]
    assert len({content for _, content in twice.files}) == 7
