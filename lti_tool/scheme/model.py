"""A scheme as data: what must be shown, by which rules it is judged, and what is awarded.

Files of `scheme/data` are read into these values. Nothing in them is an expression: checks are named, and what a phrase may
look like is said in `scheme/phrases.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lti_tool.scheme.phrases import parse_phrase

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Address = Annotated[str, Field(pattern=r"^https://[^\s]+$", max_length=300)]

# The checks that a scheme file may name; `checks/pieces.py` and `checks/dossiers.py` hold them under the same names.
PIECE_CHECKS: Final = ("kind", "holder", "fresh", "not-in-future", "disclaimer", "doubts", "seen-with-others")
DOSSIER_CHECKS: Final = ("complete", "different", "duplicate-in-application")


class Frozen(BaseModel):
    """A value that can't be changed and takes no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class PhraseLists(Frozen):
    """Phrases per language (ISO 639-1 code); `every()` gives those of all languages."""

    by_language: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], tuple[str, ...]]

    @model_validator(mode="before")
    @classmethod
    def _from_table(cls, value: object) -> object:
        return {"by_language": value} if isinstance(value, dict) and "by_language" not in value else value

    @field_validator("by_language")
    @classmethod
    def _phrases_are_understood(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for phrases in value.values():
            for phrase in phrases:
                parse_phrase(phrase)
        return value

    def every(self) -> tuple[str, ...]:
        """Return the phrases of every language, without repeats, in the order of the file."""
        return tuple(dict.fromkeys(phrase for phrases in self.by_language.values() for phrase in phrases))


class Declaration(Frozen):
    """A step that the applicant declares and that no document proves."""

    id: Slug
    title: Text
    help: Text
    url: Address


class Kind(Frozen):
    """A kind of document that the scheme knows: `number` and `names` tell the courses of one series apart."""

    id: Slug
    family: Literal["mooc", "nql"]
    title: Text
    number: Annotated[int, Field(strict=True, ge=1, le=9)] | None = None
    names: PhraseLists = PhraseLists(by_language={})


class Series(Frozen):
    """How a certificate of the course series is known: by the title of the series, or by two facts together.

    `organisers` and `subjects` corroborate a course that names its number and its area but not the series; where the paper speaks of a
    series without its title, `described` does, perhaps with the `framework` that it follows.
    """

    titles: PhraseLists
    organisers: tuple[str, ...]
    subjects: PhraseLists
    described: PhraseLists = PhraseLists(by_language={})
    framework: PhraseLists = PhraseLists(by_language={})


class Label(Frozen):
    """How a label's certificate is known: `names`, and `rivals`, the labels that are something else."""

    names: PhraseLists
    context: tuple[str, ...]
    rivals: PhraseLists


class Note(Frozen):
    """The special indication on a label, as four groups of phrases that one sentence must hold.

    The sentence speaks of this document (`subject`), says that it serves (`use`), for an application or as evidence
    (`purpose`), about the matter of the scheme (`matter`). Negations and conditions are language facts, not the scheme's.
    """

    subject: PhraseLists
    use: PhraseLists
    purpose: PhraseLists
    matter: PhraseLists


class Rules(Frozen):
    """The rules that every piece of evidence is judged by.

    `fresh_years` counts calendar years, both days included, to the application date; `name` is the rule that the holder is
    compared by.
    """

    fresh_years: Annotated[int, Field(strict=True, ge=1, le=50)]
    name: Literal["same-person"]


class Requirement(Frozen):
    """One thing the scheme asks for: a document of `kind` that passes `checks`."""

    id: Slug
    title: Text
    help: Text
    kind: Slug
    checks: tuple[str, ...]

    @field_validator("checks")
    @classmethod
    def _checks_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known(value, PIECE_CHECKS)


class Alignment(Frozen):
    """What the award corresponds to in a published framework."""

    name: Text
    url: Address
    framework: Text
    code: Annotated[str, Field(max_length=80)] = ""


class Award(Frozen):
    """What is granted; `sentence` follows the holder's name; `valid_years` None for a certificate that does not expire."""

    id: Slug
    title: Text
    sentence: Text
    level: Annotated[str, Field(max_length=20)] = ""
    areas: tuple[Text, ...] = ()
    description: Text
    criteria: Text
    valid_years: Annotated[int, Field(strict=True, ge=1, le=50)] | None = None
    alignments: tuple[Alignment, ...] = ()


class Edition(Frozen):
    """What every edition says, whatever its awards rest on; `sha256` is that of the file it was read from."""

    id: Slug
    edition: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z.-]{0,39}$")]
    valid_from: date
    valid_until: date | None = None
    title: Text
    summary: Text
    time_zone: Annotated[str, Field(pattern=r"^[A-Za-z_]+(/[A-Za-z_+-]+)*$")]
    award: Award
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    def __hash__(self) -> int:
        return hash(self.sha256)


class EventScheme(Edition):
    """An edition whose awards rest on an event that its organisers know: no evidence, and never without a person.

    The certificate adds the event's title, dates and length to the award's words.
    """

    basis: Literal["event"]
    automatic: Literal["never"]

    __hash__ = Edition.__hash__


class Scheme(Edition):
    """An edition whose awards rest on evidence.

    `automatic` says how much proof a decision without a person needs, `sample` the share of such decisions that a person
    sees all the same (design rule 2).
    """

    automatic: Literal["never", "proved", "read"]
    sample: Annotated[float, Field(strict=True, ge=0, le=1)]
    checks: tuple[str, ...]
    rules: Rules
    declarations: tuple[Declaration, ...] = ()
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    series: Series
    label: Label
    note: Note

    __hash__ = Edition.__hash__

    @field_validator("checks")
    @classmethod
    def _checks_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known(value, DOSSIER_CHECKS)

    def kind(self, kind_id: str) -> Kind:
        """Return the kind of this id. Raises KeyError."""
        return next((kind for kind in self.kinds if kind.id == kind_id), None) or _missing(kind_id)

    def requirement(self, requirement_id: str) -> Requirement | None:
        """Return the requirement of this id, or None."""
        return next((entry for entry in self.requirements if entry.id == requirement_id), None)

    def requirement_for(self, kind_id: str | None) -> Requirement | None:
        """Return the requirement that a document of this kind belongs to, or None."""
        return next((entry for entry in self.requirements if entry.kind == kind_id), None)


def _missing(kind_id: str) -> Kind:
    raise KeyError(kind_id)


def _known(named: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    for name in named:
        if name not in known:
            raise ValueError(f"there is no check {name!r}; the checks here are {', '.join(known)}")
    if len(set(named)) != len(named):
        raise ValueError("a check is named twice")
    return named
