"""An incremental update of a PDF (ISO 32000-1, 7.5.6): what changed is written behind a file whose bytes stay as they are.

pikepdf reads the file and holds the objects; the update itself is a few lines of text, written here, because saving a
whole file and parsing it again would take longer than all the rest of a seal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Name, Object, Pdf

_START: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_TAIL: Final = 64  # bytes in which the end of a file is looked for


class Increment:
    """One update in the making: `document` may be changed, and every indirect object that was must be named by `touch`."""

    def __init__(self, pdf: bytes) -> None:
        """Open a PDF. Raises pikepdf.PdfError for what is none."""
        self.before, self.document, self._previous = _opened(pdf)
        self._changed: dict[tuple[int, int], Object] = {}
        self._added: dict[int, tuple[Object, bytes | None]] = {}
        # What stands for references to new objects until they are written. Nobody can put it into a file beforehand.
        self._token = f"/New-{hashlib.sha256(self.before).hexdigest()}-"

    def touch(self, changed: Object) -> None:
        """Write an indirect object anew, which is no stream."""
        self._changed[changed.objgen] = changed

    def add(self, new: Object, stream: bytes | None = None) -> Object:
        """Write a new object, which may be changed until then, and return what refers to it.

        pikepdf could number it too, but would read the whole file for that: half a millisecond, as long as a signature takes.
        """
        number = int(self.document.trailer.Size) + len(self._added)
        self._added[number] = (new, stream)
        return Name(f"{self._token}{number}-")

    def append(self, holder: Object, key: Name, *items: Object | int) -> None:
        """Append to an array in a dictionary: one that is there, there alone without an array, or not there at all."""
        present = holder.get(key)
        if not isinstance(present, Array):
            holder[key] = Array([] if present is None else [present])
        elif present.is_indirect:
            self.touch(present)
        array = holder[key]
        for item in items:
            array.append(item)

    def written(self, last: Object, text: bytes | None = None) -> tuple[bytes, int]:
        """Return the whole file, and where its last object begins: `last`, new or touched, as it is or with `text` in its place."""
        bodies = {objgen: self._body(changed, None) for objgen, changed in sorted(self._changed.items())}
        bodies |= {(number, 0): self._body(new, stream) for number, (new, stream) in self._added.items()}
        objgen = self._objgen(last)
        text = bodies[objgen] if text is None else text
        bodies.pop(objgen)
        parts, places, size = [self.before, b"\n"], {}, len(self.before) + 1
        for (number, generation), body in [*bodies.items(), (objgen, text)]:
            places[number, generation] = size
            parts.append(b"%d %d obj\n%s\nendobj\n" % (number, generation, body))
            size += len(parts[-1])
        parts.append(_table(places) + self._trailer(places, size))
        return b"".join(parts), size - len(b"\nendobj\n") - len(text)

    def _objgen(self, which: Object) -> tuple[int, int]:
        return (int(str(which).removeprefix(self._token)[:-1]), 0) if isinstance(which, Name) else which.objgen

    def _body(self, which: Object, stream: bytes | None) -> bytes:
        if stream is not None:
            which.Length = len(stream)
        text = which.unparse(resolved=True)
        for number in self._added:
            text = text.replace(b"%s%d-" % (self._token.encode(), number), b"%d 0 R" % number)
        return text if stream is None else b"%s\nstream\n%s\nendstream" % (text, stream)

    def _trailer(self, written: Iterable[tuple[int, int]], place: int) -> bytes:
        trailer = self.document.trailer
        # The second part of the file's id must change with it (14.4), and is no random number: the same input gives the same bytes.
        first = bytes(trailer.ID[0])
        second = hashlib.sha256(bytes(trailer.ID[1]) + b"sealed").digest()[:16]
        info = b"/Info %d %d R " % trailer.Info.objgen if Name.Info in trailer else b""
        size = max([int(trailer.Size), *(number + 1 for number, _ in written)])
        return b"trailer\n<< /Size %d /Root %d %d R %s/ID [ <%s> <%s> ] /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            size,
            *self.document.Root.objgen,
            info,
            first.hex().encode(),
            second.hex().encode(),
            self._previous,
            place,
        )


def _opened(pdf: bytes) -> tuple[bytes, Pdf, int]:
    """Open a PDF to which an update with a plain cross-reference table can be added; one that has no such table is saved with one."""
    found = _START.search(pdf[-_TAIL:])
    if found is not None:
        try:
            document = pikepdf.open(BytesIO(pdf), attempt_recovery=False)
        except pikepdf.PdfError:
            document = None
        place = int(found.group(1))
        if document is not None and _is_plain(document, pdf[place : place + 4]):
            return pdf, document, place
    saved = _saved(pdf)
    found = _START.search(saved[-_TAIL:])
    if found is None:
        raise pikepdf.PdfError("the file that was written has no end")
    return saved, pikepdf.open(BytesIO(saved)), int(found.group(1))


def _is_plain(document: Pdf, start: bytes) -> bool:
    return start == b"xref" and not document.is_encrypted and "/XRefStm" not in document.trailer and "/ID" in document.trailer


def _saved(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        out = BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return out.getvalue()


def _table(places: dict[tuple[int, int], int]) -> bytes:
    """Write a cross-reference table (7.5.4): a section for each run of numbers, 20 bytes an entry."""
    lines = [b"xref\n"]
    order = sorted(places)
    for index, (number, generation) in enumerate(order):
        if index == 0 or order[index - 1][0] != number - 1:
            lines.append(b"%d %d\n" % (number, _run(order[index:])))
        lines.append(b"%010d %05d n\r\n" % (places[number, generation], generation))
    return b"".join(lines)


def _run(order: list[tuple[int, int]]) -> int:
    first = order[0][0]
    return next((length for length, (number, _) in enumerate(order) if number != first + length), len(order))
