"""Content items of deep linking, as Moodle's form of a new activity understands them (LTI Deep Linking 2.0, 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lti_tool.practice_lms.catalogue import MAXIMUM


class MoodleCrash(Exception):
    """What Moodle shows when a content item is more than it can bear: an error page, status 500."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of the form; `custom` is written one ``name=value`` a line."""

    name: str
    about: str
    url: str
    custom: str
    graded: bool
    maximum: float
    resource_id: str
    tag: str
    review_url: str


def blank() -> Fields:
    """Return an empty form; made by hand, an activity is graded."""
    return Fields(name="", about="", url="", custom="", graded=True, maximum=MAXIMUM, resource_id="", tag="", review_url="")


def fields_of(item: Mapping[str, Any]) -> Fields:
    """Return the form that a content item fills in. An item without `lineItem` switches grading off. Raises MoodleCrash."""
    line_item = item.get("lineItem") if isinstance(item.get("lineItem"), dict) else None
    graded: Mapping[str, Any] = line_item or {}
    review = graded.get("submissionReview")
    return Fields(
        name=str(item.get("title") or ""),
        about=str(item.get("text") or ""),
        url=str(item.get("url") or ""),
        custom=_custom(item),
        graded=line_item is not None,
        maximum=float(graded.get("scoreMaximum") or MAXIMUM),
        resource_id=str(graded.get("resourceId") or ""),
        tag=str(graded.get("tag") or ""),
        review_url=str(review.get("url") or "DEFAULT") if isinstance(review, dict) else "",
    )


def form_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same as the fields of a sent form. Raises MoodleCrash."""
    fields = asdict(fields_of(item))
    return {**fields, "graded": "1" if fields["graded"] else ""}


def parsed(custom: str) -> dict[str, str]:
    """Return custom parameters from their lines."""
    pairs = (line.partition("=") for line in custom.splitlines())
    return {name.strip(): value.strip() for name, mark, value in pairs if mark and name.strip()}


def _custom(item: Mapping[str, Any]) -> str:
    if "custom" not in item:
        return ""
    custom = item["custom"]
    # PHP reads {} as an empty array, and this function of Moodle's insists on an object.
    if not isinstance(custom, dict) or not custom:
        raise MoodleCrash("Exception - params_to_string(): Argument #1 ($params) must be of type object, array given")
    return "\n".join(f"{name}={value}" for name, value in custom.items())
