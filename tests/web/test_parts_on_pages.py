"""A file of several certificates on the pages: each is named with its pages, to its owner and at the desk."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from conftest import PDF, mooc

from lti_tool.evidence.reading import Part, Reading
from lti_tool.launch.visit import Role

# Which pages of a file a certificate stands on, and how it is named.
NAMES = [((1, 1), "all.pdf, page 1"), ((2, 3), "all.pdf, pages 2–3"), (None, "all.pdf")]


def of_pages(pages: tuple[int, int] | None) -> Reading:
    reading = mooc(1, "Anna Ellis")
    return reading if pages is None else replace(reading, pages=3, part=Part(pages[0], 2, *pages))


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize(("pages", "name"), NAMES)
def test_a_part_is_named_with_its_pages(house, pages, name):
    anna = house.arrive()
    document = anna.add("all.pdf", PDF, of_pages(pages))
    application = anna.submit()
    staff = house.arrive("sam", role=Role.STAFF).client
    shown = [anna.client.get(f"/piece/{application}/{document}"), staff.get(f"/review/{application}")]
    assert [answer.status_code for answer in shown] == [200, 200]
    # Nothing follows the name of a file that is one certificate.
    assert all(re.search(re.escape(name) + r"(?!,)", plain(answer.text)) for answer in shown)


def test_the_checklist_names_the_pages(house):
    anna = house.arrive()
    anna.add("all.pdf", PDF, of_pages((2, 3)))
    assert "all.pdf, pages 2–3" in plain(anna.client.get("/apply").text)
