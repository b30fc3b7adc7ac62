"""Sample documents for the practice LMS's teachers, made on request; what they are stands in `documents.toml`."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2
import typst
from PIL import Image, ImageFilter

from lti_tool import clock
from lti_tool.practice_lms.people import Person

ZONE: Final = "Europe/Brussels"
SETS: Final = ("right", "wrong")
_NOTE: Final = (
    "This certificate can be used in the application for a digital competencies certificate. The project showed exceptional performance "
    "in the criteria ‘Use of technology’ and ‘Pedagogical approaches’."
)
_MONTHS: Final = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_PROJECTS: Final = ("Rivers without borders", "A museum in our pockets", "The sound of our streets", "Seeds, soil and stories")


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample document: which set it is of, its file name, in words what it is, and its row in the data file."""

    set: str
    file: str
    about: str
    row: dict[str, Any]

    @property
    def media_type(self) -> str:
        """The type of what is made."""
        return "image/jpeg" if self.file.endswith(".jpg") else "application/pdf"


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("documents.toml").read_text(encoding="utf-8"))


def samples(set_name: str) -> tuple[Sample, ...]:
    """Return the samples of a set, ``right`` or ``wrong``."""
    return tuple(Sample(set_name, row["file"], row.get("about") or _title(row), row) for row in _data()[set_name])


def find(set_name: str, file: str) -> Sample | None:
    """Return the sample with this file name, or None."""
    return next((sample for sample in samples(set_name) if sample.file == file), None) if set_name in SETS else None


def make(sample: Sample, person: Person, today: date | None = None) -> bytes:
    """Return the document for this teacher: a PDF, locked if its row says so, or a JPEG."""
    pdf = _typeset(sample, person, today or clock.today(ZONE))
    if password := sample.row.get("password"):
        return _locked(pdf, password)
    return _photo(pdf) if sample.row.get("photo") else pdf


def zipped(set_name: str, person: Person, today: date | None = None) -> bytes:
    """Return all documents of a set in one ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for sample in samples(set_name):
            archive.writestr(sample.file, make(sample, person, today))
    return stream.getvalue()


def day_of(row: dict[str, Any], today: date) -> date:
    """Return the date a document bears. Two years are two calendar years, and the day itself still counts."""
    if days := row.get("days_too_old"):
        return _months_before(today, 24) - timedelta(days=days)
    return _months_before(today, row["months_ago"])


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):  # the 31st falls back to the end of a shorter month
        if last <= day.day:
            try:
                return date(year, month + 1, last)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


def _title(row: dict[str, Any]) -> str:
    if "course" not in row:
        return "National Quality Label, with the note about the digital competencies certificate"
    return f"MOOC {row['course']} · {_data()['courses'][str(row['course'])]}"


def _typeset(sample: Sample, person: Person, today: date) -> bytes:
    row, data = sample.row, _data()
    issued = day_of(row, today)
    other = data["another_person"]
    holder = f"{other['given_name']} {other['family_name']}" if row.get("another_person") else person.name
    number = hashlib.sha256(f"{person.id} {sample.set} {sample.file} {issued}".encode()).hexdigest()[:10].upper()
    inputs = {
        "title": _title(row),
        "issuer": data["issuer"],
        "series": data["series"],
        "holder": holder,
        "course_number": str(row.get("course", "")),
        "course_title": data["courses"].get(str(row.get("course")), ""),
        "project": _PROJECTS[int(person.id) % len(_PROJECTS)],
        "note": _NOTE if row.get("note") else "",
        "date": f"{issued.day} {_MONTHS[issued.month - 1]} {issued.year}",
        "number": f"EETA-{number}",
    }
    layout = resources.files(__package__).joinpath("layouts", f"{row['layout']}.typ")
    return bytes(typst.compile(str(layout), format="pdf", sys_inputs=inputs, font_paths=list(_fonts()), ignore_system_fonts=True))


@cache
def _fonts() -> tuple[str, ...]:
    # Shipped as packages, so that a document looks the same on every machine.
    specs = (find_spec(name) for name in ("fontpkg_noto_sans", "fontpkg_noto_serif"))
    return tuple(str(Path(spec.origin).parent / "files") for spec in specs if spec and spec.origin)


def _locked(pdf: bytes, password: str) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(stream, encryption=pikepdf.Encryption(user=password, owner=password, R=6))
    return stream.getvalue()


def _photo(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()
    # Lying askew on a table, under warm light, and so far out of focus that no program reads it.
    table = Image.new("RGB", (page.width + 240, page.height + 240), (112, 86, 64))
    table.paste(page, (120, 120))
    turned = table.rotate(2.5, resample=Image.Resampling.BICUBIC, fillcolor=(112, 86, 64)).filter(ImageFilter.GaussianBlur(10))
    lit = Image.blend(turned, Image.new("RGB", turned.size, (255, 214, 150)), 0.12)
    stream = io.BytesIO()
    lit.save(stream, "JPEG", quality=82)
    return stream.getvalue()
