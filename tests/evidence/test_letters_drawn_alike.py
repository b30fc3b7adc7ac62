"""What OCR reads in Latin letters of a Greek or Cyrillic line shows what the file says where both are drawn alike, and nothing else."""

from __future__ import annotations

import pytest

from lti_tool.evidence.picture_check import _differences, _folded, _Look


def wrong(said: str, read: str) -> int:
    letters = _folded(said)
    return _differences(_Look(letters, (False,) * len(letters), more=False, settled=False, forged=False), read)[0]


@pytest.mark.parametrize(("said", "read"), [("29 Ιαν. 2025", "29 lav. 2025"), ("Ιωάννα Τάκη", "Iwávva Tákn"), ("Петар Кос", "Пeтap Koc")])
def test_letters_that_are_drawn_alike_are_no_difference(said: str, read: str) -> None:
    assert wrong(said, read) == 0


@pytest.mark.parametrize(
    ("said", "read"),
    [
        pytest.param("29 Ιαν. 2025", "28 lav. 2025", id="another day"),
        pytest.param("29 Ιουν. 2025", "29 Iouλ. 2025", id="another month"),
        pytest.param("Μαρία Παππά", "Mapio Παππά", id="another name"),
        pytest.param("Maria Papas", "Mapia Papas", id="Latin letters taken for others"),
    ],
)
def test_other_letters_are_one(said: str, read: str) -> None:
    assert wrong(said, read) > 0
