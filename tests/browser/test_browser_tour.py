"""A walk over every page, wide and narrow: nothing sticks out, an accessibility engine has nothing to say, pictures for people to look at.

The pictures lie in the test's folder, or in the one that SEALWRIGHT_SCREENSHOTS names.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
import story
from playwright.sync_api import Frame, Page, expect
from story import APPLY, FINAL, REVIEW, Demo, Opener, Visitor, until

pytestmark = pytest.mark.browser

STAFF, ADMINISTRATOR = "3", "2"
WIDTHS = (390, 1280)
# Pictures far below wait until somebody scrolls there.
PICTURES_DRAWN = "[...document.images].every(img => { img.loading = 'eager'; return img.complete && img.naturalWidth > 0; })"


@dataclass
class Tour:
    """Looks at pages and keeps what is wrong with them."""

    folder: Path
    wrong: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str) -> None:
        until(lambda: bool(page.evaluate(PICTURES_DRAWN)), f"the pictures of {name} are drawn")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=self.folder / f"{width}-{name}.png", full_page=True, animations="disabled")
            if story.wider_than_its_window(page):
                self.wrong.append(f"{name}: wider than {width} pixels")
            self.wrong += [f"{name} at {width} pixels: {complaint}" for complaint in story.complaints(page)]

    def look_inside(self, page: Page, frame: Frame, name: str) -> None:
        """Look at the page in a frame: narrow windows make narrow frames."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=self.folder / f"{width}-{name}.png", full_page=True, animations="disabled")
            if story.wider_than_its_window(frame):
                self.wrong.append(f"{name}: wider than its frame at {width} pixels")
            self.wrong += [f"{name} at {width} pixels: {complaint}" for complaint in story.complaints(frame)]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SEALWRIGHT_SCREENSHOTS") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_every_page(demo: Demo, browser: Opener, pictures: Path) -> None:
    tour = Tour(pictures)
    teacher = Visitor.arrive(demo, browser(), "5")
    pages_of_the_lms(tour, teacher)
    pages_of_a_teacher(tour, teacher)
    pages_of_staff(tour, Visitor.arrive(demo, browser(), "7"), Visitor.arrive(demo, browser(), STAFF))
    pages_for_anybody(tour, teacher, browser().new_page())
    assert tour.wrong == []


def test_every_page_of_connecting(demo: Demo, browser: Opener, pictures: Path) -> None:
    tour = Tour(pictures)
    administrator = Visitor.arrive(demo, browser(), ADMINISTRATOR)
    pages_of_managing(tour, administrator)
    pages_of_registration(tour, administrator)
    pages_of_messages(tour, administrator)
    assert tour.wrong == []


def pages_of_the_lms(tour: Tour, teacher: Visitor) -> None:
    page, lms = teacher.page, teacher.demo.lms_url
    for name, address in (("course", "/course/view.php"), ("grades", "/grade/report.php"), ("documents", "/documents"), ("nowhere", "/nowhere")):
        page.goto(lms + address)
        tour.look(page, f"lms-{name}")
    teacher.open(APPLY, "frame")
    tour.look(page, "lms-activity")


def pages_of_a_teacher(tour: Tour, teacher: Visitor) -> None:
    right, wrong = teacher.documents("right"), teacher.documents("wrong")
    teacher.open(FINAL, "frame")
    final = story.page_of(teacher.open(FINAL, "window"))
    tour.look(final, "final-not-yet")
    final.close()
    tool = story.page_of(teacher.open(APPLY, "window"))
    tour.look(tool, "apply-empty")
    story.drop(tool, wrong)
    story.wait_until_read(tool, len(wrong))
    tour.look(tool, "apply-wrong")
    tool.locator("details.menu summary").first.click()
    tour.look(tool, "apply-menu")
    tool.locator("details.menu summary").first.click()
    tool.locator("#live-list .item-file").first.click()
    tour.look(tool, "piece")
    tool.go_back()
    story.remove_all(tool)
    story.drop(tool, right)
    story.wait_until_read(tool, len(right))
    tour.look(tool, "apply-right")
    story.submit(tool)
    story.certificate(tool)
    tour.look(tool, "apply-awarded")
    tool.close()
    final = story.page_of(teacher.open(FINAL, "window"))
    story.certificate(final)
    tour.look(final, "final")
    final.close()


