"""A signature field that keeps a PDF/A-3a and PDF/UA-1 document conformant: tagged, described, in the structure tree."""

from __future__ import annotations

from typing import Final

from pikepdf import Array, Dictionary, Name, Object, String

from certificate_signing.pdf_increment import Increment

FIELD: Final = "IssuerSeal"
_HIDDEN_PRINTED_LOCKED: Final = 132  # annotation flags Print and Locked; the rectangle is empty, so nothing is drawn


def add_field(increment: Increment, name: str, description: str, value: Object) -> None:
    """Add an invisible signature field to the first page of a tagged PDF, filled with the signature dictionary `value`.

    PDF/UA-1 asks for the field's description (/TU), its Form element, the way back to it (ParentTree) and the tab order.
    Raises AttributeError for a PDF without structure.
    """
    root, page = increment.document.Root, increment.document.pages[0].obj
    entries = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=String(name),
        TU=String(description),
        F=_HIDDEN_PRINTED_LOCKED,
        Rect=Array([0, 0, 0, 0]),
        P=page,
        V=value,
    )
    widget = increment.add(entries)
    entries.StructParent = _tag(increment, page, widget, description)
    increment.append(page, Name.Annots, widget)
    page.Tabs = Name.S
    increment.touch(page)
    if Name.AcroForm not in root:
        root.AcroForm = Dictionary(Fields=Array(), SigFlags=3)
        increment.touch(root)
    form = root.AcroForm
    increment.append(form, Name.Fields, widget)
    increment.touch(form if form.is_indirect else root)


def _tag(increment: Increment, page: Object, widget: Object, description: str) -> int:
    """Put the field into the structure tree; return its key in the tree of parents."""
    structure = increment.document.Root.StructTreeRoot
    parents = structure.ParentTree
    key = _next_key(structure, parents)
    top = structure.K[0] if isinstance(structure.K, Array) else structure.K
    reference = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)
    form = increment.add(Dictionary(Type=Name.StructElem, S=Name.Form, P=top, Pg=page, Alt=String(description), K=reference))
    increment.append(top, Name.K, form)
    increment.append(parents, Name.Nums, key, form)
    structure.ParentTreeNextKey = key + 1
    for changed in (top, parents, structure):
        increment.touch(changed if changed.is_indirect else structure)
    return key


def _next_key(structure: Object, parents: Object) -> int:
    keys = [int(parents.Nums[index]) for index in range(0, len(parents.Nums), 2)]
    return max([int(structure.get(Name.ParentTreeNextKey, 0)), *(key + 1 for key in keys)])
