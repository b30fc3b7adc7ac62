"""A small scheme spoilt in many ways, each refused by file and key; editions stay as they were; the command says the same."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import Catalogue, shipped
from lti_tool.scheme.loader import load_scheme

SMALL = """\
id = "small"
edition = "2026"
valid_from = 2026-01-01
title = "A small scheme"
summary = "One course and one label."
time_zone = "Europe/Brussels"
automatic = "read"
sample = 0.1
checks = ["complete", "different"]

[rules]
fresh_years = 2
name = "same-person"

[[declarations]]
id = "reflect"
title = "Reflect"
help = "Take an hour."
url = "https://example.org/reflect"

[[requirements]]
id = "first"
title = "First course"
help = "Its certificate."
kind = "course-1"
checks = ["kind", "holder", "fresh"]

[[requirements]]
id = "label"
title = "The label"
help = "With the note."
kind = "label"
checks = ["kind", "disclaimer", "fresh"]

[[kinds]]
id = "course-1"
family = "mooc"
number = 1
title = "Digital resources"
[kinds.names]
en = ["digital resources"]

[[kinds]]
id = "label"
family = "nql"
title = "National Quality Label"

[series]
organisers = ["an academy"]
[series.titles]
en = ["the power of .. competenc*"]
[series.subjects]
en = ["digital competenc*"]

[label]
context = ["twinning"]
[label.names]
en = ["national quality label"]
[label.rivals]
en = ["european quality label"]

[note.subject]
en = ["this certificate"]
[note.use]
en = ["can|may be used"]
[note.purpose]
en = ["application"]
[note.matter]
en = ["digital competenc* [recognition] certificate"]

[award]
id = "competence"
title = "Digital competence"
sentence = "has shown digital competence."
description = "Shown by a course and a label."
criteria = "One course and one label."

