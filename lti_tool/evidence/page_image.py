"""A page as pixels, for the reviewer and the applicant: drawn in the same kind of child, never the document itself."""

from __future__ import annotations

from typing import Final

from lti_tool.evidence.reader import shared_reader
from lti_tool.problem import Problem

WIDEST: Final = 2400


def page_png(content: bytes, page: int, width: int) -> bytes:
    """Return page `page` (from 1) of a PDF or picture as a PNG `width` pixels wide (at most 2400), with no metadata.

    Raises Problem("page-not-shown") where there is nothing to show.
    """
    if not content or page < 1 or not 1 <= width <= WIDEST:
        raise Problem("page-not-shown", note=f"{len(content)} bytes, page {page}, width {width}")
    return shared_reader().page_png(content, page, width)
