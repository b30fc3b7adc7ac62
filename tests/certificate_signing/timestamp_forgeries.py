"""Ways to forge the timestamps of a sealed PDF: the one inside the seal, and the archive timestamps around it (threats S04, S05, S14)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from asn1crypto import cms, core
from authorities import Ca, Openssl
from forgeries import FORGERIES, increment
from levels import Sealed, sealed_at

from certificate_signing.seal_layout import find_seal
from certificate_signing.seal_level import SealLevel


def _with_cms(pdf: bytes, content: bytes) -> bytes:
    layout = find_seal(pdf)
    room = layout.end - layout.start - 2
    return pdf[: layout.start + 1] + content.hex().upper().encode().ljust(room, b"0") + pdf[layout.end - 1 :]


def _signer(change: Callable[[cms.SignerInfo, Sealed], None]) -> Callable[[Sealed], bytes]:
    """Change what is unsigned in the CMS and write it as we would."""

    def forge(sealed: Sealed) -> bytes:
        pdf = sealed.files[SealLevel.B_T]
        content = cms.ContentInfo.load(find_seal(pdf).cms)
        change(content["content"]["signer_infos"][0], sealed)
        return _with_cms(pdf, content.dump())

    return forge


def _attributes(*tokens: bytes) -> list[dict[str, object]]:
    return [{"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token) for token in tokens]}]


def _taken_out(signer: cms.SignerInfo, _: Sealed) -> None:
    signer["unsigned_attrs"] = None


def _empty(signer: cms.SignerInfo, _: Sealed) -> None:
    signer["unsigned_attrs"] = []


def _of_another(signer: cms.SignerInfo, sealed: Sealed) -> None:
    """The timestamp of another seal."""
    other = cms.ContentInfo.load(find_seal(sealed_at(SealLevel.B_LT, sealed)).cms)["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = other["unsigned_attrs"]


def _over_the_file(signer: cms.SignerInfo, sealed: Sealed) -> None:
    """A true timestamp, but over something else than the signature."""
    signer["unsigned_attrs"] = _attributes(sealed.tsa.trusted().stamp(hashlib.sha256(b"file").digest()).token)


def _by_a_stranger(sealed: Sealed) -> bytes:
    """By an authority with the same names under a CA with the same name."""
    stranger = Openssl(sealed.tsa.folder.parent / f"stranger-{len(list(sealed.tsa.folder.parent.iterdir()))}", Ca())

    def change(signer: cms.SignerInfo, _: Sealed) -> None:
        digest = hashlib.sha256(signer["signature"].native).digest()
        signer["unsigned_attrs"] = _attributes(stranger.trusted().stamp(digest).token)

    return _signer(change)(sealed)


def _own(signer: cms.SignerInfo) -> bytes:
    token: bytes = signer["unsigned_attrs"][0]["values"][0].dump()
    return token


def _two(signer: cms.SignerInfo, sealed: Sealed) -> None:
    again = sealed.tsa.trusted().stamp(hashlib.sha256(signer["signature"].native).digest()).token
    signer["unsigned_attrs"] = _attributes(_own(signer), again)


def _a_note(signer: cms.SignerInfo, _: Sealed) -> None:
    note = {"type": "1.2.3.4.5", "values": [core.Any(core.UTF8String("note"))]}
    signer["unsigned_attrs"] = [*_attributes(_own(signer)), note]


def _a_note_in_the_token(signer: cms.SignerInfo, _: Sealed) -> None:
    token = cms.ContentInfo.load(_own(signer))
    token["content"]["signer_infos"][0]["unsigned_attrs"] = [{"type": "1.2.3.4.5", "values": [core.Any(core.UTF8String("note"))]}]
    signer["unsigned_attrs"] = _attributes(token.dump())


def _a_certificate_more(signer: cms.SignerInfo, sealed: Sealed) -> None:
    token = cms.ContentInfo.load(_own(signer))
    other = cms.ContentInfo.load(find_seal(sealed.files[SealLevel.B_B]).cms)["content"]["certificates"][0]
    token["content"]["certificates"].append(other)
    signer["unsigned_attrs"] = _attributes(token.dump())


def _token_alone(sealed: Sealed) -> bytes:
    pdf = sealed.files[SealLevel.B_T]
    return _with_cms(pdf, _own(cms.ContentInfo.load(find_seal(pdf).cms)["content"]["signer_infos"][0]))


# Name → what is done to a seal with a timestamp.
TIMESTAMP_FORGERIES: dict[str, Callable[[Sealed], bytes]] = {
    "taken out": _signer(_taken_out),
    "taken out, the attributes left empty": _signer(_empty),
    "of another seal": _signer(_of_another),
    "over something else": _signer(_over_the_file),
    "by a stranger": _by_a_stranger,
    "two": _signer(_two),
    "a note beside it": _signer(_a_note),
    "a note inside it": _signer(_a_note_in_the_token),
    "a certificate more inside it": _signer(_a_certificate_more),
    "no CMS but the token": _token_alone,
}


def _gap(pdf: bytes) -> tuple[int, int]:
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    return start, pdf.index(b">", start) + 1


def _without_token(archived: bytes, _: bytes) -> bytes:
    start, end = _gap(archived)
    return archived[: start + 1] + b"0" * (end - start - 2) + archived[end - 1 :]


def _around_another(archived: bytes, long_term: bytes) -> bytes:
    """The archive revision of one certificate behind another of the same length."""
    return FORGERIES["the reason"][0](long_term) + archived[len(long_term) :]


def _with_a_page(archived: bytes, long_term: bytes) -> bytes:
    """A page slipped in between the seal and its archive timestamp."""
    return FORGERIES["a page appended"][0](long_term) + archived[len(long_term) :]


def _archive_replaced(old: bytes, new: bytes) -> Callable[[bytes, bytes], bytes]:
    return lambda archived, before: before + archived[len(before) :].replace(old, new)


def _of_one(forge: Callable[[bytes], bytes]) -> Callable[[bytes, bytes], bytes]:
    return lambda archived, _: forge(archived)


# Name → what is done to an archived certificate, given what it was before.
ARCHIVE_FORGERIES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "the timestamp emptied": _without_token,
    "around another certificate": _around_another,
    "something slipped in between": _with_a_page,
    "the archive revision twice": lambda archived, before: archived + archived[len(before) :],
    "a line break appended": lambda archived, _: archived + b"\n",
    "a comment appended": lambda archived, _: archived + b"% hello\n%%EOF\n",
    "the end cut off": lambda archived, _: archived[:-7],
    "the field renamed": _archive_replaced(b"ArchiveTimestamp1", b"ArchiveTimestamp7"),
    "the field described otherwise": _archive_replaced(b"Archive timestamp 1", b"Archive timestamp 2"),
    "the order of tabs in the archive revision": _archive_replaced(b"/Tabs /S", b"/Tabs /R"),
    "an update that changes nothing": lambda archived, _: increment(lambda appended: appended.document.Root)(archived),
    **{
        name: _of_one(FORGERIES[name][0])
        for name in (
            "a page appended", "an evil annotation (EAA)", "an evil signature field (SSA)", "another signature over all", "shadow attack: replace",
            "shadow attack: hide", "shadow attack: hide and replace", "the attachment swapped", "the attachment swapped in an update", "saved again",
            "saved for people to read", "stripped of the signature", "wrapped as an attachment", "twice the file", "half of it", "the reason",
            "the time of sealing", "DocMDP loosened", "bytes put before",
        )
    },
}  # fmt: skip
