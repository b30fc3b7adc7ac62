"""What a phone is told of the page that checks without a network, so that it can be put among its apps."""

from __future__ import annotations

import io
import json
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from lti_tool.web.app import create_app
from lti_tool.web.offline_copy import standalone

PAGE = "/c/offline"


@pytest.fixture
def client(house):
    return house.app.test_client()


def manifest(client) -> dict[str, object]:
    link = BeautifulSoup(client.get(PAGE).text, "html.parser").find("link", rel="manifest")
    answer = client.get(link["href"])
    assert (answer.status_code, answer.mimetype) == (200, "application/manifest+json")
    return answer.json


def test_the_manifest_says_what_a_phone_needs(client):
    told = manifest(client)
    assert told == {
        "name": "Check a certificate · Example Academy",
        "short_name": "Check a certificate",
        "start_url": "/c/offline",
        "scope": "/c/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#0b6e6e",
        "icons": told["icons"],
    }
    assert client.get(told["start_url"]).status_code == 200
    assert told["start_url"].startswith(told["scope"])


def test_every_icon_is_there_in_its_size(client):
    icons = manifest(client)["icons"]
    assert [(icon["sizes"], icon["type"]) for icon in icons] == [("any", "image/svg+xml"), ("192x192", "image/png"), ("512x512", "image/png")]
    for icon in icons:
        with client.get(icon["src"]) as answer:
            assert (answer.status_code, answer.mimetype) == (200, icon["type"])
            content = answer.data
        if icon["type"] == "image/png":
            assert len(content) < 10_000
            picture = Image.open(io.BytesIO(content), formats=("PNG",))
            assert "{}x{}".format(*picture.size) == icon["sizes"]
            drawn = picture.convert("RGBA")
            # A disc of the accent on nothing, with a white mark on it.
            width, height = drawn.size
            assert drawn.getpixel((0, 0))[3] == 0
            assert all(abs(seen - meant) <= 3 for seen, meant in zip(drawn.getpixel((width // 2, height // 8)), (0x0B, 0x6E, 0x6E, 255), strict=True))
            # Where the mark turns: (6.9, 10.6) of 16.
            assert min(drawn.getpixel((round(width * 6.9 / 16), round(height * 10.4 / 16)))) > 240


def test_a_copy_elsewhere_brings_its_icons_along(house):
    with create_app(house.installation).test_request_context("/"):
        files = standalone()
    told = json.loads(files["app.webmanifest"])
    base = "https://copy.example/check/"
    for address in (told["start_url"], told["scope"], *(icon["src"] for icon in told["icons"])):
        name = urljoin(base, address).removeprefix(base)
        assert name == "" or name in files
    assert (told["start_url"], told["scope"]) == ("./", "./")
