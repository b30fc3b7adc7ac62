"""Applications: folders of seven documents of one person, and what may be wrong with one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import scans

from documents import files, recipes
from documents.days import fresh_day, oldest
from documents.people import Person, anybody, people, printed
from documents.producers.each import any_producer, render_all
from documents.recipes import Making
from documents.truth import ACCEPT, DAY, Applicant, Draft, seeded
from documents.words import MAIN, languages, words

# What may be the matter, and the right outcomes, the wanted one first.
CASES: dict[str, tuple[str, ...]] = {
    "all-seven": ("award",),
    "many-languages": ("award",),
    "one-missing": ("incomplete",),
    "somebody-elses": ("reject", "review"),
    "one-too-old": ("reject", "review"),
    "label-without-note": ("reject", "review"),
    "course-twice": ("incomplete",),
    "and-a-cv": ("award",),
    "same-file-twice": ("award",),
    "scans": ("award", "review"),
    "one-ambiguous": ("review",),
    "one-locked": ("review", "incomplete"),
    "two-courses-in-one-file": ("award", "review"),
    "borrowed": ("reject", "review"),
    "one-patched": ("review", "reject"),
}


@dataclass(frozen=True)
class Folder:
    """The files of one application: names and contents, the applicant, the case and the right outcomes."""

    name: str
    applicant: Applicant
    case: str
    allowed: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]


@dataclass
class _Plan:
    """What a folder is made from: seven drafts (courses 1 to 6, then the label), and more files."""

    rng: Random
    case: str
    person: Person
    drafts: list[Draft]
    language: str


def make(seed: int, count: int, chosen: Sequence[str] = ()) -> list[Folder]:
    """Make folders, case after case; every program is started once for all of them."""
    names = list(chosen or CASES)
    plans = [_planned(seeded(f"folder-{seed}-{index}"), names[index % len(names)]) for index in range(count)]
    rendered = iter(render_all([draft for plan in plans for draft in plan.drafts]))
    made: list[Folder] = []
    for index, plan in enumerate(plans):
        contents = [_spoilt(draft, next(rendered)) for draft in plan.drafts]
        made.append(_folder(plan, f"{seed}-{index:03}-{plan.case}", contents, made))
    return made


def _planned(rng: Random, case: str) -> _Plan:
    plan = _plan(rng, case)
    change = _CHANGES.get(case)
    if change:
        plan.drafts += change(plan) or []
    return plan


def _folder(plan: _Plan, name: str, contents: list[bytes], before: Sequence[Folder]) -> Folder:
    rng, case = plan.rng, plan.case
    if case == "scans":
        contents = [scans.scan(pdf, rng, kind=rng.choice(["clean", "scanned", "pdf", "exif", "grey"])) for pdf in contents]
    if case == "same-file-twice":
        contents.append(contents[rng.randrange(7)])
    if case == "two-courses-in-one-file":
        contents = [files.merged(contents[0], contents[3]), *contents[1:3], *contents[4:]]
    named = [(f"{number}-{rng.choice(['certificate', 'scan', 'doc', 'IMG'])}{_suffix(pdf)}", pdf) for number, pdf in enumerate(contents, start=1)]
    if case == "borrowed":
        earlier = rng.choice([folder for folder in before if folder.applicant != plan.person.applicant])
        named[0] = ("1-certificate.pdf", earlier.files[0][1])
    return Folder(name, plan.person.applicant, case, CASES[case], tuple(named))


def _plan(rng: Random, case: str) -> _Plan:
    many = case == "many-languages"
    language = rng.choice([each for each in languages() if each in MAIN])
    person = anybody(rng, language)
    drafts = []
    for number in range(1, 8):
        spoken = rng.choice([language, "en", *person.languages]) if many else language
        spoken = spoken if spoken in languages() else language
        making = _making(rng, spoken, person)
        draft = recipes.good_label(making) if number == 7 else making.of_course(making.course(number=number), ACCEPT)
        drafts.append(replace(draft, producer=any_producer(rng), name=f"{number}"))
    return _Plan(rng, case, person, drafts, language)


def _making(rng: Random, language: str, person: Person) -> Making:
    making = Making(rng, language)
    making.person, making.name, making.day = person, printed(rng, person, language), DAY
    making.issued = fresh_day(rng, DAY)
    return making


def _suffix(content: bytes) -> str:
    return ".png" if content.startswith(b"\x89PNG") else ".jpg" if content.startswith(b"\xff\xd8") else ".pdf"


def _spoilt(draft: Draft, pdf: bytes) -> bytes:
    for step in draft.after:
        pdf = step(pdf, seeded(draft.name))
    return pdf


def _one(plan: _Plan, recipe: Callable[[Making], Draft], number: int | None = None) -> None:
    """Put another draft in the place of one of the courses."""
    at = plan.rng.randrange(6) if number is None else number - 1
    making = _making(plan.rng, plan.language, plan.person)
    plan.drafts[at] = replace(recipe(making), name=f"{at + 1}")


def _missing(plan: _Plan) -> None:
    plan.drafts.pop(plan.rng.randrange(7))


def _somebody_elses(plan: _Plan) -> None:
    at = plan.rng.randrange(1, 7)
    strangers = [
        *plan.person.others,
        *(f"{each.applicant.given} {each.applicant.family}" for each in plan.rng.sample(people(), 2) if each != plan.person),
    ]
    name = plan.rng.choice(strangers)
    _one(plan, lambda making: making.of_course(making.course(number=at, name=name), ACCEPT), at)


def _too_old(plan: _Plan) -> None:
    at, issued = plan.rng.randrange(1, 7), oldest(DAY) - timedelta(days=plan.rng.choice([1, 2, 30, 400]))
    _one(plan, lambda making: making.of_course(making.course(number=at, issued=issued), ACCEPT), at)


def _without_note(plan: _Plan) -> None:
    recipe = plan.rng.choice([recipes.label_plain, recipes.label_negated, recipes.label_conditional])
    plan.drafts[6] = replace(recipe(_making(plan.rng, plan.language, plan.person)), name="7")


def _course_twice(plan: _Plan) -> None:
    at, twice = plan.rng.sample(range(1, 7), 2)
    _one(plan, lambda making: making.of_course(making.course(number=twice), ACCEPT), at)


def _and_a_cv(plan: _Plan) -> list[Draft]:
    making = _making(plan.rng, plan.language, plan.person)
    return [replace(recipes.WRONG["cv"][1](making), name="8")]


def _ambiguous(plan: _Plan) -> None:
    at = plan.rng.randrange(1, 7)

    def recipe(making: Making) -> Draft:
        making.language, making.words = "en", words("en")
        return making.of_course(making.course(number=at, shown="10/12/2024"), ACCEPT)

    _one(plan, recipe, at)


def _locked(plan: _Plan) -> None:
    at = plan.rng.randrange(7)
    plan.drafts[at] = replace(plan.drafts[at], after=[lambda pdf, rng: files.locked(pdf)])


def _patched(plan: _Plan) -> None:
    at, applicant = plan.rng.randrange(1, 7), plan.person.applicant
    name = plan.rng.choice(plan.person.others)

    def recipe(making: Making) -> Draft:
        draft = making.of_course(making.course(number=at, name=name), ACCEPT)
        style = replace(draft.style, hyphenate=False, columns=False)
        return replace(draft, style=style, after=[lambda pdf, rng: files.patched(pdf, name, f"{applicant.given} {applicant.family}")])

    _one(plan, recipe, at)


_CHANGES: dict[str, Callable[[_Plan], list[Draft] | None]] = {
    "one-missing": _missing,
    "somebody-elses": _somebody_elses,
    "one-too-old": _too_old,
    "label-without-note": _without_note,
    "course-twice": _course_twice,
    "and-a-cv": _and_a_cv,
    "one-ambiguous": _ambiguous,
    "one-locked": _locked,
    "one-patched": _patched,
}
