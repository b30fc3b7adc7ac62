"""The quick filters give what Pillow's give, to the pixel, edges and all."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageFilter

from lti_tool.evidence.neighbours import brightest, darkest, middle_of_nine

SHAPES = ((1, 1), (1, 7), (6, 1), (2, 3), (31, 17), (64, 65))


def noise(shape: tuple[int, int], most: int) -> Image.Image:
    drawn = random.Random(f"{shape} {most}")  # noqa: S311 - the same pixels in every run
    return Image.frombytes("L", shape, bytes(drawn.randrange(most) for _ in range(shape[0] * shape[1])))


@pytest.mark.parametrize("most", [2, 256])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
class TestAsPillow:
    @pytest.mark.parametrize("size", [3, 5, 9])
    def test_brightest_and_darkest(self, shape: tuple[int, int], most: int, size: int) -> None:
        picture = noise(shape, most)
        assert brightest(picture, size).tobytes() == picture.filter(ImageFilter.MaxFilter(size)).tobytes()
        assert darkest(picture, size).tobytes() == picture.filter(ImageFilter.MinFilter(size)).tobytes()

    def test_middle_of_nine(self, shape: tuple[int, int], most: int) -> None:
        picture = noise(shape, most)
        assert middle_of_nine(picture).tobytes() == picture.filter(ImageFilter.MedianFilter(3)).tobytes()
