"""What a language knows of papers: months, how dates are labelled, what stands before a name, what says no.

Language files (`evidence/languages/*.toml`) hold only what is true of the language; what a scheme looks for is in its file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lti_tool.problem import Problem
from lti_tool.scheme.phrases import parse_phrase

DateLabel = Literal["issue", "completed", "period", "from", "printed", "reissued", "registered", "born", "valid", "other"]
Paper = Literal[
    "enrolment",
    "participation",
    "attendance",
    "programme",
    "sample",
    "unsigned",
    "provisional",
    "template",
    "curriculum-vitae",
    "refusal",
    "progress",
    "letter",
    "closing",
    "enclosure",
    "event",
    "application",
    "void",
    "conduct",
    "advert",
    "declaration",
]
Phrases = tuple[str, ...]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Dates(_Frozen):
    """Words of dates.

    `months` has one row for each month; `inside` are words between day, month and year, `suffixes` what hangs on a number, `days`
    the days of a month in words (ways of saying one are parted by ``|``), `spelled_years` the years from 2020 on likewise, `weekdays` the
    days of the week, `years` what hangs on a year, `until` what joins two dates, `plain`
    labels that say no more than "date", `printers` words for what papers are printed from: a system, a portal, a page.
    """

    months: Annotated[tuple[Phrases, ...], Field(min_length=12, max_length=12)]
    suffixes: Phrases = ()
    inside: Phrases = ()
    days: Phrases = ()
    spelled_years: Phrases = ()
    weekdays: Phrases = ()
    years: Phrases = ()
    plain: Phrases = ()
    until: Phrases = ()
    printers: Phrases = ()
    labels: dict[DateLabel, Phrases] = {}


class Holder(_Frozen):
    """What stands before or after the name of the person a certificate is for.

    `before` ends right before the name, `address` does so at the head of a letter, `label` heads a field that holds it, `after` follows it;
    `stop` are words that end a name; `titles` stand before a name and are not part of it; `others` label names of other people; `particles`
    are the small words inside names; words of `institutions` tell that a name is not a person's; `joins` stand between two people's names;
    `signing` stands before the name of who signs ("the undersigned");
    `staff` are those who teach, of whom a name's caption may speak ("name of the tutor"); `given` and `surname` head the two fields of a
    form that holds a name in two; `nouns` are words for a paper or for whom it is for, and for
    "this", with which sentences begin ("This badge was awarded to …").
    """

    before: Phrases = ()
    address: Phrases = ()
    label: Phrases = ()
    after: Phrases = ()
    stop: Phrases = ()
    titles: Phrases = ()
    others: Phrases = ()
    particles: Phrases = ()
    institutions: Phrases = ()
    joins: Phrases = ()
    staff: Phrases = ()
    signing: Phrases = ()
    given: Phrases = ()
    surname: Phrases = ()
    nouns: tuple[str, ...] = ()


class Statement(_Frozen):
    """What a certificate says: that something was completed, or its opposite.

    `hedge` makes the sentence of a note conditional, `condition` what is said to be completed after it in one sentence ("if", "when").
    `idle` holds words that deny and deny nothing of the course, "valid without a signature", `share` what stands after "40 %" of it;
    `outcome` heads a field of a form that tells how it ended, `results` any that tells how something ended, be it a payment; `asked` heads one
    that is answered with `yes`, with `no` or with a day; `instead` says of a letter that it is the certificate.
    """

    certificate: Phrases = ()
    completed: Phrases = ()
    unmet: Phrases = ()
    negation: Phrases = ()
    hedge: Phrases = ()
    condition: Phrases = ()
    idle: Phrases = ()
    share: Phrases = ()
    outcome: Phrases = ()
    results: Phrases = ()
    asked: Phrases = ()
    yes: Phrases = ()
    standing: Phrases = ()
    no: Phrases = ()
    instead: Phrases = ()


class Language(_Frozen):
    """One language file.

    `qualifiers` make an ordinary word of one that is a course's title alone ("final assessment"), `series` are words for a series of courses,
    `links` articles and prepositions that may stand before one and are not among the `common` words,
    `counters` what stands before the number of a course ("no."),
    `course` those for a course of it, `parts` those for what a course consists of, `ordinary`
    words of the language that deny in another one and not in this ("nu": now in Danish, not in Romanian).
    """

    code: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    name: str
    common: Annotated[Phrases, Field(min_length=3)]
    ordinary: Phrases = ()
    qualifiers: Phrases = ()
    series: Phrases = ()
    links: Phrases = ()
    counters: Phrases = ()
    course: Phrases = ()
    parts: Phrases = ()
    ordinals: Annotated[tuple[Phrases, ...], Field(max_length=6)] = ()
    cardinals: Annotated[tuple[Phrases, ...], Field(max_length=6)] = ()
    dates: Dates
    holder: Holder = Holder()
    statement: Statement = Statement()
    papers: dict[Paper, Phrases] = {}
    numbers: Phrases = ()

    @field_validator("papers")
    @classmethod
    def _papers_are_phrases(cls, value: dict[Paper, Phrases]) -> dict[Paper, Phrases]:
        for phrases in value.values():
            for phrase in phrases:
                parse_phrase(phrase)
        return value


@cache
def languages() -> tuple[Language, ...]:
    """Return every language. Raises Problem("scheme-wrong") naming file and key."""
    folder = resources.files("lti_tool.evidence") / "languages"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(load_language(file.read_text(encoding="utf-8"), file.name) for file in files)


def load_language(text: str, name: str) -> Language:
    """Read one language file. Raises Problem("scheme-wrong") naming file and key."""
    try:
        return Language.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Problem("scheme-wrong", file=name, key="the whole file", reason=str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise Problem("scheme-wrong", file=name, key=key, reason=first["msg"].removeprefix("Value error, ")) from None
