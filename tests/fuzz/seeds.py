"""Sound documents to begin from, each made by code: of every sort that the reader takes, and of every part that a PDF may have."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from paper_parts import COURSE, LABEL, course, lines, pdf, stream


def drawn(kind: str, texts: tuple[str, ...] = COURSE, **options: object) -> bytes:
    """A small picture of a certificate."""
    picture = Image.new("RGB", (620, 440), "white")
    pen = ImageDraw.Draw(picture)
    for index, text in enumerate(texts):
        pen.text((30, 20 + 45 * index), text, fill="black")
    written = io.BytesIO()
    picture.save(written, kind, **options)  # type: ignore[arg-type]
    return written.getvalue()


def saved(content: bytes, **options: object) -> bytes:
    """The same PDF written in another way."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(written, **options)  # type: ignore[arg-type]
    return written.getvalue()


def scanned() -> bytes:
    """A PDF that is a photo of a certificate."""
    photo = drawn("JPEG")
    image = stream("/Type/XObject/Subtype/Image/Width 620/Height 440/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", photo)
    return pdf("q 595 0 0 422 0 400 cm /I Do Q", resources="/XObject<</I 6 0 R>>", more=[image])


def furnished() -> bytes:
    """A certificate with notes, fields, a link, layers, a form, an outline, an attachment and a page label."""
    return course(
        catalogue=(
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R]/DA(/Helv 9 Tf)>>/Outlines 9 0 R/PageLabels<</Nums[0<</S/r>>]>>"
            "/Names<</EmbeddedFiles<</Names[(a)10 0 R]>>>>/OCProperties<</OCGs[11 0 R]/D<</OFF[11 0 R]>>>>>>"
        ),
        page="/Annots[7 0 R 8 0 R]/Rotate 90/CropBox[10 10 585 832]/Group<</S/Transparency/CS/DeviceRGB>>",
        resources="/XObject<</X 6 0 R>>/ExtGState<</G<</ca .5/BM/Multiply>>>>/Properties<</L 11 0 R>>",
        more=[
            stream("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>", b"BT /F 9 Tf 9 9 Td (below) Tj ET"),
            "<</Type/Annot/Subtype/Link/Rect[0 0 90 20]/A<</S/URI/URI(https://example.org/verify/AB-12345)>>>>",
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[0 0 0 0]/V<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 9 20 30]/Contents<00>>>>>",
            "<</Type/Outlines/First 12 0 R/Last 12 0 R/Count 1>>",
            "<</Type/Filespec/F(a.json)/EF<</F 13 0 R>>>>",
            "<</Type/OCG/Name(L)>>",
            "<</Title(One)/Parent 9 0 R/Dest[3 0 R/Fit]>>",
            stream("/Type/EmbeddedFile", b'{"type": ["VerifiableCredential"]}'),
        ],
    )


@cache
def seeds() -> tuple[bytes, ...]:
    """Return every seed, always the same."""
    label = pdf(lines(LABEL), pack=True)
    makers: tuple[Callable[[], bytes], ...] = (
        course,
        lambda: label,
        scanned,
        furnished,
        lambda: saved(furnished(), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        lambda: saved(label, linearize=True),
        lambda: saved(course(), encryption=pikepdf.Encryption(owner="o", user="", R=6), deterministic_id=False),
        lambda: saved(course(), encryption=pikepdf.Encryption(owner="o", user="", R=3, aes=False, metadata=False), deterministic_id=False),
        lambda: drawn("PNG"),
        lambda: drawn("JPEG"),
        lambda: drawn("JPEG", LABEL, progressive=True),
    )
    return tuple(make() for make in makers)
