"""Words of platforms, cleaned: names, locales, addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.launch import claims as said
from lti_tool.launch.arrival import _in_frame
from lti_tool.launch.platforms import families, platform

NAMES = {
    "Anna": "Anna",
    "  Anna \n Maria\t": "Anna Maria",
    "Þóra": "Þóra",
    "Z\u0065\u0301": "Zé",
    "Ελένη Παπαδοπούλου": "Ελένη Παπαδοπούλου",
    "O'Brien-Ó Súilleabháin": "O'Brien-Ó Súilleabháin",
    "نیم\u200cفاصله": "نیم\u200cفاصله",
    "An\u202ena": "Anna",
    "\u2066Anna\u2069\u200e": "Anna",
    "An\0na\x07": "Anna",
    "An\ud800na": "Anna",
    "An\ufeffna\u00ad": "Anna",
    "<b>Anna</b>": "Anna",
    "<script>alert(1)</script>": "alert(1)",
    "$Person.name.given": "",
    "$User": "",
    " $Person.name.full ": "",
    "$5 Anna": "$5 Anna",
    "A$AP": "A$AP",
    "": "",
}


@pytest.mark.parametrize(("name", "clean"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_plain_text(name: str, clean: str) -> None:
    assert said.text(name) == clean


@pytest.mark.parametrize("value", [None, 5, True, ["Anna"], {"a": 1}, 1.5])
def test_what_is_no_text_is_empty(value: object) -> None:
    assert said.text(value) == ""


@given(st.text(max_size=400))
def test_clean_text_stays_clean(value: str) -> None:
    clean = said.text(value)
    assert len(clean) <= 255
    assert said.text(clean) in {clean, ""} or "<" in clean
    clean.encode()
    assert all(character.isprintable() or character in "\u200c\u200d" for character in clean)


LOCALES = {
    "en": "en",
    "pt_br": "pt-BR",
    "pt-BR": "pt-BR",
    "EL_gr": "el-GR",
    "de_du": "de",
    "fr_FR.UTF-8": "fr-FR",
    "sv": "sv",
    "mt": "mt",
    "ga": "ga",
    "xx": "en",
    "": "en",
    "$Context.locale": "en",
    "../../etc": "en",
    "x" * 500: "en",
}


@pytest.mark.parametrize(("sent", "locale"), LOCALES.items(), ids=range(len(LOCALES)))
def test_a_locale_is_a_language_tag(sent: str, locale: str) -> None:
    assert said.locale(sent) == locale


@given(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text())))
def test_no_locale_is_an_error(value: object) -> None:
    assert said.locale(value)


ORIGINS = {
    "https://lms.example/path?x": "https://lms.example",
    "https://LMS.example:443/": "https://lms.example",
    "http://lms.example:80": "http://lms.example",
    "http://lms.example:8100/": "http://lms.example:8100",
    "http://[::1]:8100/": "http://[::1]:8100",
    "https://user@lms.example/": None,
    "https://lms.example\\@evil.example/": None,
    "javascript:alert(1)": None,
    "//lms.example/": None,
    "https://": None,
    "https://lms.example:port/": None,
    "https://[::1/": None,
    "https://lms.example/a b": None,
    "https://lms.example/\n": None,
    "https://lmś.example/": None,
    "": None,
}


@pytest.mark.parametrize(("url", "origin"), ORIGINS.items())
def test_an_origin(url: str, origin: str | None) -> None:
    assert said.origin(url) == origin


SCHEMES = {"other-scheme": "other-scheme", "": "default", "../x": "default", "A": "default", "a--b": "default", "a" * 81: "default"}


@pytest.mark.parametrize(("asked", "scheme"), SCHEMES.items(), ids=range(len(SCHEMES)))
def test_a_scheme_is_a_word(asked: str, scheme: str) -> None:
    assert said.scheme_id({"scheme": asked}, "default") == scheme


FRAMES = [
    ("iframe", None, True),
    ("iframe", "window", True),
    ("document", "iframe", False),
    (None, "iframe", True),
    (None, "frame", True),
    (None, "window", False),
    (None, None, False),
    ("empty", "iframe", True),
    (None, ["iframe"], False),
]


@pytest.mark.parametrize(("destination", "target", "framed"), FRAMES)
def test_frame_or_window(destination: str | None, target: object, framed: bool) -> None:
    assert _in_frame(destination, str(target) if isinstance(target, list) else target) is framed


def test_every_platform_row_is_complete() -> None:
    assert {"default", "moodle", "canvas", "blackboard", "d2l", "sakai", "open-edx", "practice"} == set(families())
    assert platform("never heard of") == platform("default")
