"""Ways to forge a sealed PDF, each a function of the genuine bytes (threats S04, S05, S06)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from certificate_signing.approval import approve
from certificate_signing.development_pki import development_seal
from certificate_signing.pdf_increment import Increment
from certificate_signing.seal_layout import find_seal

STRANGER = development_seal("stranger", "Example Academy", "BE", datetime(2026, 11, 1, tzinfo=UTC), bits=2048)
_RANGE = re.compile(rb"/ByteRange \[[^\]]*\]\s*")


def _range(text: bytes) -> Callable[[bytes], bytes]:
    """Write another /ByteRange of the same length, so that nothing else moves."""

    def forge(pdf: bytes) -> bytes:
        found = _RANGE.search(pdf)
        assert found is not None
        return pdf[: found.start()] + text.ljust(len(found[0]))[: len(found[0])] + pdf[found.end() :]

    return forge


def _numbers(change: Callable[[int, int, int], str]) -> Callable[[bytes], bytes]:
    def forge(pdf: bytes) -> bytes:
        layout = find_seal(pdf)
        return _range(f"/ByteRange [{change(layout.start, layout.end, len(pdf))}]".encode())(pdf)

    return forge


def _gap(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def forge(pdf: bytes) -> bytes:
        layout = find_seal(pdf)
        changed = change(pdf[layout.start + 1 : layout.end - 1])
        return pdf[: layout.start + 1] + changed + pdf[layout.end - 1 :]

    return forge


def _zeros(digits: bytes) -> bytes:
    return b"0" * len(digits)


def _used(digits: bytes) -> int:
    return len(digits.rstrip(b"0"))


def _with(digits: bytes, place: int, new: bytes) -> bytes:
    return digits[:place] + new + digits[place + len(new) :]


def _other_signature(digits: bytes) -> bytes:
    place = _used(digits) - 20
    return _with(digits, place, b"1" if digits[place : place + 1] == b"0" else b"0")


def update(pdf: bytes) -> bytes:
    """Append an incremental update that replaces the page's contents."""
    with pikepdf.open(BytesIO(pdf)) as document:
        page = document.pages[0].obj.objgen[0]
        size = int(document.trailer.Size)
        root = document.Root.objgen[0]
    last = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    offset = len(pdf)
    new = b"%d 0 obj\n<</Type /Page /MediaBox [0 0 842 595]>>\nendobj\n" % page
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d /Root %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        page,
        offset,
        size,
        root,
        last,
        offset + len(new),
    )
    return pdf + new + table


def increment(change: Callable[[Increment], Object]) -> Callable[[bytes], bytes]:
    """Append an incremental update; `change` returns the last object that it wrote anew."""

    def forge(pdf: bytes) -> bytes:
        appended = Increment(pdf)
        last = change(appended)
        appended.touch(last)
        return appended.written(last)[0]

    return forge


def _evil_annotation(appended: Increment) -> Object:
    """Draw over the name: what a certified document would allow at DocMDP level 3 (EAA)."""
    page = appended.document.pages[0].obj
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([200, 300, 600, 400]), Contents=pikepdf.String("Another"), F=4)
    page.Annots.append(appended.add(note))
    return page


def _evil_field(appended: Increment) -> Object:
    """Add a signature field that shows a picture over the name (SSA): allowed at DocMDP level 2."""
    page, form = appended.document.pages[0].obj, appended.document.Root.AcroForm
    shown = appended.add(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 400, 100])), b"1 1 1 rg 0 0 400 100 re f")
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=pikepdf.String("Other"), Rect=Array([200, 300, 600, 400]), AP=Dictionary(N=shown)
    )
    made = appended.add(field)
    form.Fields.append(made)
    page.Annots.append(made)
    appended.touch(page)
    return appended.document.Root


def _shadow_replace(appended: Increment) -> Object:
    """Let the pages point to other content."""
    page = appended.document.pages[0].obj
    page.Contents = appended.add(Dictionary(), b"BT ET")
    return page


def _shadow_hide(appended: Increment) -> Object:
    """Lay a white picture over the page, as a shadow attack that hides."""
    page = appended.document.pages[0].obj
    page.Contents = Array([page.Contents, appended.add(Dictionary(), b"1 1 1 rg 0 0 900 900 re f")])
    return page


def _shadow_swap(appended: Increment) -> Object:
    """Give the document another catalog with other pages, as a shadow attack that hides and replaces."""
    root = appended.document.Root
    page = appended.add(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 842, 595]), Parent=root.Pages))
    root.Pages = appended.add(Dictionary(Type=Name.Pages, Kids=Array([page]), Count=1))
    return root


def _other_attachment(appended: Increment) -> Object:
    file = appended.document.Root.AF[0]
    file.EF = Dictionary(F=appended.add(Dictionary(Type=Name.EmbeddedFile), b"{}"))
    return file


def _no_certification(appended: Increment) -> Object:
    del appended.document.Root.Perms
    return appended.document.Root


