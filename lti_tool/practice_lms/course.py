"""The one course: its two activities, and the link that only staff see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ID: Final = "2"
LABEL: Final = "CERT"
TITLE: Final = "Apply for your certificate"
DEPLOYMENT: Final = "1"


@dataclass(frozen=True, slots=True)
class Activity:
    """A link to the tool: `opens` is its custom parameter ``activity``; `item` its line item's id, or None if not graded."""

    id: str
    title: str
    opens: str
    item: str | None
    about: str


ACTIVITIES: Final = (
    Activity(
        "1",
        "Apply for your digital competencies certificate here!",
        "apply",
        "2",
        "Submit your six course certificates and your National Quality Label certificate.",
    ),
    # Not graded, so its launches carry no line item: a tool must bear that.
    Activity("2", "Final certificate", "final", None, "Find your certificate here once it has been awarded."),
)
REVIEW: Final = Activity("3", "Review applications", "review", None, "Applications that wait for a person.")


def find(activity_id: str | None) -> Activity | None:
    """Return the link with this id, or None."""
    return next((activity for activity in (*ACTIVITIES, REVIEW) if activity.id == activity_id), None)


def graded(item_id: str) -> Activity | None:
    """Return the activity whose line item has this id, or None."""
    return next((activity for activity in ACTIVITIES if activity.item == item_id), None)
