"""Schemes that rest on events: nobody applies for them, and a mistake in their files is refused as everywhere."""

from __future__ import annotations

from importlib import resources

import pytest

from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import PARTICIPATION, shipped
from lti_tool.scheme.loader import load_edition, load_scheme
from lti_tool.scheme.model import EventScheme

TEXT = (resources.files("lti_tool.scheme") / "data" / "participation.2026.toml").read_text(encoding="utf-8")

# (what is wrong, what is written, what is written instead, the key that the refusal names)
WRONG = [
    ("decided by a program", 'automatic = "never"', 'automatic = "read"', "automatic"),
    ("another basis", 'basis = "event"', 'basis = "hearsay"', "basis"),
    ("evidence beside the event", 'automatic = "never"', 'automatic = "never"\nchecks = ["complete"]', "checks"),
    ("an expression", 'automatic = "never"', 'automatic = "never"\nif = "hours > 6"', "if"),
    ("no award", "[award]", "[prize]", "prize"),
    ("no words", 'sentence = "took part in"', 'sentence = ""', "award.sentence"),
    ("nowhere's time", '"Europe/Brussels"', '"Europe/Atlantis"', "time_zone"),
    ("over before it begins", "valid_from = 2025-06-01", "valid_from = 2025-06-01\nvalid_until = 2020-01-01", "valid_until"),
    ("a sum of its own", 'edition = "2026"', 'edition = "2026"\nsha256 = "0"', "sha256"),
    ("not TOML", "[award]", "[award", "the whole file"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_mistake_names_file_and_key(right: str, wrong: str, key: str) -> None:
    assert right in TEXT
    with pytest.raises(Problem) as refused:
        load_edition(TEXT.replace(right, wrong, 1), "mine.toml")
    assert (refused.value.code, refused.value.details["file"], refused.value.details["key"]) == ("scheme-wrong", "mine.toml", key)


def test_what_is_shipped_is_decided_by_people_alone() -> None:
    scheme = shipped().get_event_scheme()
    assert isinstance(scheme, EventScheme)
    assert scheme.automatic == "never"
    assert shipped().edition(PARTICIPATION, scheme.edition) is scheme
    assert (scheme.award.level, scheme.award.areas, scheme.award.valid_years) == ("", (), None)


def test_nobody_applies_for_it() -> None:
    for edition in (None, "2026"):
        with pytest.raises(Problem, match="scheme-unknown"):
            shipped().get(PARTICIPATION, edition)
    assert PARTICIPATION not in {scheme.id for scheme in shipped().latest()}
    with pytest.raises(Problem, match="scheme-wrong"):
        load_scheme(TEXT)


def test_an_edition_of_either_sort_is_found_and_no_other() -> None:
    assert shipped().edition("digital-competence", "2026").id == "digital-competence"
    for wrong in (("digital-competence", "1999"), ("digital-competence", ""), (PARTICIPATION, "1999"), ("other", "2026")):
        with pytest.raises(Problem, match="scheme-unknown"):
            shipped().edition(*wrong)
    with pytest.raises(Problem, match="scheme-unknown"):
        shipped().get_event_scheme("digital-competence")
