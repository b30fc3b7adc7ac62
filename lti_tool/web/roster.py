"""Staff's overview of a course: who has not begun, collects, waits or was awarded, from the roster and this tenant's applications."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.decision.overview import Progress, Stage, progress
from lti_tool.launch.roster import Member, Roster
from lti_tool.launch.rosters import roster
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.web.choosing import by_name
from lti_tool.web.errors import Told, told
from lti_tool.web.guard import current_visit, installation, require_reviewer, tool_blueprint
from lti_tool.web.language import gettext as _

blueprint: Blueprint = tool_blueprint("roster")
blueprint.before_request(require_reviewer)

MOST_SHOWN: Final = 2000
# What spreadsheets would take for a formula (CWE-1236).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Course:
    """The people of the overview; without a roster `trouble` says why only those who applied are there.

    `elsewhere` counts people of this tenant who applied and are not in this course's list.
    """

    people: tuple[Progress, ...]
    roster: Roster | None
    trouble: Told | None
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar: how many people stand there, and where it begins and ends in a thousand."""

    stage: Stage
    word: str
    icon: str
    count: int
    start: int
    width: int


def stage_word(stage: Stage) -> str:
    """Say a stage in the reader's language."""
    return {
        Stage.NOT_BEGUN: _("not begun"),
        Stage.COLLECTING: _("collecting documents"),
        Stage.WAITING: _("submitted, waits for a person"),
        Stage.CHANGES: _("asked for changes"),
        Stage.AWARDED: _("awarded"),
        Stage.REFUSED: _("refused"),
        Stage.WITHDRAWN: _("withdrawn"),
    }[stage]


ICONS: Final = {
    Stage.NOT_BEGUN: ("circle", "text-faint"),
    Stage.COLLECTING: ("file-earmark-text", "text-good"),
    Stage.WAITING: ("eye", "text-attention"),
    Stage.CHANGES: ("chat-left-text", "text-attention"),
    Stage.AWARDED: ("award", "text-good"),
    Stage.REFUSED: ("x-circle-fill", "text-wrong"),
    Stage.WITHDRAWN: ("arrow-repeat", "text-faint"),
}


@blueprint.get("/roster")
def page() -> str:
    """Show how far everybody is; ``?stage=`` shows the people of one stage."""
    course = _course()
    asked = request.args.get("stage", "")
    chosen = Stage(asked) if asked in set(Stage) else None
    people = [one for one in course.people if chosen is None or one.stage is chosen]
    return render_template(
        "pages/roster.html",
        course=course,
        people=people[:MOST_SHOWN],
        found=len(people),
        parts=parts(course.people),
        chosen=chosen,
        stage_word=stage_word,
        icons=ICONS,
        scheme=shipped().get(current_visit().scheme_id),
    )


@blueprint.post("/roster/reload")
def reload() -> AnyResponse:
    """Ask the platform for the list again."""
    _roster(refresh=True)
    return redirect(url_for("roster.page"), 303)


@blueprint.get("/roster.csv")
def table() -> Response:
    """Return everybody as a table for a spreadsheet; no cell of it can be taken for a formula."""
    course, scheme = _course(), shipped().get(current_visit().scheme_id)
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow([_("Name"), _("State"), _("Found"), _("Asked for"), _("Submitted on")])
    for one in course.people:
        day = one.submitted_at.date().isoformat() if one.submitted_at else ""
        found = "" if one.found is None or one.stage not in {Stage.NOT_BEGUN, Stage.COLLECTING, Stage.CHANGES} else str(one.found)
        writer.writerow([plain(cell) for cell in (one.name, stage_word(one.stage), found, str(one.asked), day)])
    # Spreadsheets take a file for UTF-8 by its mark.
    headers = {"Content-Disposition": f'attachment; filename="{scheme.id}-overview.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


def plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def parts(people: Iterable[Progress]) -> tuple[Part, ...]:
    """Return the parts of the bar in the order of the way, those with nobody left out."""
    counts = Counter(one.stage for one in people)
    everybody = sum(counts.values())
    found: list[Part] = []
    before = 0
    for stage in (one for one in Stage if counts[one]):
        start, end = before * 1000 // everybody, (before + counts[stage]) * 1000 // everybody
        found.append(Part(stage, stage_word(stage), ICONS[stage][0], counts[stage], start, end - start))
        before += counts[stage]
    return tuple(found)


def _course() -> Course:
    applied = progress(installation(), current_visit())
    found, trouble = _roster()
    if found is None:
        return Course(_sorted(one for one in applied.values()), None, trouble, 0)
    asked = len(shipped().get(current_visit().scheme_id).requirements)
    members = {member.user_id: member.full_name for member in found.members if member.user_id in applied or _may_apply(member)}
    people = [_in_course(sub, name, applied.get(sub), asked) for sub, name in members.items()]
    return Course(_sorted(people), found, None, len(applied.keys() - members.keys()))


def _may_apply(member: Member) -> bool:
    """Leave out whoever left the course, or teaches in it and has not applied: they are not awaited. Rights don't follow from this."""
    return member.active and not member.teaches


def _in_course(sub: str, name: str, applied: Progress | None, asked: int) -> Progress:
    if applied is None:
        return Progress(sub, name, Stage.NOT_BEGUN, 0, asked, 0, None, None)
    return Progress(
        sub, name or applied.name, applied.stage, applied.found, applied.asked, applied.documents, applied.submitted_at, applied.application_id
    )


def _sorted(people: Iterable[Progress]) -> tuple[Progress, ...]:
    return tuple(sorted(people, key=lambda one: (not one.name, by_name(one.name), one.sub)))


def _roster(*, refresh: bool = False) -> tuple[Roster | None, Told | None]:
    try:
        return roster(installation(), current_visit(), refresh=refresh), None
    except Problem as problem:
        return None, told(problem, "")
