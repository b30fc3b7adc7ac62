"""Even light and contrast over a picture, so that writing in a shadow is as dark as writing beside it."""

from __future__ import annotations

from typing import Any, Final

from PIL import Image, ImageFilter, ImageMath

from lti_tool.evidence.neighbours import brightest

# How much smaller the picture is in which the paper's own brightness is looked for.
_SMALLER: Final = 8


def even_light(grey: Image.Image) -> Image.Image:
    """Return a grey picture (mode L) divided by the brightness of its paper, which becomes white."""
    small = grey.resize((max(1, grey.width // _SMALLER), max(1, grey.height // _SMALLER)), Image.Resampling.BOX)
    # Writing is darker than paper, and thin: the brightest around it is paper. The median takes what shines by itself.
    paper = brightest(small, 9).filter(ImageFilter.MedianFilter(9)).filter(ImageFilter.GaussianBlur(6))
    spread = paper.resize(grey.size, Image.Resampling.BILINEAR)
    lit: Image.Image = ImageMath.lambda_eval(_divided, picture=grey, paper=spread)
    return lit


def _divided(bands: dict[str, Any]) -> Any:
    """Return 255 · picture / paper, at most 255 (an expression of Pillow's)."""
    share = bands["int"](bands["picture"]) * 255 / bands["max"](bands["paper"], 1)
    return bands["convert"](bands["min"](share, 255), "L")


def has_ink(lit: Image.Image) -> bool:
    """Tell whether anything is on a sheet whose light is even."""
    return sum(lit.histogram()[:200]) > lit.width * lit.height // 20_000
