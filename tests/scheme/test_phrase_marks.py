"""Phrases are words: nothing in them looks like an expression, and a bracket that is not closed is no slip of the pen."""

from __future__ import annotations

import pytest

from lti_tool.scheme.phrases import parse_phrase


@pytest.mark.parametrize(
    "phrase",
    [
        "(digital|skills)+",
        "competenc.*",
        r"\d{4}",
        "^digital$",
        "$(reboot)",
        "{{ 7*7 }}",
        "[digital",
        "digital]",
        "the [digital skills]",
        "a? b",
        "x;y",
    ],
)
def test_what_looks_like_an_expression_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="means nothing in a phrase"):
        parse_phrase(phrase)


@pytest.mark.parametrize(
    "phrase", ["[the] digital competenc*", "can|may .. used", "school-education.ec.europa.eu", "l'enseignant", "date d’émission", "n/a"]
)
def test_words_with_the_marks_of_words_are_taken(phrase: str) -> None:
    assert parse_phrase(phrase)
