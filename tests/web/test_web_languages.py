"""Words in another language: from the catalogue, whether they stand in a template, in the code or in a data file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from bs4 import BeautifulSoup

from lti_tool.web import extraction, language
from lti_tool.web.app import create_app

CHECKOUT = Path(__file__).resolve().parents[2]
WORDS = {
    "Check a certificate": "Vérifier un certificat",
    "There is no such page here.": "Cette page n'existe pas ici.",
    "Not known here": "Inconnu ici",
    "We have never issued a certificate with this number.": "Nous n'avons jamais délivré de certificat avec ce numéro.",
    "Professional engagement": "Engagement professionnel",
    "%(found)s of %(all)s found": "%(found)s trouvés sur %(all)s",
    "MOOC 1: Professional engagement": "MOOC 1 : Engagement professionnel",
}


@pytest.fixture
def french(house, tmp_path, monkeypatch):
    """The application with a small French catalogue."""
    catalogue = Catalog(locale="fr")
    for message, translation in WORDS.items():
        catalogue.add(message, translation, flags=["python-format"] if "%(" in message else [])
    folder = tmp_path / "translations" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(language, "TRANSLATIONS", tmp_path / "translations")
    language.offered.cache_clear()
    house.app = create_app(house.installation)
    yield house
    language.offered.cache_clear()


@pytest.mark.parametrize(
    ("headers", "address", "expected"),
    [
        ({"Accept-Language": "fr-BE, en;q=0.5"}, "/verify", "fr"),
        ({"Accept-Language": "el, fr;q=0.5"}, "/verify", "fr"),
        ({"Accept-Language": "en, fr;q=0.5"}, "/verify", "en"),
        ({}, "/verify?language=fr", "fr"),
        ({"Accept-Language": "fr"}, "/verify?language=en", "en"),
        ({}, "/verify", "en"),
    ],
)
def test_choice_of_language(french, headers, address, expected):
    page = BeautifulSoup(french.app.test_client().get(address, headers=headers).text, "html.parser")
    assert page.html["lang"] == expected
    assert page.h1.text == (WORDS["Check a certificate"] if expected == "fr" else "Check a certificate")
    assert [link.text for link in page.select(".menu-list a")] == ["English", "Français"]


def test_the_visit_chooses_and_the_person_chooses_again(french):
    anna = french.arrive("anna", locale="fr_BE")
    page = anna.client.get("/apply")
    assert "0 trouvés sur 7" in page.text
    assert "MOOC 1 : Engagement professionnel" in page.text
    assert '<html lang="en"' in anna.client.get("/apply?language=en").text
    assert '<html lang="en"' in anna.client.get("/apply").text  # remembered in the session


def test_words_of_data_files_are_translated(french):
    french_reader = {"Accept-Language": "fr"}
    client = french.app.test_client()
    assert "Cette page n&#39;existe pas ici." in client.get("/nowhere", headers=french_reader).text
    number = french.arrive().certify()
    assert "Engagement professionnel" in client.get(f"/c/{number}", headers=french_reader).text
    unknown = client.get(f"/c/{'1' * 24}", headers=french_reader).text
    assert "Inconnu ici" in unknown
    assert "jamais délivré" in unknown


def test_choosing_a_language_gives_the_public_no_cookie(french):
    assert "Set-Cookie" not in french.app.test_client().get("/?language=fr").headers


@pytest.fixture(scope="module")
def extracted():
    """Every text that translators would get."""
    with (CHECKOUT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = {
        message
        for _file, _line, message, *_ in extract_from_dir(CHECKOUT, methods, options, keywords={"_": None, "gettext": None, "ngettext": (1, 2)})
    }
    return {text for message in found for text in (message if isinstance(message, tuple) else (message,))}


@pytest.mark.parametrize("sentence", WORDS)
def test_extraction_finds_every_kind_of_sentence(sentence, extracted):
    assert sentence in extracted


# Read by programs, or English as a practice LMS is: no translator needs them.
UNTRANSLATED = ("evidence/", "practice_lms/", "scheme/", "checks/names.toml")
DATA = [
    file
    for file in sorted((CHECKOUT / "lti_tool").rglob("*.toml"))
    if not file.relative_to(CHECKOUT / "lti_tool").as_posix().startswith(UNTRANSLATED)
]


@pytest.mark.parametrize("file", DATA, ids=lambda file: file.stem)
def test_extraction_finds_every_sentence_of_the_data_files(file, extracted):
    """Sentences end with a full stop, and no value for programs does."""
    texts = [text for _, _, text, _ in extraction.sentences(io.BytesIO(file.read_bytes()), (), (), {"keys": "*"})]
    assert {text for text in texts if text.endswith(".") and " " in text} <= extracted


def test_extractor_takes_the_wanted_keys_only():
    file = io.BytesIO(b'id = "x"\n[one]\nstatus = 404\nhappened = "It happened."\ntell = "nobody"\n[[two]]\nhappened = ["a", "b"]\n')
    found = list(extraction.sentences(file, (), (), {"keys": "happened"}))
    assert [text for _, _, text, _ in found] == ["It happened.", "a", "b"]
    assert found[0][0] == 4
    file.seek(0)
    assert [text for _, _, text, _ in extraction.sentences(file, (), (), {"keys": "*"})] == ["x", "It happened.", "nobody", "a", "b"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Anna", "Anna"), ("Ελένη", "Ελένη"), ("\u05d0\u05d1", "\u2068\u05d0\u05d1\u2069"), ("x\u202ey", "\u2068x\u202ey\u2069"), ("{0}", "{0}")],
)
def test_values_that_turn_the_direction_are_isolated(value, expected):
    assert language.isolated(value) == expected