def second_signature(pdf: bytes) -> bytes:
    """Take the certification away and sign again with somebody else's key, over everything."""
    return approve(increment(_no_certification)(pdf), STRANGER, datetime(2026, 11, 22, tzinfo=UTC), field="Second")


def _saved_as(**options: object) -> Callable[[bytes], bytes]:
    def forge(pdf: bytes) -> bytes:
        with pikepdf.open(BytesIO(pdf)) as document:
            out = BytesIO()
            document.save(out, **options)
        return out.getvalue()

    return forge


def move_second_range(pdf: bytes) -> bytes:
    """Slip new bytes in before the second range and move that range behind them (signature wrapping)."""
    layout = find_seal(pdf)
    added = b"\n1 0 obj\n<</Type /Catalog>>\nendobj\n"
    moved = pdf[: layout.end] + added + pdf[layout.end :]
    return _numbers_of(moved, layout.start, layout.end + len(added))


def _numbers_of(pdf: bytes, start: int, end: int) -> bytes:
    return _range(b"/ByteRange [0 %d %d %d]" % (start, end, len(pdf) - end))(pdf)


def _stretched(pdf: bytes) -> bytes:
    layout = find_seal(pdf)
    return _numbers_of(pdf + b"% more\n", layout.start, layout.end)


def second_field(pdf: bytes) -> bytes:
    """Rewrite the file with a second field that holds the same signature."""
    with pikepdf.open(BytesIO(pdf)) as document:
        fields = document.Root.AcroForm.Fields
        copy = document.make_indirect(Dictionary(FT=Name.Sig, T=pikepdf.String("Second"), V=fields[0].V))
        fields.append(copy)
        return _saved(document)


def strip(pdf: bytes) -> bytes:
    """Take the signature out and save."""
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.Root.AcroForm.Fields[0].V
        del document.Root.Perms
        return _saved(document)


