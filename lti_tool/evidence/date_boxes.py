"""The boxes around a date that may hold its label: beside it, above or below."""

from __future__ import annotations

from lti_tool.evidence.layout import Document, Segment


def neighbours(document: Document, here: Segment) -> list[Segment]:
    """Return the boxes nearest to one that may label it: to its left (else to its right where nothing stands beyond), above, below."""
    left, top, right, bottom = here.box
    height = bottom - top
    beside: list[tuple[float, Segment]] = []
    above: list[tuple[float, Segment]] = []
    below: list[tuple[float, Segment]] = []
    behind: list[tuple[float, Segment]] = []
    for other in document.segments:
        if other.page != here.page or other is here:
            continue
        o_left, o_top, o_right, o_bottom = other.box
        middle = (top + bottom) / 2
        # A label of two lines is as tall as both.
        if (abs((o_top + o_bottom) / 2 - middle) < height * 0.6 or o_top < middle < o_bottom) and o_right <= left:
            beside.append((left - o_right, other))
        elif abs((o_top + o_bottom) / 2 - middle) < height * 0.6 and o_left >= right:
            behind.append((o_left - right, other))
        elif min(right, o_right) - max(left, o_left) > 0:
            if o_bottom <= top + height * 0.3 and top - o_bottom < 2.5 * height:
                above.append((top - o_bottom, other))
            elif o_top >= bottom - height * 0.3 and o_top - bottom < 2.5 * height:
                below.append((o_top - bottom, other))
    # Where labels stand at the right, there is nothing beyond them.
    last = behind if len(behind) == 1 and not beside else []
    return [min(group, key=lambda pair: pair[0])[1] for group in (beside, last, above, below) if group]
