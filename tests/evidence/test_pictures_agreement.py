"""What two readings of a picture agree on counts, and nothing else; and how a page is set upright, level and square before."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from lti_tool.evidence import ocr_level, ocr_light, ocr_sheet
from lti_tool.evidence.layout import Word
from lti_tool.evidence.ocr_agreement import Look, agree, merged
from lti_tool.evidence.ocr_page import ReadPage
from lti_tool.evidence.ocr_view import view
from lti_tool.evidence.reading import Doubt, Fact, Kind, Place, Reading, Source

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
import certificates
import scans

NAME, DAY, NOTE = ((0.3, 0.2, 0.7, 0.25), (0.3, 0.4, 0.7, 0.45), (0.1, 0.8, 0.9, 0.9))
VIEW = view((827, 1169), dpi=100)


def look(
    name: str | None = "Maria Rossi",
    day: date | None = date(2026, 3, 12),
    *,
    sure: tuple[float, float] = (0.95, 0.95),
    kind_id: str = "mooc-3",
    note: bool | None = None,
    doubts: Sequence[Doubt] = (),
) -> Look:
    """One reading of one page; `sure` is of the name and of the day."""
    reading = Reading(
        "0" * 64,
        "image/png",
        1,
        Kind.MOOC,
        kind_id,
        int(kind_id[-1]),
        holder=None if name is None else Fact(name, name, Place(1, NAME)),
        issue_date=None if day is None else Fact(day, day.isoformat(), Place(1, DAY)),
        disclaimer=None if note is None else Fact(note, "not to be used" if note is False else "can be used", Place(1, NOTE)),
        doubts=tuple(doubts),
    )
    words = (Word(name or "?", 1, NAME, 12.0), Word("day", 1, DAY, 12.0), Word("note", 1, NOTE, 12.0))
    return Look((reading,), {1: ReadPage(words, (*sure, 0.9), VIEW)})


def codes(reading: Reading) -> list[str]:
    return [doubt.code for doubt in reading.doubts]


def test_what_both_read_alike_is_taken_with_the_better_ones_certainty() -> None:
    looks = [look("María Rossi", sure=(0.5, 0.9)), look("Maria Rossi", sure=(0.9, 0.4))]
    assert agree(looks)
    (reading,) = merged(looks)
    assert reading.holder == Fact("Maria Rossi", "Maria Rossi", Place(1, NAME), 0.9, Source.OCR)
    assert reading.issue_date == Fact(date(2026, 3, 12), "2026-03-12", Place(1, DAY), 0.9, Source.OCR)
    assert reading.doubts == ()


@pytest.mark.parametrize(
    ("other", "fact"),
    [(look("Mario Rossi"), "holder"), (look(None), "holder"), (look(day=date(2025, 3, 12)), "issue_date"), (look(day=None), "issue_date")],
    ids=["another name", "no name", "another day", "no day"],
)
def test_a_fact_that_only_one_has_is_none(other: Look, fact: str) -> None:
    looks = [look(), other]
    assert not agree(looks)
    (reading,) = merged(looks)
    assert getattr(reading, fact) is None
    assert codes(reading) == ["ocr-unsure"]


def test_a_third_reading_decides() -> None:
    (reading,) = merged([look("Mario Rossi"), look(), look()])
    assert reading.holder is not None
    assert reading.holder.value == "Maria Rossi"
    assert reading.doubts == ()
    (reading,) = merged([look("Mario Rossi"), look("Marco Rossi"), look()])
    assert reading.holder is None
    assert [doubt.seen for doubt in reading.doubts] == ["Mario Rossi / Marco Rossi / Maria Rossi"]


@pytest.mark.parametrize("sure", [(0.5, 0.9), (0.9, 0.5)], ids=["name", "day"])
def test_what_neither_is_sure_of_is_doubted_where_it_stands(sure: tuple[float, float]) -> None:
    looks = [look(sure=sure), look(sure=sure)]
    assert not agree(looks)
    (reading,) = merged(looks)
    assert [(doubt.code, doubt.place) for doubt in reading.doubts] == [("ocr-unsure", Place(1, NAME if sure[0] < sure[1] else DAY))]


def test_a_name_that_three_read_alike_need_not_be_so_sure_and_a_day_must() -> None:
    assert merged([look(sure=(0.65, 0.9))] * 3)[0].doubts == ()
    assert codes(merged([look(sure=(0.65, 0.9))] * 2)[0]) == ["ocr-unsure"]
    assert codes(merged([look(sure=(0.65, 0.9)), look("Mária Rossi", sure=(0.65, 0.9)), look(sure=(0.65, 0.9))])[0]) == ["ocr-unsure"]
    assert codes(merged([look(sure=(0.55, 0.9))] * 3)[0]) == ["ocr-unsure"]
    assert codes(merged([look(sure=(0.9, 0.65))] * 3)[0]) == ["ocr-unsure"]


def with_speck(one: Look, text: str, over: tuple[float, float, float, float]) -> Look:
    """The same reading with a word more that lies over a fact's place, and of which it is not sure."""
    page = one.pages[1]
    return replace(one, pages={1: ReadPage((*page.words, Word(text, 1, over, 12.0)), (*page.sure, 0.1), VIEW)})


