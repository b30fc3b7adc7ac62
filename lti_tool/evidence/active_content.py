"""What a PDF could do beside being seen: run, send, open other files, or carry them (threat U05).

None of it happens here: PDFium is built without scripts, and people see drawn pixels. But who downloads the original should know, and
a certificate has no use for it. PDFium names only scripts of the whole document, so the objects are looked through with qpdf; only
those in whose writing one of the words stands are looked at closely, which costs well under a millisecond for a certificate.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

from lti_tool.evidence.embedded import LARGEST, looks_like_credential
from lti_tool.evidence.reading import Doubt

MOST_OBJECTS: Final = 100_000
MOST_DEPTH: Final = 60
# Actions that do more than turn to a page of this document or show an address (PDF 2.0, table 201, and Adobe's own).
ACTIONS: Final = frozenset(
    {
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE", "/GoTo3DView", "/Hide", "/Movie", "/Rendition",
        "/RichMediaExecute", "/SetOCGState", "/Sound", "/Thread",
    }
)  # fmt: skip
# Keys that are there for nothing else: scripts, forms of XML, actions that happen by themselves.
KEYS: Final = ("/JS", "/JavaScript", "/XFA", "/AA")
HARMLESS_AT_OPENING: Final = frozenset({"/GoTo", "/Named"})
SCRIPTS: Final = ("javascript:", "vbscript:", "data:", "file:")
_WORDS: Final = re.compile("|".join(f"{name}\\b" for name in sorted({*ACTIONS, *KEYS, "/OpenAction", "/EF", "/F", "/URI"})).encode())


def active_content(content: bytes, pdf: pdfium.PdfDocument) -> list[Doubt]:
    """Return a doubt for each sort of what a certificate has no use for: ``active-content``, ``embedded-file``, ``not-looked-through``.

    `content` are the bytes that `pdf` was opened from.
    """
    try:
        with pikepdf.open(io.BytesIO(content if raw.FPDF_GetSecurityHandlerRevision(pdf.raw) < 0 else _unlocked(pdf))) as opened:
            if len(opened.objects) > MOST_OBJECTS:
                return [Doubt("not-looked-through")]
            return [Doubt(code) for code in sorted(set(_codes(opened)))]
    except (pikepdf.PdfError, pdfium.PdfiumError, RuntimeError, ValueError, TypeError, RecursionError):
        return [Doubt("not-looked-through")]


def _unlocked(pdf: pdfium.PdfDocument) -> bytes:
    """Return a copy without its restrictions: qpdf wants a random device to open an encrypted file, and a fork has none."""
    copy = io.BytesIO()
    pdf.save(copy, flags=raw.FPDF_REMOVE_SECURITY)
    return copy.getvalue()


def _codes(pdf: pikepdf.Pdf) -> Iterator[str]:
    for entry in (pdf.trailer, *pdf.objects):
        written = entry.stream_dict if isinstance(entry, pikepdf.Stream) else entry
        if not isinstance(written, pikepdf.Object) or not _WORDS.search(written.unparse(resolved=True)):
            continue
        if isinstance(entry, pikepdf.Stream) and "/F" in written:
            # The bytes are said to stand in another file.
            yield "active-content"
        for table in _tables(written, MOST_DEPTH):
            yield from _of_table(table)


def _tables(entry: Any, depth: int) -> Iterator[pikepdf.Dictionary]:
    """Yield the dictionaries that stand in an object itself; those that it refers to are objects of their own."""
    if isinstance(entry, pikepdf.Dictionary):
        yield entry
        inner = [value for _, value in entry.items()]
    else:
        inner = list(entry) if isinstance(entry, pikepdf.Array) else []
    for value in inner if depth else ():
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            yield from _tables(value, depth - 1)


def _of_table(table: pikepdf.Dictionary) -> Iterator[str]:
    if any(key in table for key in KEYS) or str(table.get("/S")) in ACTIONS or _runs_at_opening(table) or _is_script(table.get("/URI")):
        yield "active-content"
    if "/EF" in table and not _holds_credentials_alone(table["/EF"]):
        yield "embedded-file"


def _runs_at_opening(table: pikepdf.Dictionary) -> bool:
    """Tell an action on opening that is not just a page to begin at."""
    action = table.get("/OpenAction")
    if not isinstance(action, pikepdf.Dictionary):
        return False
    return str(action.get("/S")) not in HARMLESS_AT_OPENING or "/Next" in action


def _is_script(address: Any) -> bool:
    return address is not None and str(address).strip().lower().startswith(SCRIPTS)


def _holds_credentials_alone(files: Any) -> bool:
    """Tell an attachment that is a credential: `evidence.proof` looks at those."""
    streams = [value for _, value in files.items()] if isinstance(files, pikepdf.Dictionary) else [None]
    return all(isinstance(entry, pikepdf.Stream) and _is_credential(entry) for entry in streams)


def _is_credential(stream: pikepdf.Stream) -> bool:
    return int(stream.get("/Length", 0)) <= LARGEST and looks_like_credential(stream.read_bytes())