[[award.alignments]]
name = "A framework, level B2"
url = "https://example.org/framework"
framework = "A framework"
"""

# (what is wrong, what is written, what is written instead, the key that the refusal names)
WRONG = [
    ("key twice", 'id = "small"', 'id = "small"\nid = "small"', "the whole file"),
    ("unknown key", 'id = "small"', 'id = "small"\nformula = "1 + 1"', "formula"),
    ("unknown key in a requirement", 'title = "First course"', 'title = "First course"\nif = "holder == applicant"', "requirements.0.if"),
    ("missing key", 'title = "A small scheme"\n', "", "title"),
    ("unknown table", "[award]", "[prize]", "prize"),
    ("missing kind of a requirement", 'kind = "course-1"\n', "", "requirements.0.kind"),
    ("check named twice", '"holder", "fresh"]', '"holder", "holder"]', "requirements.0.checks"),
    ("unknown check of the whole", '["complete", "different"]', '["complete", "eval"]', "checks"),
    ("requirement twice", 'id = "label"\ntitle = "The label"', 'id = "first"\ntitle = "The label"', "requirements"),
    ("one document for two requirements", 'kind = "label"', 'kind = "course-1"', "requirements.1.checks"),
    ("kind twice", 'id = "label"\nfamily', 'id = "course-1"\nfamily', "kinds"),
    ("unknown family", 'family = "nql"', 'family = "pql"', "kinds.1.family"),
    ("a course without names", 'en = ["digital resources"]', "", "kinds.0"),
    ("a course without number", "number = 1\n", "", "kinds.0"),
    ("a number too high", "number = 1", "number = 10", "kinds.0.number"),
    ("wrong type", "fresh_years = 2", 'fresh_years = "two"', "rules.fresh_years"),
    ("a list where a text belongs", 'summary = "One course and one label."', "summary = []", "summary"),
    ("yes for a number", "number = 1", "number = true", "kinds.0.number"),
    ("yes for years", "fresh_years = 2", "fresh_years = true", "rules.fresh_years"),
    ("years in quotes", "fresh_years = 2", 'fresh_years = "2"', "rules.fresh_years"),
    ("yes for a share", "sample = 0.1", "sample = true", "sample"),
    ("half a year", "fresh_years = 2", "fresh_years = 0.5", "rules.fresh_years"),
    ("unknown rule of names", 'name = "same-person"', 'name = "any-person"', "rules.name"),
    ("no date", "valid_from = 2026-01-01", 'valid_from = "soon"', "valid_from"),
    ("no such day", "valid_from = 2026-01-01", 'valid_from = "2026-02-30"', "valid_from"),
    ("a path as time zone", '"Europe/Brussels"', '"../../etc/localtime"', "time_zone"),
    ("sample below none", "sample = 0.1", "sample = -0.01", "sample"),
    ("sample that is no number", "sample = 0.1", 'sample = "some"', "sample"),
    ("an address in the clear", "https://example.org/framework", "http://example.org/framework", "award.alignments.0.url"),
    ("an address with a space", "https://example.org/framework", "https://example.org/a b", "award.alignments.0.url"),
    ("an id in capitals", 'id = "small"', 'id = "Small Scheme"', "id"),
    ("an edition that is a path", 'edition = "2026"', 'edition = "../2025"', "edition"),
    ("an expression as phrase", '"digital resources"', '"{{ 1 + 1 }}"', "kinds.0.names.by_language"),
    ("a comparison as phrase", '"digital resources"', '"number < 7"', "kinds.0.names.by_language"),
    ("a star inside a word", '"digital resources"', '"digi*al"', "kinds.0.names.by_language"),
    ("an alternative of nothing", '"can|may be used"', '"can||may be used"', "note.use.by_language"),
    ("a phrase that fits everything", '"digital resources"', '"[digital] [resources]"', "kinds.0.names.by_language"),
    ("a phrase of a star", '"digital resources"', '"*"', "kinds.0.names.by_language"),
    ("a phrase that begins anywhere", '"the power of .. competenc*"', '".. competenc*"', "series.titles.by_language"),
]


def test_the_small_scheme_is_right_before_it_is_spoilt() -> None:
    scheme = load_scheme(SMALL)
    assert (scheme.id, scheme.edition, scheme.valid_from) == ("small", "2026", date(2026, 1, 1))
    assert [entry.kind for entry in scheme.requirements] == ["course-1", "label"]
    assert scheme.requirement_for("label") is scheme.requirement("label")


@pytest.mark.parametrize(("before", "after", "key"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_file_is_refused_by_file_and_key(before: str, after: str, key: str) -> None:
    assert before in SMALL
    with pytest.raises(Problem) as refused:
        load_scheme(SMALL.replace(before, after, 1), "small.toml")
    assert refused.value.code == "scheme-wrong"
    found = str(refused.value.details["key"])
    assert refused.value.details["file"] == "small.toml"
    # Below a list of phrases the refusal may also name the language.
    assert found == key or found.startswith(f"{key}."), refused.value.details
    assert refused.value.details["reason"]
    assert "small.toml" in refused.value.in_english()
    assert key.split(".", maxsplit=1)[0] in refused.value.in_english()


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(SMALL.replace("A small", "Ein gro\u00dfes").encode("latin-1"))
    with pytest.raises(Problem, match="scheme-wrong") as refused:
        load_scheme(file)
    assert refused.value.details["file"] == "latin.toml"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="scheme-wrong") as refused:
        load_scheme(tmp_path / "none.toml")
    assert "none.toml" in str(refused.value.details["file"])


def test_every_shipped_file_is_loaded_and_pinned_by_its_bytes() -> None:
    folder = resources.files("lti_tool.scheme") / "data"
    sums = {hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir() if file.name.endswith(".toml")}
    assert {scheme.sha256 for scheme in (*shipped().schemes, *shipped().events)} == sums
    assert sums


def test_one_changed_byte_is_another_sum() -> None:
    assert load_scheme(SMALL).sha256 == hashlib.sha256(SMALL.encode()).hexdigest()
    assert load_scheme(SMALL + "\n").sha256 != load_scheme(SMALL).sha256


def test_a_scheme_cannot_be_changed_in_passing() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_scheme(SMALL).sample = 0.0  # type: ignore[misc]


def edition(name: str, valid_from: str, valid_until: str = "") -> str:
    """The small scheme as another edition."""
    period = f"valid_from = {valid_from}" + (f"\nvalid_until = {valid_until}" if valid_until else "")
    return SMALL.replace('edition = "2026"', f'edition = "{name}"').replace("valid_from = 2026-01-01", period)


EDITIONS = (edition("2024", "2024-01-01", "2025-12-31"), edition("2026", "2026-01-01"), edition("2027", "2027-06-01"))

# (the day, the edition in force on it)
IN_FORCE = [
    (date(2023, 12, 31), None),
    (date(2024, 1, 1), "2024"),
    (date(2025, 12, 31), "2024"),
    (date(2026, 1, 1), "2026"),
    (date(2027, 5, 31), "2026"),
    (date(2027, 6, 1), "2027"),
]


@pytest.mark.parametrize(("day", "expected"), IN_FORCE)
def test_the_edition_in_force_on_a_day(day: date, expected: str | None) -> None:
    catalogue = Catalogue.of(load_scheme(text) for text in reversed(EDITIONS))
    if expected is None:
        with pytest.raises(Problem, match="scheme-unknown"):
            catalogue.get("small", day=day)
    else:
        assert catalogue.get("small", day=day).edition == expected


def test_an_old_edition_stays_to_be_had() -> None:
    catalogue = Catalogue.of(load_scheme(text) for text in EDITIONS)
    assert catalogue.get("small", "2024").sha256 == load_scheme(EDITIONS[0]).sha256
    assert [scheme.edition for scheme in catalogue.latest()] == ["2027"]
    for wrong in (("small", "2025"), ("large", None)):
        with pytest.raises(Problem, match="scheme-unknown"):
            catalogue.get(*wrong, day=date(2026, 5, 1))


def sealwright(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "sealwright"
    return subprocess.run([str(program), "scheme", *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


def test_the_command_tells_a_right_file_from_a_wrong_one(tmp_path: Path) -> None:
    (tmp_path / "right.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(SMALL.replace('automatic = "read"', 'automatic = "always"'), encoding="utf-8")
    right, wrong, absent = (sealwright("check", f"{name}.toml", cwd=tmp_path) for name in ("right", "wrong", "absent"))
    assert (right.returncode, right.stderr) == (0, "")
    assert hashlib.sha256(SMALL.encode()).hexdigest() in right.stdout
    assert "2 requirements" in right.stdout
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "wrong.toml" in wrong.stderr
    assert "automatic" in wrong.stderr
    assert "[scheme-wrong]" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert absent.returncode == 2
    assert "absent.toml" in absent.stderr


def test_the_command_lists_the_editions(tmp_path: Path) -> None:
    listed = sealwright("list", "--json", cwd=tmp_path)
    assert listed.returncode == 0
    assert {(row["id"], row["sha256"]) for row in json.loads(listed.stdout)} == {
        (one.id, one.sha256) for one in (*shipped().schemes, *shipped().events)
    }
    assert "digital-competence" in sealwright("list", cwd=tmp_path).stdout
