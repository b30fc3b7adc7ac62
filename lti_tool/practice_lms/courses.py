"""Courses as their staff arrange them: tools switched on, links added by hand, a course copied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.practice_lms import content_items, seeds
from lti_tool.practice_lms.catalogue import ACTIVE, MAXIMUM, Activity, Course, Tool
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.signing_in import checked_key, editing, session_key, signed_in

blueprint = Blueprint("courses", __name__)


def course_named(course_id: str | None) -> Course:
    """Return the course with this id, the first one without an id; 404 for unknown ones."""
    course = platform().catalogue.course(course_id or seeds.FIRST_COURSE)
    if course is None:
        abort(404)
    return course


@blueprint.get("/my/courses.php")
def index() -> str:
    """List every course."""
    signed_in()
    return render_template("practice_lms/courses.html", courses=platform().catalogue.courses())


@blueprint.get("/mod/lti/coursetools.php")
def tools_page() -> str:
    """Show the tools that may be switched on in a course."""
    editing()
    course, catalogue = course_named(request.args.get("id")), platform().catalogue
    rows = [(tool, catalogue.deployment(course.id, tool.id)) for tool in catalogue.tools() if tool.state == ACTIVE]
    return render_template("practice_lms/course_tools.html", course=course, rows=rows, sesskey=session_key(), manner=platform().manner)


@blueprint.post("/mod/lti/coursetools.php")
def switch_tool() -> AnyResponse:
    """Show a tool in the course's activity chooser, or hide it; in Canvas's manner this makes a deployment."""
    editing()
    checked_key()
    course, tool = course_named(request.form.get("id")), active_tool(request.form.get("tool"))
    if request.form.get("show"):
        platform().catalogue.place(course.id, tool.id, seeds.deployment_of(platform().manner, course.id, tool.id))
    else:
        platform().catalogue.displace(course.id, tool.id)
    return redirect(url_for("courses.tools_page", id=course.id), 303)


@blueprint.get("/course/modedit.php")
def edit_page() -> str:
    """Show the form of a new link, filled in with what was chosen in the tool if something was."""
    person = editing()
    course, tool = course_named(request.args.get("course")), active_tool(request.args.get("tool"))
    chosen = platform().catalogue.draft(request.args.get("draft"), person.id)
    fields = content_items.fields_of(chosen[0]) if chosen else content_items.blank()
    return render_template("practice_lms/edit.html", course=course, tool=tool, fields=fields, chosen=bool(chosen), sesskey=session_key())


@blueprint.post("/course/modedit.php")
def save() -> AnyResponse:
    """Make the link that the form describes."""
    editing()
    checked_key()
    course, tool = course_named(request.form.get("course")), active_tool(request.form.get("tool"))
    [made] = platform().catalogue.keep_activities([link_of(course, tool, request.form)])
    flash(f"“{made.title}” is in the course now.")
    return redirect(url_for("pages.course_page", id=course.id), 303)


@blueprint.post("/course/moddelete.php")
def delete() -> AnyResponse:
    """Remove a link from its course."""
    editing()
    checked_key()
    activity = platform().catalogue.activity(request.form.get("id"))
    if activity is None:
        abort(404)
    platform().catalogue.drop_activity(activity.id)
    return redirect(url_for("pages.course_page", id=activity.course), 303)


@blueprint.post("/course/copy.php")
def copy() -> AnyResponse:
    """Copy a course: new ids for it, its links and its line items, the same custom parameters."""
    editing()
    checked_key()
    opened, course = platform(), course_named(request.form.get("id"))
    made = opened.catalogue.keep_course(replace(course, id="", label=f"{course.label}-COPY", title=f"{course.title} (copy)"))
    links = opened.catalogue.activities(course.id)
    for tool in {link.tool for link in links}:
        opened.catalogue.place(made.id, tool, seeds.deployment_of(opened.manner, made.id, tool))
    opened.catalogue.keep_activities(replace(link, id="", course=made.id, item=None if link.item is None else "") for link in links)
    flash("This is the copy: every link in it is a new one.")
    return redirect(url_for("pages.course_page", id=made.id), 303)


def active_tool(tool_id: str | None) -> Tool:
    """Return the active tool with this id, or answer 404."""
    tool = platform().catalogue.tool(tool_id or "")
    if tool is None or tool.state != ACTIVE:
        abort(404)
    return tool


def link_of(course: Course, tool: Tool, form: MultiDict[str, Any]) -> Activity:
    """Return the link that a sent form describes; 400 for one without a name, and where the tool is not switched on."""
    title = form.get("name", "").strip()
    if not title or platform().catalogue.deployment(course.id, tool.id) is None:
        abort(400)
    return Activity(
        id="",
        course=course.id,
        tool=tool.id,
        title=title[:255],
        about=form.get("about", ""),
        custom=content_items.parsed(form.get("custom", "")),
        url=form.get("url", ""),
        item="" if form.get("graded") else None,
        maximum=form.get("maximum", MAXIMUM, type=float),
        resource_id=form.get("resource_id", ""),
        tag=form.get("tag", ""),
        review_url=form.get("review_url", ""),
    )
