"""Deep linking: an instructor chooses what to put into the course, and the platform gets the links (LTI Deep Linking 2.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, g, render_template, request

from lti_tool.launch.claims import origin, text
from lti_tool.launch.deep_linking_response import Choice, answer
from lti_tool.launch.equipment import equipment
from lti_tool.launch.visit import DeepLinking
from lti_tool.problem import Problem
from lti_tool.web.guard import current_visit, installation, tool_blueprint
from lti_tool.web.offers import Offer, offers

blueprint: Blueprint = tool_blueprint("choose")

# Of a link's title; the record and Moodle's field hold as much.
MOST_TITLE: Final = 255


def require_choosing() -> None:
    """Let only a launch past that the platform made for choosing; who may choose was decided at the launch."""
    _asked()


blueprint.before_request(require_choosing)


def _asked() -> DeepLinking:
    asked = current_visit().deep_linking
    if asked is None:
        raise Problem("nothing-to-choose")
    return asked


@blueprint.get("/choose")
def page() -> str:
    """Show what can be put into the course, each with a small picture of what people will see."""
    return render_template("pages/choose.html", offers=offers(current_visit()), asked=_asked(), most=MOST_TITLE)


@blueprint.post("/choose")
def choose() -> str:
    """Answer the platform with the links that were chosen; without any, or cancelled, the platform closes the choice."""
    visit, asked, here = current_visit(), _asked(), installation()
    choices = () if "cancel" in request.form else _chosen(request.form, asked)
    with here.database.write() as db:
        message = answer(db, visit, choices, equipment(here).ring.lti, here.settings.base_url)
    # This answer's form leads to the platform, and nowhere else.
    g.form_action = (origin(asked.return_url) or "",)
    return render_template("pages/choose_done.html", asked=asked, message=message, choices=choices)


def _chosen(form: Mapping[str, str], asked: DeepLinking) -> tuple[Choice, ...]:
    known = {offer.key: offer for offer in offers(current_visit())}
    keys = list(dict.fromkeys(request.form.getlist("chosen")))
    if not known.keys() >= set(keys) or (len(keys) > 1 and not asked.several):
        raise Problem("bad-request")
    in_frame = asked.frames and (form.get("opens") != "window" or not asked.windows)
    return tuple(_choice(known[key], form, graded=asked.grades, in_frame=in_frame) for key in keys)


def _choice(offer: Offer, form: Mapping[str, str], *, graded: bool, in_frame: bool) -> Choice:
    return Choice(
        activity=offer.activity,
        scheme_id=offer.scheme_id,
        title=text(form.get(f"title-{offer.key}"), MOST_TITLE) or offer.title,
        text=offer.text,
        graded=graded and offer.gradable and f"graded-{offer.key}" in form,
        in_frame=in_frame,
    )
