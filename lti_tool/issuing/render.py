"""The certificate as a PDF/A-3a and PDF/UA-1 document, not yet sealed.

Data reach typst through `sys_inputs` alone: a name is never a part of its source. One compiler per thread, kept warm.
"""

from __future__ import annotations

import json
import threading
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import typst

from lti_tool.decision.outcome import LearningEvent
from lti_tool.issuing import fonts
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.qr import qr_svg
from lti_tool.issuing.stream_ends import told_apart

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_TRIES: Final = 4
_DRAWINGS: Final = ("frame", "rosette")

_local = threading.local()
_lock = threading.Lock()
_known_missing: frozenset[str] = frozenset()


def render(content: CertificateContent, credential: bytes, qr_text: str = "", log_proof: bytes | None = None) -> bytes:
    """Return the PDF with `credential` embedded as credential.json and `log_proof` as log-proof.json. The same input, the same bytes.

    `qr_text` is what the QR code holds; without it, the certificate's address alone.

    Characters that no font has are shown as a square: a name never stops a certificate. Raises typst.TypstError for
    anything else that is wrong, which is a defect of the template.
    """
    inputs = {"credential": credential.decode(), "qr": qr_svg(qr_text or content.address), **_drawings()}
    if log_proof is not None:
        inputs["log_proof"] = log_proof.decode()
    for _ in range(_TRIES):
        try:
            return _compile(content, inputs, _known_missing)
        except typst.TypstError as error:
            found = fonts.missing_in(error.diagnostic) - _known_missing
            if not found:
                break
            _remember(found)
    return _compile(content, inputs, _known_missing, plain=True)


def picture(content: CertificateContent) -> bytes:
    """Return the certificate as PNG, 1,123 pixels wide, with its address alone in the QR code. For whoever takes only pictures."""
    inputs = {"credential": "{}", "qr": qr_svg(content.address), **_drawings()}
    stated = json.dumps(_stated(content, _known_missing, plain=False), ensure_ascii=False)
    made = _compiler().compile(format="png", ppi=96.0, sys_inputs={**inputs, "certificate": stated})
    return cast("bytes", made)


def words(language: str) -> dict[str, Any]:
    """Return the fixed words in a language, in English where there are none yet."""
    every = _vocabulary()
    return cast("dict[str, Any]", every.get(language, every["en"]))


def _compile(content: CertificateContent, inputs: dict[str, str], missing: frozenset[str], *, plain: bool = False) -> bytes:
    stated = json.dumps(_stated(content, missing, plain=plain), ensure_ascii=False)
    made = _compiler().compile(
        format="pdf", sys_inputs={**inputs, "certificate": stated}, pdf_standards=["a-3a", "ua-1"], timestamp=int(content.issued_at.timestamp())
    )
    return told_apart(cast("bytes", made))


def _stated(content: CertificateContent, missing: frozenset[str], *, plain: bool) -> dict[str, Any]:
    def shown(text: str) -> str:
        legible = fonts.legible(text)
        return fonts.settable(fonts.plain(legible) if plain else legible, missing)

    fixed = words(content.language)
    host, _, number = content.address.partition("://")[2].rpartition("/")
    return {
        "language": content.language,
        "words": fixed,
        "title": shown(content.title),
        "holder": shown(content.holder_name) or fonts.REPLACEMENT,
        "sentence": shown(content.sentence),
        "level": shown(content.level),
        "areas": [shown(area) for area in content.areas],
        "issuer": shown(content.issuer_name),
        "number": _grouped(content.number),
        "issued": {"year": content.issued_on.year, "month": content.issued_on.month, "day": content.issued_on.day, "words": _when(content, fixed)},
        "checked": fixed["checked"][content.checked],
        "seal": fixed["seal"].format(issuer=shown(content.issuer_name)),
        "address": [f"{host}/", _grouped(number)],
        "url": content.address,
        "event": None if content.event is None else _event(content.event, fixed, shown(content.event.title)),
    }


def _event(event: LearningEvent, fixed: dict[str, Any], title: str) -> dict[str, str]:
    return {"title": title or fonts.REPLACEMENT, "when": when(event, fixed), "length": length(event, fixed)}


def when(event: LearningEvent, fixed: dict[str, Any]) -> str:
    """Return the event's day, or its first and last one, in the fixed words of a language."""
    if event.starts_on == event.ends_on:
        return _day(event.starts_on, fixed)
    return str(fixed["days"].format(first=_day(event.starts_on, fixed), last=_day(event.ends_on, fixed)))


def length(event: LearningEvent, fixed: dict[str, Any]) -> str:
    """Return how long the event took, in hours; "" if nobody said so."""
    if event.minutes is None:
        return ""
    return str(fixed["hour"] if event.minutes == 60 else fixed["hours"].format(hours=f"{event.minutes / 60:g}"))


def _when(content: CertificateContent, fixed: dict[str, Any]) -> str:
    day = _day(content.issued_on, fixed)
    if content.expires_on is None:
        return str(fixed["issued"].format(date=day))
    return str(fixed["expires"].format(date=day, until=_day(content.expires_on, fixed)))


def _day(day: date, fixed: dict[str, Any]) -> str:
    return str(fixed["date"].format(day=day.day, month=fixed["months"][day.month - 1], year=day.year))


def _grouped(number: str) -> str:
    """Write a number in groups of four with hyphens; the register reads it with or without."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def _remember(found: frozenset[str]) -> None:
    global _known_missing  # noqa: PLW0603 - what the fonts lack is learnt once for the whole process
    with _lock:
        _known_missing |= found


def _compiler() -> typst.Compiler:
    if not hasattr(_local, "compiler"):
        folder = templates()
        _local.compiler = typst.Compiler(
            input=str(folder / "certificate.typ"), root=str(folder), font_paths=list(fonts.FOLDERS), ignore_system_fonts=True
        )
    compiler: typst.Compiler = _local.compiler
    return compiler


def templates() -> Path:
    """Return the folder of the certificate's templates, in a wheel or in a checkout."""
    packed = _PACKAGE / "templates" / "certificates"
    return packed if packed.is_dir() else _PACKAGE.parent / "templates" / "certificates"


@cache
def _drawings() -> dict[str, str]:
    """Draw the frame and the rosette, once in each process (0.2 s)."""
    folder = templates()
    drawn = {name: typst.compile(str(folder / f"{name}.typ"), root=str(folder), format="svg", ignore_system_fonts=True) for name in _DRAWINGS}
    return {name: svg.decode() for name, svg in drawn.items()}


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads((templates() / "words.toml").read_text(encoding="utf-8"))