@pytest.mark.parametrize(("text", "certain"), [("+ Yv", True), ("ssi", False), ("1", False)], ids=["speck", "its own letters", "figure"])
def test_a_speck_over_a_name_does_not_make_it_unsure(text: str, *, certain: bool) -> None:
    (reading,) = merged([with_speck(look(), text, NAME), with_speck(look(), text, NAME)])
    assert codes(reading) == ([] if certain else ["ocr-unsure"])


def test_a_label_that_one_of_three_readings_missed_was_there() -> None:
    missed = Doubt("holder-unannounced", "Maria Rossi")
    assert merged([look(doubts=[missed]), look(), look()])[0].doubts == ()
    assert codes(merged([look(doubts=[missed]), look(doubts=[missed]), look()])[0]) == ["holder-unannounced"]


def test_another_kind_in_each_is_doubted() -> None:
    (reading,) = merged([look(), look(kind_id="mooc-5")])
    assert "ocr-unsure" in codes(reading)


def test_what_one_saw_against_a_document_stays_and_what_one_missed_goes() -> None:
    denied, missed = Doubt("completion-denied", "not yet completed"), Doubt("completion-not-said")
    (reading,) = merged([look(doubts=[denied]), look(doubts=[missed]), look()])
    assert reading.doubts == (denied,)


def test_a_note_that_was_not_read_is_not_said_to_be_missing() -> None:
    def without(one: Look) -> Look:
        reading = replace(one.readings[0], kind=Kind.NQL, disclaimer=Fact(value=False, text="", place=None))
        return replace(one, readings=(reading,))

    assert merged([without(look()), without(look())])[0].disclaimer is None
    denied = merged([look(note=False), look(note=False)])[0].disclaimer
    assert denied is not None
    assert not denied.value


def test_several_certificates_in_one_and_one_in_the_other_are_doubted() -> None:
    two = look()
    two = replace(two, readings=(two.readings[0], two.readings[0]))
    assert not agree([look(), two])
    assert all("ocr-unsure" in codes(reading) for reading in merged([look(), two]))


# -- upright, level, square ---------------------------------------------------------------------------------------------------


def page(dpi: float = 100) -> Image.Image:
    made = certificates.make(3, 4)[2]
    return scans.pages(made.pdf(), dpi)[0]


@pytest.mark.parametrize("angle", [-9.0, -3.3, -0.6, 0.0, 0.5, 2.2, 7.5, 12.0])
def test_the_fall_of_lines_is_measured(angle: float) -> None:
    lit = ocr_light.even_light(scans.turned(page(), angle).convert("L"))
    assert abs(ocr_level.falling(lit) + angle) <= 0.15


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("angle", [0.0, 4.0, -7.0])
def test_a_place_is_found_again_on_the_page_as_handed_in(quarters: int, angle: float) -> None:
    upright = Image.new("L", (700, 990), 255)
    upright.paste(0, (140, 198, 210, 297))
    handed_in = scans.turned(upright.convert("RGB"), -angle).convert("L").rotate(90 * quarters, expand=True)
    seen = view(handed_in.size, dpi=60, quarters=quarters, angle=angle)
    shown = seen.shown(handed_in)
    box = shown.point(lambda value: 255 * (value < 128)).getbbox()
    assert box is not None
    wide, high = shown.size
    left, top, right, bottom = seen.back((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high))
    dark = handed_in.point(lambda value: 255 * (value < 128)).getbbox()
    assert dark is not None
    expected = (dark[0] / handed_in.width, dark[1] / handed_in.height, dark[2] / handed_in.width, dark[3] / handed_in.height)
    # The box around a turned box is larger than the box around what it holds.
    slack = 0.03 if angle else 0.01
    assert all(abs(one - other) < slack for one, other in zip((left, top, right, bottom), expected, strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_a_sheet_on_a_desk_is_found_and_squared(seed: int) -> None:
    made = certificates.make(3, 4)[2]
    photo = Image.open(io.BytesIO(scans.scan(made.pdf(), random.Random(seed), kind="photo"))).convert("L")  # noqa: S311 - seeded
    corners = ocr_sheet.corners(photo)
    assert corners is not None
    # What is inside is paper all over: the desk does not show at any edge.
    shown = view(photo.size, dpi=50, corners=corners).shown(ocr_light.even_light(photo))
    rim = shown.crop((0, 0, shown.width, 4)).tobytes() + shown.crop((0, shown.height - 4, shown.width, shown.height)).tobytes()
    assert sum(value > 150 for value in rim) > 0.9 * len(rim)


@pytest.mark.parametrize("kind", ["clean", "shadow", "grey", "crumple", "faded", "skew"])
def test_a_page_that_fills_its_picture_has_no_corners(kind: str) -> None:
    made = certificates.make(3, 4)[2]
    picture = Image.open(io.BytesIO(scans.scan(made.pdf(), random.Random(kind), kind=kind))).convert("L")  # noqa: S311 - seeded
    assert ocr_sheet.corners(picture) is None


def test_writing_in_a_shadow_becomes_as_dark_as_beside_it() -> None:
    half = page().convert("L")
    half.paste(half.crop((0, 0, half.width // 2, half.height)).point(lambda value: value * 45 // 100), (0, 0))
    lit = ocr_light.even_light(half)
    paper = lit.crop((10, 10, half.width // 3, half.height - 10)).tobytes()
    assert sorted(paper)[len(paper) // 2] > 240
