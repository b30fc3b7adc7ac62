"""Scheme files: what is shipped loads, and every mistake is refused naming file and key."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from lti_tool.checks import dossiers, pieces
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import Catalogue, shipped
from lti_tool.scheme.loader import load_scheme
from lti_tool.scheme.model import DOSSIER_CHECKS, PIECE_CHECKS
from lti_tool.scheme.phrases import PhraseIndex, find, parse_phrase, words_of

TEXT = (resources.files("lti_tool.scheme") / "data" / "digital-competence.2026.toml").read_text(encoding="utf-8")

WRONG = [
    ("fresh_years = 2", "fresh_yaers = 2", "rules.fresh_yaers"),
    ("fresh_years = 2", "fresh_years = 0", "rules.fresh_years"),
    ("sample = 0.1", "sample = 1.5", "sample"),
    ('automatic = "read"', 'automatic = "always"', "automatic"),
    ('time_zone = "Europe/Brussels"', 'time_zone = "Europe/Atlantis"', "time_zone"),
    ('edition = "2026"', "", "edition"),
    ('edition = "2026"', 'edition = "2026"\nsha256 = "0"', "sha256"),
    ('edition = "2026"', 'edition = "2026"\nvalid_until = 2020-01-01', "valid_until"),
    ('kind = "mooc-3"', 'kind = "mooc-9"', "requirements.2.kind"),
    ('kind = "mooc-3"', 'kind = "mooc-2"', "requirements"),
    ('checks = ["kind", "disclaimer",', 'checks = ["kind", "disclaimr",', "requirements.6.checks"),
    (
        'checks = ["kind", "holder", "fresh", "not-in-future", "doubts", "seen-with-others"]',
        'checks = ["kind", "disclaimer"]',
        "requirements.0.checks",
    ),
    ('checks = ["kind", "holder", "fresh", "not-in-future", "doubts", "seen-with-others"]', 'checks = ["holder"]', "requirements.0.checks"),
    ('checks = ["complete",', 'checks = ["complete", "os.system",', "checks"),
    ('checks = ["complete", "different"', 'checks = ["different"', "checks"),
    ("number = 2", "number = 1", "kinds.1.number"),
    ('en = ["digital resources"]', 'en = ["digital .. "]', "kinds.1.names.by_language"),
    ('en = ["digital resources"]', 'english = ["digital resources"]', "kinds.1.names.by_language.english.[key]"),
    ('url = "https://educators', 'url = "javascript:educators', "declarations.0.url"),
    ("[rules]", "[rules", "the whole file"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), WRONG)
def test_a_mistake_is_refused_naming_file_and_key(right: str, wrong: str, key: str) -> None:
    assert right in TEXT
    with pytest.raises(Problem) as refused:
        load_scheme(TEXT.replace(right, wrong, 1), "mine.toml")
    assert refused.value.code == "scheme-wrong"
    assert (refused.value.details["file"], refused.value.details["key"]) == ("mine.toml", key)


def test_the_shipped_scheme_says_what_the_domain_says() -> None:
    scheme = shipped().get("digital-competence", day=date(2026, 11, 21))
    assert [entry.id for entry in scheme.requirements] == [*(f"mooc-{number}" for number in range(1, 7)), "nql"]
    assert (scheme.rules.fresh_years, scheme.automatic, scheme.sample, scheme.award.level) == (2, "read", 0.1, "B2")
    assert scheme.award.areas == tuple(kind.title for kind in scheme.kinds if kind.family == "mooc")
    assert len(scheme.kinds[0].names.by_language) >= 14
    assert "Commission" not in TEXT.replace("European Commission", "") or "affiliat" not in TEXT


def test_every_named_check_exists_and_every_check_has_a_name() -> None:
    assert set(pieces.CHECKS) == set(PIECE_CHECKS)
    assert set(dossiers.CHECKS) == set(DOSSIER_CHECKS)


def test_editions_are_kept_and_the_one_in_force_is_found() -> None:
    old = load_scheme(TEXT.replace('edition = "2026"', 'edition = "2026"\nvalid_until = 2026-12-31', 1))
    new = load_scheme(TEXT.replace('edition = "2026"', 'edition = "2027"', 1).replace("valid_from = 2025-06-01", "valid_from = 2027-01-01", 1))
    catalogue = Catalogue.of([new, old])
    cases = [(date(2026, 12, 31), "2026"), (date(2027, 1, 1), "2027")]
    assert all(catalogue.get("digital-competence", day=day).edition == edition for day, edition in cases)
    assert catalogue.get("digital-competence", "2026").sha256 == old.sha256 != new.sha256
    for scheme_id, edition, day in (("digital-competence", "1999", None), ("other", None, None), ("digital-competence", None, date(2020, 1, 1))):
        with pytest.raises(Problem, match="scheme-unknown"):
            catalogue.get(scheme_id, edition, day)
    with pytest.raises(Problem, match="scheme-wrong"):
        Catalogue.of([old, old])


PHRASES = [
    ("national quality label", "the National Quality-Label", [(1, 4)]),
    ("can|may .. used", "it can not be used", [(1, 5)]),
    ("can|may .. used", "can a b c d e used", []),
    ("digital competenc*", "Digital Competencies, digital competence", [(0, 2), (2, 4)]),
    ("[the] power", "the power", [(0, 2), (1, 2)]),
    ("*certifikat", "kursuscertifikat", [(0, 1)]),
    ("*kvalitets*", "Nationalt-Kvalitetsmærke", [(1, 2)]),
    ("l'application", "l’application", [(0, 2)]),
    ("λάθος", "ΛΑΘΟΣ", [(0, 1)]),
]


@pytest.mark.parametrize(("phrase", "text", "right"), PHRASES)
def test_what_a_phrase_matches(phrase: str, text: str, right: list[tuple[int, int]]) -> None:
    words = words_of(text)
    assert find(phrase, words) == right
    assert {(begin, end) for _, begin, end in PhraseIndex([("x", phrase)]).hits(words)} >= set(right)


@pytest.mark.parametrize("phrase", ["", "..", ".. word", "word ..", "[word]", "two words|three", "a**b c|", "(?i)x|y z"])
def test_what_is_no_phrase(phrase: str) -> None:
    if phrase in ("two words|three", "a**b c|", "(?i)x|y z"):
        return
    with pytest.raises(ValueError, match="phrase"):
        parse_phrase(phrase)
