"""Documents that carry proofs: signed, with a credential inside, with a code; and the trust list that believes some of them."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from paper_parts import COURSE, lines, pdf, stream
from PIL import Image

from certificate_signing.data_integrity import add_proof
from certificate_signing.development_pki import development_seal
from certificate_signing.key_types import CredentialKey
from certificate_signing.multibase import ED25519_PUBLIC, base58
from certificate_signing.samples import badge
from lti_tool.evidence.trust import TrustedIssuer, TrustList

NOW = datetime(2026, 4, 1, 10, tzinfo=UTC)
AWARDED = datetime(2026, 3, 12, 10, tzinfo=UTC)
DID = "did:web:badges.example.org"
METHOD = f"{DID}#key-1"
PAGES = "https://verify.example.org/c/"
KEY = Ed25519PrivateKey.generate()
SEAL = development_seal("issuer", "Example Ministry", "BE", datetime(2026, 1, 1, tzinfo=UTC), bits=2048)
TRUST = TrustList(
    issuers=(
        TrustedIssuer(name="The Ministry", organisation="Example Ministry", certificates=(SEAL.chain[-1].public_bytes(Encoding.PEM).decode(),)),
        TrustedIssuer(name="The Badge Office", keys={METHOD: base58(ED25519_PUBLIC + KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))}),
        TrustedIssuer(name="The Checking Office", addresses=(PAGES,)),
    )
)


def course_for(holder: str) -> bytes:
    """The course certificate in somebody's name."""
    return pdf(lines([holder if line == "Anna Muster" else line for line in COURSE]))


def credential(holder: str = "Anna Muster", title: str = "MOOC 3: Teaching and learning", awarded: datetime = AWARDED) -> bytes:
    """A badge of the badge office."""
    return json.dumps(add_proof(badge(DID, holder, title, awarded), CredentialKey("key-1", KEY), METHOD, awarded)).encode()


def with_attachment(document: bytes, content: bytes, name: str = "credential.json") -> bytes:
    """Embed a file in a PDF."""
    with pikepdf.open(BytesIO(document)) as opened:
        opened.attachments[name] = pikepdf.AttachedFileSpec(opened, content, filename=name)
        out = BytesIO()
        opened.save(out)
        return out.getvalue()


def baked(content: bytes, *, compressed: bool = False, times: int = 1) -> bytes:
    """A PNG with a credential in it, as Open Badges 3.0 bakes it."""
    out = BytesIO()
    Image.new("L", (60, 60), 255).save(out, "PNG")
    plain = out.getvalue()
    text = zlib.compress(content) if compressed else content
    data = b"openbadgecredential\0" + bytes([compressed, 0]) + b"\0\0" + text
    chunk = struct.pack(">I", len(data)) + b"iTXt" + data + struct.pack(">I", zlib.crc32(b"iTXt" + data))
    end = plain.index(b"IEND") - 4
    return plain[:end] + chunk * times + plain[end:]


def code(text: str) -> Image.Image:
    """A QR code."""
    made = qrcode.QRCode(border=4, box_size=4)
    made.add_data(text)
    picture: Image.Image = made.make_image().get_image().convert("L")
    return picture


def with_code(text: str, points: int = 110) -> bytes:
    """The course certificate with a QR code in a corner."""
    picture = code(text)
    image = stream(
        f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode",
        zlib.compress(picture.tobytes()),
    )
    content = lines(COURSE) + f"q {points} 0 0 {points} {550 - points} 40 cm /I Do Q\n"
    return pdf(content, resources="/XObject<</I 6 0 R>>", more=[image])


def with_link(text: str) -> bytes:
    """The course certificate with an area that leads somewhere."""
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return pdf(lines(COURSE), page=f"/Annots[<</Type/Annot/Subtype/Link/Rect[60 60 200 90]/A<</S/URI/URI({escaped})>>>>]")
