"""Words of a picture by tesseract, with where they stand and how sure they are; runs in the child only.

The extra `ocr` brings tesseract itself (`tesserocr`), the system its data (on Debian `tesseract-ocr-script-latn` and its like). The warm
parent loads one when a document first needs it (`load`); its forks share the memory and open no file.
"""

from __future__ import annotations

import importlib.util
import os
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image

from lti_tool.evidence.layout import Box
from lti_tool.evidence.needed import Place, or_needed

# Where Debian (any release), other systems and the user keep tesseract's data.
_PLACES: Final = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/usr/share/tesseract/tessdata", "/usr/local/share/tessdata")
# Every script is read together with Latin letters, which stand on all of these certificates.
SCRIPTS: Final = ("Latin", "Greek", "Cyrillic", "Georgian", "Armenian")
# A page that is read in its own script is surer than this on average, one in another script is not (measured: 0.91 and more, 0.57 and less).
FLUENT: Final = 0.8
# Tesseract boxes letters, layout lines: the space above and below that fonts leave, in heights of the letters.
_ABOVE, _BELOW = 0.12, 0.08
# A page takes about 500; what takes longer than this is no writing, but noise that might be any.
MOST_MILLISECONDS: Final = 6000
# A picture out of focus is tried in every script, in vain: a person reads it sooner. A page takes 1 to 3 seconds, and a fork has 20.
_FIRST_SECONDS, _PAGE_SECONDS, _MOST_SECONDS = 10.0, 2.0, 17.0
# Tesseract's modes for a picture of one line (PSM_SINGLE_LINE) and of lines of one size (PSM_SINGLE_BLOCK).
LINE: Final = 7
BLOCK: Final = 6
_ORIENTATION: Final = "osd"
_engines: dict[str, Any] = {}
_seconds: list[float] = [_FIRST_SECONDS + _PAGE_SECONDS]


@dataclass(frozen=True, slots=True)
class OcrWord:
    """A word read from a picture.

    `box` is (left, top, right, bottom) in fractions of the picture, as high as its line; `size` the height of its line in points;
    `sure` how sure the model is, 0 to 1; `line` the number of its line, from 0, top to bottom; `ink` is where its own ink begins and
    ends, from the top, which may be lower or higher than its line.
    """

    text: str
    box: Box
    size: float
    sure: float
    line: int
    ink: tuple[float, float] = (0.0, 0.0)


class OutOfTime(Exception):
    """A document has used up the time that reading pictures may take."""


@cache
def available() -> bool:
    """Tell whether pictures can be read here: the extra is installed and data for Latin letters are there."""
    return importlib.util.find_spec("tesserocr") is not None and "Latin" in scripts()


@cache
def scripts() -> tuple[str, ...]:
    """Return the scripts that there are data for, in the order in which they are tried."""
    folder = _folder()
    return tuple(name for name in SCRIPTS if folder and (folder / f"{name}.traineddata").is_file())


@cache
def _tells_orientation() -> bool:
    folder = _folder()
    return folder is not None and (folder / f"{_ORIENTATION}.traineddata").is_file()


def warm() -> None:
    """Look for what can be loaded, in the process that forks: a fork can open no file."""
    if available():
        _tells_orientation()


def load(name: str) -> bool:
    """Load the model of a script, or the one that tells orientation; False if it is loaded already or can't be.

    Where one model is not enough, as on pictures out of focus, each in turn is tried: from the second on all are loaded, so that such a
    picture is not begun anew for each of them.
    """
    names = (*scripts(), *([_ORIENTATION] if _tells_orientation() else [])) if available() else ()
    if name in _engines or name not in names:
        return False
    for each in names if _engines else (name,):
        if each not in _engines:
            _load(each)
    return True


def _load(name: str) -> None:
    # The forks may start no threads.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import tesserocr  # noqa: PLC0415 - an extra, and slow to load

    path, blank = f"{_folder()}/", Image.new("L", (400, 60), 255)
    if name == _ORIENTATION:
        _engines[name] = _quiet(tesserocr.PyTessBaseAPI(path=path, lang=name, psm=tesserocr.PSM.OSD_ONLY))
        orientation(blank, dpi=200)
    else:
        models = name if name == "Latin" else f"{name}+Latin"
        _engines[name] = _quiet(tesserocr.PyTessBaseAPI(path=path, lang=models, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY))
        recognised(blank, dpi=200, script=name)


def _quiet(engine: Any) -> Any:
    # What it complains of goes to standard error, which is the null device in the child. As tesserocr sets it, tesseract would open that
    # device with its first complaint, which no fork may: it then writes through a null pointer.
    engine.SetVariable("debug_file", "")
    return engine


def _engine(name: str) -> Any:
    """Return a model. Raises Needed(name) in a fork whose parent has not loaded it yet."""
    if name not in _engines:
        or_needed(name)
        load(name)
    return _engines[name]


def ready() -> bool:
    """Tell whether pictures can be read in this process."""
    return available()


def read_picture(picture: Image.Image, *, dpi: float) -> tuple[OcrWord, ...]:
    """Return the words of a picture of upright, level writing in any script, line by line; `dpi` is its resolution."""
    best: tuple[OcrWord, ...] = ()
    for script in scripts():
        best = max(best, recognised(picture, dpi=dpi, script=script), key=fluency)
        if fluency(best) >= FLUENT:
            break
    return best