def resave(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        return _saved(document)


def swap_attachment(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        document.attachments["credential.json"] = pikepdf.AttachedFileSpec(document, b"{}", filename="credential.json")
        return _saved(document)


def annotate(pdf: bytes) -> bytes:
    """Draw over the name, as evil annotation attacks on certified documents do."""
    with pikepdf.open(BytesIO(pdf)) as document:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([200, 300, 600, 400]), Contents=pikepdf.String("Another"), F=4)
        document.pages[0].obj.Annots.append(document.make_indirect(note))
        return _saved(document)


def wrap(pdf: bytes) -> bytes:
    """Embed the genuine file in another PDF."""
    outer = pikepdf.new()
    outer.add_blank_page()
    outer.attachments["certificate.pdf"] = pikepdf.AttachedFileSpec(outer, pdf, filename="certificate.pdf")
    return _saved(outer)


def wrap_uncompressed(pdf: bytes) -> bytes:
    """Carry the genuine bytes, readable, in the stream of another PDF."""
    return b"%%PDF-1.7\n1 0 obj\n<</Length %d>>\nstream\n" % len(pdf) + pdf + b"\nendstream\nendobj\n%%EOF\n"


def _saved(document: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


_EITHER = {"seal-broken", "changed-after-sealing"}

# Name → (what is done, the codes that may end the check).
FORGERIES: dict[str, tuple[Callable[[bytes], bytes], set[str]]] = {
    "contents zeroed": (_gap(_zeros), {"seal-broken"}),
    "contents emptied": (lambda pdf: pdf[: find_seal(pdf).start + 1] + pdf[find_seal(pdf).end - 1 :], {"changed-after-sealing"}),
    "contents no hexadecimal": (_gap(lambda digits: _with(digits, 40, b"zz")), {"seal-broken"}),
    "contents in small letters": (_gap(bytes.lower), {"seal-broken"}),
    "something behind the CMS": (_gap(lambda digits: _with(digits, _used(digits) + 200, b"AB")), _EITHER),
    "a byte of the signature value or of its timestamp": (_gap(_other_signature), {"seal-broken", "timestamp-wrong"}),
    "the first byte of the CMS": (_gap(lambda digits: _with(digits, 0, b"31")), {"seal-broken"}),
    "ByteRange null": (_range(b"/ByteRange null"), {"seal-broken"}),
    "ByteRange empty": (_range(b"/ByteRange []"), {"seal-broken"}),
    "ByteRange all zero": (_range(b"/ByteRange [0 0 0 0]"), {"changed-after-sealing"}),
    "ByteRange negative": (_numbers(lambda start, end, size: f"0 {start} {end} -{size - end}"), {"seal-broken"}),
    "ByteRange negative start": (_numbers(lambda start, end, size: f"-1 {start} {end} {size - end}"), {"seal-broken"}),
    "ByteRange a fraction": (_numbers(lambda start, end, size: f"0 {start}. {end} {size - end}"), {"seal-broken"}),
    "ByteRange one range": (_numbers(lambda start, end, size: f"0 {size}"), {"seal-broken"}),
    "ByteRange one range and nothing": (_numbers(lambda start, end, size: f"0 {size} {size} 0"), {"changed-after-sealing"}),
    "ByteRange six numbers": (_numbers(lambda start, end, size: f"0 {start} {end} 9 {end + 9} {size - end - 9}"), {"seal-broken"}),
    "ByteRange by reference": (_range(b"/ByteRange 1 0 R"), {"seal-broken"}),
    "ByteRange with a wider gap": (_numbers(lambda start, end, size: f"0 {start - 40} {end} {size - end}"), _EITHER),
    "ByteRange with a gap behind": (_numbers(lambda start, end, size: f"0 {start} {end + 200} {size - end - 200}"), _EITHER),
    "ByteRange ends early": (_numbers(lambda start, end, size: f"0 {start} {end} {size - end - 5}"), {"changed-after-sealing"}),
    "ByteRange ends late": (_numbers(lambda start, end, size: f"0 {start} {end} {size - end + 5}"), {"changed-after-sealing"}),
    "ByteRange starts late": (_numbers(lambda start, end, size: f"9 {start - 9} {end} {size - end}"), {"changed-after-sealing"}),
    "ByteRange twice": (lambda pdf: pdf.replace(b"/Reason (", b"/ByteRange [0 1 2 3] /Reason (", 1), {"more-than-one-seal"}),
    "ByteRange spelt otherwise": (lambda pdf: pdf.replace(b"/ByteRange ", b"/Byte#52ange", 1), {"no-seal"}),
    "a line break appended": (lambda pdf: pdf + b"\n", {"changed-after-sealing"}),
    "a comment appended": (lambda pdf: pdf + b"% hello\n%%EOF\n", {"changed-after-sealing"}),
    "a page appended": (update, {"changed-after-sealing"}),
    "a page appended, ranges stretched": (lambda pdf: _numbers_of(update(pdf), find_seal(pdf).start, find_seal(pdf).end), {"content-changed"}),
    "a comment appended, ranges stretched": (_stretched, {"changed-after-sealing"}),
    "the end cut off": (lambda pdf: pdf[:-7], {"changed-after-sealing"}),
    "half of it": (lambda pdf: pdf[: len(pdf) // 2], {"no-seal"}),
    "bytes put before": (lambda pdf: b"\n" + pdf, {"unreadable-pdf"}),
    "a header put before": (lambda pdf: b"%PDF-1.7\n" + pdf, {"changed-after-sealing"}),
    "an evil annotation (EAA)": (increment(_evil_annotation), {"changed-after-sealing"}),
    "an evil signature field (SSA)": (increment(_evil_field), {"changed-after-sealing"}),
    "another signature over all": (second_signature, {"more-than-one-seal"}),
    "shadow attack: replace": (increment(_shadow_replace), {"changed-after-sealing"}),
    "shadow attack: hide": (increment(_shadow_hide), {"changed-after-sealing"}),
    "shadow attack: hide and replace": (increment(_shadow_swap), {"changed-after-sealing"}),
    "the attachment swapped in an update": (increment(_other_attachment), {"changed-after-sealing"}),
    "the certification taken away in an update": (increment(_no_certification), {"changed-after-sealing"}),
    "an update that changes nothing": (increment(lambda appended: appended.document.Root), {"changed-after-sealing"}),
    "saved with streams of objects": (_saved_as(object_stream_mode=pikepdf.ObjectStreamMode.generate), _EITHER | {"no-seal"}),
    "saved for people to read": (_saved_as(qdf=True), _EITHER),
    "saved for the web": (_saved_as(linearize=True), _EITHER),
    "encrypted": (_saved_as(encryption=pikepdf.Encryption(owner="o", user="")), _EITHER),
    "the second range moved": (move_second_range, {"content-changed", "seal-broken", "changed-after-sealing"}),
    "a second field": (second_field, {"changed-after-sealing", "more-than-one-seal"}),
    "an annotation over the name": (annotate, {"changed-after-sealing"}),
    "the attachment swapped": (swap_attachment, {"changed-after-sealing"}),
    "saved again": (resave, {"changed-after-sealing"}),
    "stripped of the signature": (strip, {"no-seal"}),
    "wrapped as an attachment": (wrap, {"no-seal"}),
    "wrapped in a stream": (wrap_uncompressed, {"changed-after-sealing"}),
    "twice the file": (lambda pdf: pdf + pdf, {"more-than-one-seal"}),
    "the time of sealing": (lambda pdf: pdf.replace(b"/M (D:2", b"/M (D:1", 1), {"content-changed"}),
    "the reason": (lambda pdf: pdf.replace(b"Certificate issued", b"Certificate denied", 1), {"content-changed"}),
    "DocMDP loosened": (lambda pdf: pdf.replace(b"/P 1 /Type", b"/P 3 /Type", 1), {"content-changed"}),
    "the catalog's type": (lambda pdf: pdf.replace(b"/Catalog", b"/Katalog"), {"content-changed"}),
    "empty": (lambda pdf: b"", {"unreadable-pdf"}),
    "no PDF": (lambda pdf: b"PK\x03\x04" + pdf, {"unreadable-pdf"}),
    "only the header": (lambda pdf: pdf[:9], {"no-seal"}),
}  # fmt: skip
