"""Certificates of participation: organisers enter an event, choose who took part, confirm; everybody else sees their own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool import clock
from lti_tool.decision import events
from lti_tool.decision.freezing import digest
from lti_tool.decision.participation import MOST_AT_ONCE, confirm
from lti_tool.issuing.participants import MAKING, own, participants, under_way
from lti_tool.launch.roster import Roster
from lti_tool.launch.rosters import roster
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.web.choosing import Choice, Pasted, by_name, choices, pasted, shown
from lti_tool.web.errors import Told, told
from lti_tool.web.event_form import particulars
from lti_tool.web.guard import current_visit, installation, require_reviewer, tool_blueprint
from lti_tool.web.language import gettext as _
from lti_tool.web.progress import SOON

blueprint: Blueprint = tool_blueprint("participation")


@blueprint.before_request
def _only_organisers() -> Response | None:
    return None if request.endpoint == "participation.page" else require_reviewer()


@dataclass(frozen=True, slots=True)
class People:
    """The people of the course to choose from; without a roster `trouble` says why there are none."""

    every: tuple[Choice, ...] = ()
    roster: Roster | None = None
    trouble: Told | None = None


@blueprint.get("/participation")
def page() -> str:
    """Show organisers the events of their course, and everybody their own certificates of participation."""
    visit = current_visit()
    scheme = shipped().get_event_scheme()
    mine = own(installation(), visit)
    making = under_way(installation(), visit)
    if not visit.reviews:
        return render_template("pages/participation_own.html", certificates=mine, making=making, scheme=scheme, poll=SOON if making else 0)
    today = clock.today(visit.time_zone or scheme.time_zone)
    return render_template("pages/participation.html", events=events.events(installation(), visit), certificates=mine, scheme=scheme, today=today)


@blueprint.post("/participation")
def begin() -> Response:
    """Enter an event."""
    event_id = events.begin(installation(), current_visit(), particulars(request.form))
    return redirect(url_for("participation.event", event_id=event_id), 303)


@blueprint.get("/participation/<event_id>")
def event(event_id: str) -> str:
    """Show an event with its participants and how far their certificates are, and the people to choose from."""
    return _event_page(event_id, frozenset())


@blueprint.post("/participation/<event_id>/change")
def change(event_id: str) -> Response:
    """Correct an event of which nothing was certified."""
    events.change(installation(), current_visit(), event_id, particulars(request.form))
    return redirect(url_for("participation.event", event_id=event_id), 303)


@blueprint.post("/participation/<event_id>/remove")
def remove(event_id: str) -> Response:
    """Take away an event of which nothing was certified."""
    events.remove(installation(), current_visit(), event_id)
    flash(_("The event was removed."))
    return redirect(url_for("participation.page"), 303)


@blueprint.get("/participation/<event_id>/choose")
def choosing(event_id: str) -> Response:
    """Lead whoever comes back to the address of a form, as a reload does, to the page that has the form."""
    return redirect(url_for("participation.event", event_id=events.event(installation(), current_visit(), event_id).event.id), 303)


@blueprint.post("/participation/<event_id>/choose")
def choose(event_id: str) -> str:
    """Mark people without a script: all, nobody, those whose names were pasted; or go on to confirming them."""
    view = events.event(installation(), current_visit(), event_id)
    people = _people(event_id, refresh=request.form.get("mark") == "reload")
    chosen = frozenset(request.form.getlist("person")) & {one.sub for one in people.every if not one.hindrance}
    match request.form.get("mark"):
        case "all":
            chosen = frozenset(one.sub for one in shown(people.every, ()) if not one.hindrance)
        case "none":
            chosen = frozenset()
        case "pasted" if people.roster is not None:
            found = pasted(request.form.get("names", ""), people.every, people.roster)
            return _event_page(event_id, chosen | found.subs, people, found)
        case "go":
            return _confirm_page(view, _named(people, list(chosen)))
    return _event_page(event_id, chosen, people)


@blueprint.post("/participation/<event_id>/issue")
def issue(event_id: str) -> Response:
    """Confirm the chosen people exactly as they were shown; their certificates are made in the background."""
    view = events.event(installation(), current_visit(), event_id)
    chosen = _named(_people(event_id), request.form.getlist("person"), again=True)
    if request.form.get("seen") != seen(view, chosen):
        raise Problem("not-in-course")
    new = confirm(installation(), current_visit(), event_id, chosen)
    flash(_("Newly confirmed: %(new)s.") % {"new": new})
    return redirect(url_for("participation.event", event_id=event_id), 303)


def seen(view: events.EventView, chosen: dict[str, str]) -> str:
    """Return what stands for exactly this event with exactly these names: what is confirmed is what was shown."""
    return digest({"event": view.event.to_json(), "people": sorted([sub, name] for sub, name in chosen.items())})


def _people(event_id: str, *, refresh: bool = False) -> People:
    visit = current_visit()
    confirmed = {one.sub for one in participants(installation(), visit, event_id)}
    try:
        found = roster(installation(), visit, refresh=refresh)
    except Problem as problem:
        return People(trouble=told(problem, ""))
    return People(choices(found, visit, confirmed), found)


def _named(people: People, subs: list[str], *, again: bool = False) -> dict[str, str]:
    """Return sub → name as it will be certified. Who was confirmed meanwhile may be named `again`: nothing more happens to them."""
    if not subs:
        raise Problem("nobody-chosen")
    if len(set(subs)) > MOST_AT_ONCE:
        raise Problem("too-many-people", most=MOST_AT_ONCE)
    allowed = {"", "confirmed"} if again else {""}
    known = {one.sub: one for one in people.every if one.hindrance in allowed and one.name}
    if not set(subs) <= known.keys():
        raise Problem("not-in-course")
    return {sub: known[sub].name for sub in subs}


def _event_page(event_id: str, chosen: frozenset[str], people: People | None = None, found: Pasted | None = None) -> str:
    visit = current_visit()
    view = events.event(installation(), visit, event_id)
    people = people or _people(event_id)
    listed = participants(installation(), visit, event_id)
    making = sum(one.state == MAKING for one in listed)
    return render_template(
        "pages/participation_event.html",
        view=view,
        scheme=shipped().get_event_scheme(),
        people=people,
        shown=shown(people.every, chosen),
        chosen=chosen,
        pasted=found,
        participants=listed,
        making=making,
        poll=SOON if making else 0,
        over=view.event.ends_on <= clock.today(visit.time_zone or shipped().get_event_scheme().time_zone),
    )


def _confirm_page(view: events.EventView, chosen: dict[str, str]) -> str:
    people = sorted(chosen.items(), key=lambda one: by_name(one[1]))
    scheme = shipped().get_event_scheme()
    return render_template("pages/participation_confirm.html", view=view, scheme=scheme, people=people, seen=seen(view, chosen))
