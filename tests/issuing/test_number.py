"""Certificate numbers: enough chance, and no slip of eye or hand goes unnoticed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.issuing.number import ALPHABET, LENGTH, check_character, new_number, parse, shown

numbers = st.text(alphabet=ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(lambda random: random + check_character(random))


def test_chance_is_at_least_a_hundred_bits() -> None:
    assert (LENGTH - 1) * math.log2(len(set(ALPHABET))) >= 100
    assert len({new_number() for _ in range(500)}) == 500


@given(numbers)
def test_what_is_shown_is_understood(number: str) -> None:
    assert parse(shown(number)) == number
    assert parse(shown(number).lower()) == number
    assert parse(f" {shown(number).replace('-', ' – ')}\n") == number


@given(numbers, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(number: str, place: int, wrong: str) -> None:
    changed = number[:place] + wrong + number[place + 1 :]
    assert parse(changed) == (number if wrong == number[place] else None)


@given(numbers, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_exchange_of_two_characters_is_found(number: str, one: int, other: int) -> None:
    swapped = list(number)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert parse("".join(swapped)) == (number if swapped == list(number) else None)


@pytest.mark.parametrize(("written", "read"), [("I", "1"), ("l", "1"), ("u", "V"), ("O", "Q"), ("0", "Q"), ("１", "1")])
def test_look_alikes_are_read_as_what_the_alphabet_has(written: str, read: str) -> None:
    number = read + "7" * (LENGTH - 2)
    number += check_character(number)
    assert parse(written + number[1:]) == number


@pytest.mark.parametrize("text", ["", "1", "1" * 23, "1" * 25, "2" * 24, "é" * 24, "%" * 24, "A" * 10_000, "\x00" * 24])
def test_anything_else_is_no_number(text: str) -> None:
    assert parse(text) is None
