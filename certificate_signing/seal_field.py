"""A signature field that keeps a PDF/A-3a and PDF/UA-1 document conformant: tagged, described, in the structure tree."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

FIELD: Final = "IssuerSeal"
_HIDDEN_PRINTED_LOCKED: Final = 132  # annotation flags Print and Locked; the rectangle is empty, so nothing is drawn


def with_seal_field(pdf: bytes, description: str) -> bytes:
    """Return a tagged PDF with an empty, invisible signature field on its first page.

    PDF/UA-1 asks for the field's description (/TU), its Form element, the way back to it (ParentTree) and the tab order.
    Raises pikepdf.PdfError for what is no PDF, AttributeError for one without structure, ValueError for one with fields.
    """
    with pikepdf.open(BytesIO(pdf)) as document:
        if Name.AcroForm in document.Root:
            raise ValueError("the document has form fields already; nothing is sealed twice")
        page = document.pages[0]
        widget = _widget(document, page, description)
        _tag(document, page, widget, description)
        if Name.Annots not in page.obj:
            page.obj.Annots = Array()
        page.obj.Annots.append(widget)
        page.obj.Tabs = Name.S
        document.Root.AcroForm = Dictionary(Fields=Array([widget]), SigFlags=3)
        out = BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.preserve, deterministic_id=True)
    return out.getvalue()


def _widget(document: Pdf, page: Page, description: str) -> Object:
    return document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(FIELD),
            TU=String(description),
            F=_HIDDEN_PRINTED_LOCKED,
            Rect=Array([0, 0, 0, 0]),
            P=page.obj,
        )
    )


def _tag(document: Pdf, page: Page, widget: Object, description: str) -> None:
    structure = document.Root.StructTreeRoot
    parents = structure.ParentTree
    key = _next_key(structure, parents)
    root = structure.K[0] if isinstance(structure.K, Array) else structure.K
    reference = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page.obj)
    form = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=root, Pg=page.obj, Alt=String(description), K=reference))
    if isinstance(root.K, Array):
        root.K.append(form)
    else:
        root.K = Array([root.K, form])
    widget.StructParent = key
    parents.Nums.append(key)
    parents.Nums.append(form)
    structure.ParentTreeNextKey = key + 1


def _next_key(structure: Object, parents: Object) -> int:
    keys = [int(parents.Nums[index]) for index in range(0, len(parents.Nums), 2)]
    return max([int(structure.get(Name.ParentTreeNextKey, 0)), *(key + 1 for key in keys)])
