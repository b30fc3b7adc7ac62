"""The pages that differ, as pictures that can be opened: on the page, by the interface, and in a folder (threat S06)."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from paper_pictures import another_page, overlaid
from PIL import Image, ImageChops
from record_parts import issued

from lti_tool.issuing import register

MAIN = "from lti_tool.commands.main import main; main()"
ADDRESS = "data:image/png;base64,"


@pytest.fixture
def pdf(house) -> bytes:
    return register.pdf(house.installation, issued(house.installation))


@pytest.fixture
def altered(pdf) -> bytes:
    """Our certificate with another name painted over."""
    return overlaid("Mallory Example")(pdf)


def opened(content: bytes) -> Image.Image:
    """A whole PNG of a page."""
    picture = Image.open(io.BytesIO(content), formats=("PNG",))
    picture.load()
    assert min(picture.size) > 500
    return picture.convert("RGB")


def of_address(address: str) -> Image.Image:
    assert address.startswith(ADDRESS)
    return opened(base64.b64decode(address.removeprefix(ADDRESS), validate=True))


def differ(ours: Image.Image, given: Image.Image) -> bool:
    assert ours.size == given.size
    return ImageChops.difference(ours, given).getbbox() is not None


def sent(house, content: bytes) -> BeautifulSoup:
    with house.app.test_client() as client:
        answer = client.post("/verify", data={"file": (io.BytesIO(content), "x.pdf")})
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def test_the_page_shows_both_side_by_side(house, altered):
    figures = sent(house, altered).select(".side-by-side > figure")
    ours, given = (of_address(figure.img["src"]) for figure in figures)
    assert differ(ours, given)
    said = [(figure.img["alt"], figure.figcaption.text) for figure in figures]
    assert [("as we issued it" in alt, "as we issued it" in text) for alt, text in said] == [(True, True), (False, False)]
    assert [("as it was shown to us" in alt, "as it was shown to us" in text) for alt, text in said] == [(False, False), (True, True)]


def test_where_nothing_looks_different_or_may_be_shown_there_is_no_picture(house, pdf):
    for content in (pdf, pdf + b"\n", b"%PDF-1.7 nothing of ours"):
        assert sent(house, content).find("figure") is None


def test_a_page_that_we_never_issued_is_named_without_a_picture(house, pdf):
    page = sent(house, another_page(pdf))
    assert page.find("figure") is None
    assert "Page 2 looks altogether different" in page.text


def test_programs_get_them_where_they_ask(house, altered):
    client = house.app.test_client()
    told = {query: client.post(f"/api/verify{query}", data=altered).json["pages"] for query in ("", "?pictures=0", "?pictures=1")}
    for query in ("", "?pictures=0"):
        assert [(page["page"], page["ours"], page["given"]) for page in told[query]] == [(1, None, None)]
    (page,) = told["?pictures=1"]
    assert page["boxes"] == told[""][0]["boxes"] != []
    assert differ(of_address(page["ours"]), of_address(page["given"]))


def test_the_command_puts_them_into_a_folder(house, altered, pdf, tmp_path):
    for name, content in (("altered.pdf", altered), ("same.pdf", pdf + b"\n")):
        (tmp_path / name).write_bytes(content)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")}
    folder = tmp_path / "out" / "pictures"
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "--home", str(house.installation.settings.home), "verify", str(tmp_path / "altered.pdf"),
         str(tmp_path / "same.pdf"), "--pictures", str(folder)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert sorted(file.name for file in folder.iterdir()) == ["altered-page-1-given.png", "altered-page-1-ours.png"]
    given, ours = (opened(file.read_bytes()) for file in sorted(folder.iterdir()))
    assert differ(ours, given)