def read_line(picture: Image.Image) -> tuple[str, float]:
    """Return the text of a picture of one line, and how sure the least sure of its words is (0 to 1; 0 for no text)."""
    best: tuple[OcrWord, ...] = ()
    for script in scripts():
        best = max(best, recognised(picture, dpi=200, script=script, mode=LINE), key=fluency)
        if fluency(best) >= FLUENT:
            break
    return " ".join(word.text for word in best), min((word.sure for word in best), default=0.0)


def allow_time(pages: int) -> None:
    """Let a fork take as long as a document of `pages` pictures may."""
    _seconds[0] = min(_MOST_SECONDS, _FIRST_SECONDS + pages * _PAGE_SECONDS)


def recognised(
    picture: Image.Image, *, dpi: float, script: str, mode: int | None = None, milliseconds: int = MOST_MILLISECONDS
) -> tuple[OcrWord, ...]:
    """Return the words of a picture of upright, level writing, read in one script (of SCRIPTS) and Latin.

    None if that takes longer than `milliseconds`. Raises OutOfTime if a fork has no time left at all.
    """
    engine = _engine(script)
    import tesserocr  # noqa: PLC0415 - as above

    engine.SetPageSegMode(tesserocr.PSM.AUTO if mode is None else mode)
    _show(engine, picture, dpi)
    in_time = engine.Recognize(min(milliseconds, _time_left()))
    words = tuple(_words(engine, picture.size, dpi)) if in_time else ()
    engine.Clear()
    return words


def _time_left() -> int:
    """Return the milliseconds that one more recognition may take; a fork's time is that of its one document."""
    left = round(1000 * (_seconds[0] - time.process_time())) if Place.in_fork else MOST_MILLISECONDS
    if left <= 0:
        raise OutOfTime
    return left


def fluency(words: Sequence[OcrWord]) -> float:
    """Return how sure words are on average, each letter counted; 0 for none."""
    letters = sum(len(word.text) for word in words)
    return sum(len(word.text) * word.sure for word in words) / letters if letters else 0.0


def orientation(picture: Image.Image, *, dpi: float) -> tuple[int, str] | None:
    """Return (quarters to turn clockwise until upright, script), or None where there is too little writing to tell."""
    if not _tells_orientation():
        return None
    engine = _engine(_ORIENTATION)
    _show(engine, picture, dpi)
    found = engine.DetectOrientationScript()
    engine.Clear()
    if not found:
        return None
    return -round(found["orient_deg"] / 90) % 4, str(found["script_name"])


def _show(engine: Any, picture: Image.Image, dpi: float) -> None:
    # The pixels themselves: tesseract's own decoders of picture files are left alone.
    grey = picture.convert("L")
    engine.SetImageBytes(grey.tobytes(), grey.width, grey.height, 1, grey.width)
    engine.SetSourceResolution(round(dpi))


def _words(engine: Any, size: tuple[int, int], dpi: float) -> Iterator[OcrWord]:
    import tesserocr  # noqa: PLC0415 - as above

    found = engine.GetIterator()
    line = -1
    for entry in tesserocr.iterate_level(found, tesserocr.RIL.WORD) if found else ():
        if entry.Empty(tesserocr.RIL.WORD) or _stands_on_its_side(entry, tesserocr.RIL.TEXTLINE):
            continue
        line += line < 0 or entry.IsAtBeginningOf(tesserocr.RIL.TEXTLINE)
        text = unicodedata.normalize("NFKC", entry.GetUTF8Text(tesserocr.RIL.WORD) or "").strip()
        if text:
            box, height = _box(entry, tesserocr.RIL.WORD, size)
            _, top, _, bottom = entry.BoundingBox(tesserocr.RIL.WORD)
            ink = (top / size[1], bottom / size[1])
            yield OcrWord(text, box, 72 * height / dpi, entry.Confidence(tesserocr.RIL.WORD) / 100, line, ink)


def _stands_on_its_side(entry: Any, line: int) -> bool:
    """Tell a line that runs up or down: tesseract reads those too, and says nothing of it."""
    left, top, right, bottom = entry.BoundingBox(line)
    return bool(bottom - top > 1.2 * (right - left) and len(entry.GetUTF8Text(line).strip()) > 2)


def _box(entry: Any, word: int, size: tuple[int, int]) -> tuple[Box, float]:
    """Return the box of a word, as high as its line, and that height in pixels: small letters alone would seem a smaller font."""
    left, top, right, bottom = entry.BoundingBox(word)
    baseline, row = entry.Baseline(word), entry.RowAttributes()
    if baseline and row and row["row_height"] > 0:
        foot = (baseline[0][1] + baseline[1][1]) / 2
        top, bottom = foot - row["row_height"] - row["descenders"], foot - row["descenders"]
    height = bottom - top
    edges = (left / size[0], (top - _ABOVE * height) / size[1], right / size[0], (bottom + _BELOW * height) / size[1])
    return edges, height * (1 + _ABOVE + _BELOW)


def _folder() -> Path | None:
    given = os.environ.get("TESSDATA_PREFIX")
    places = [Path(given)] if given else sorted((found for place in _PLACES for found in Path("/").glob(place[1:])), reverse=True)
    return next((place for place in places if (place / "Latin.traineddata").is_file()), None)