def pages_of_staff(tour: Tour, teacher: Visitor, staff: Visitor) -> None:
    right = teacher.documents("right")
    del right["mooc-5-empowering-learners.pdf"]
    tool = story.page_of(teacher.open(APPLY, "window"))
    story.drop(tool, {**right, "photo.jpg": teacher.document("wrong", "photo.jpg")})
    story.wait_until_read(tool, 7)
    tour.look(tool, "apply-doubtful")
    tool.fill("#comment", "The photo is MOOC 5.")
    story.submit(tool)
    tour.look(tool, "apply-waiting")
    desk = story.page_of(staff.open(REVIEW, "window"))
    tour.look(desk, "review")
    desk.locator("main table a").first.click()
    tour.look(desk, "review-one")
    desk.locator('a[href$="/award"]').click()
    tour.look(desk, "review-award")
    staff.page.goto(f"{staff.demo.lms_url}/behaviour")
    tour.look(staff.page, "lms-behaviour")
    staff.page.goto(f"{staff.demo.lms_url}/grade/report.php")
    tour.look(staff.page, "lms-gradebook")


def pages_of_managing(tour: Tour, administrator: Visitor) -> None:
    page, demo = administrator.page, administrator.demo
    for name, address in (
        ("courses", "/my/courses.php"),
        ("course-tools", "/mod/lti/coursetools.php"),
        ("add-activity", "/course/modedit.php?course=2&tool=1"),
        ("manage-tools", "/mod/lti/toolconfigure.php"),
        ("update-or-new", f"/mod/lti/register.php?url={demo.tool_url}/lti/register/x"),
    ):
        page.goto(demo.lms_url + address)
        tour.look(page, f"lms-{name}")


def pages_of_registration(tour: Tour, administrator: Visitor) -> None:
    page, demo = administrator.page, administrator.demo
    address = json.loads(demo.run("lms", "invite", "--json").stdout)["address"]
    page.goto(f"{demo.lms_url}/mod/lti/register.php?url={quote(address, safe='')}&type=new")
    tool = administrator.in_frame("#registration")
    tool.wait_for_url(lambda url: url.startswith(demo.tool_url))
    tour.look_inside(page, tool, "register")
    tool.get_by_role("button", name="Register").click()
    expect(tool.locator("main")).to_contain_text("Client ID", timeout=story.PATIENCE)
    tour.look_inside(page, tool, "register-done")


def pages_of_messages(tour: Tour, administrator: Visitor) -> None:
    page, demo = administrator.page, administrator.demo
    page.goto(f"{demo.lms_url}/course/modedit.php?course=2&tool=1")
    page.locator("summary", has_text="Select content").click()
    tour.look_inside(page, inside(administrator, "/choose"), "choose")
    page.goto(f"{demo.lms_url}/mod/lti/view.php?id=1&action=gradeReport&user=5")
    tour.look_inside(page, inside(administrator, "/submission|/review/[0-9a-f]+"), "submission")


def inside(visitor: Visitor, paths: str) -> Frame:
    """The tool's frame, once it is at one of these paths: whoever was there before may have submitted something, or not."""
    tool = visitor.in_frame()
    tool.wait_for_url(re.compile(f"^{re.escape(visitor.demo.tool_url)}({paths})"), timeout=story.PATIENCE)
    return tool


def pages_for_anybody(tour: Tour, teacher: Visitor, page: Page) -> None:
    final = story.page_of(teacher.open(FINAL, "window"))
    address = final.locator("section.certificate input[readonly]").input_value()
    tool = teacher.demo.tool_url
    for name, where in (
        ("lms-front", teacher.demo.lms_url),
        ("tool-front", tool),
        ("check", f"{tool}/verify"),
        ("public-page", address),
        ("public-page-unknown", f"{tool}/c/{address.rsplit('/', 1)[1][:-4]}AAAA"),
        ("no-visit", f"{tool}/apply"),
        ("not-found", f"{tool}/nowhere"),
    ):
        page.goto(where)
        expect(page.locator("h1")).to_be_attached()
        tour.look(page, name)
