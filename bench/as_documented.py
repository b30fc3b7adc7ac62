"""The same certificate made by the same libraries as their documentation shows it: the baseline of the ratio.

The page, its drawings and the credential are the same; only the calls differ. (The result is a valid PAdES seal, but no
PDF/A any more: pyHanko as documented rewrites the metadata.)
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import qrcode
import qrcode.image.svg
import typst
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyld import jsonld

from certificate_signing import canonical
from certificate_signing.instants import xsd_instant
from certificate_signing.key_types import SealKey, private_pem
from certificate_signing.keyring import KeyRing
from certificate_signing.multibase import base58
from lti_tool.issuing import fonts, render
from lti_tool.issuing.certificate import CertificateContent


def write_keys(ring: KeyRing, folder: Path) -> None:
    """Write the seal's key, certificate and chain as the three files that SimpleSigner.load reads, and the credential's key."""
    key: SealKey = ring.seal
    (folder / "credential.pem").write_bytes(private_pem(ring.credential.private_key))
    (folder / "key.pem").write_bytes(private_pem(key.private_key))
    (folder / "seal.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in key.chain))


def prove(document: dict[str, Any], method: str, folder: Path) -> bytes:
    """Prove a credential: the key read, both documents canonicalised by PyLD."""
    key: Any = load_pem_private_key((folder / "credential.pem").read_bytes(), None)
    with canonical.options() as ours:
        options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": ours["documentLoader"]}
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": xsd_instant(_now(document)),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    hashed = [hashlib.sha256(jsonld.normalize(each, options).encode()).digest() for each in ({"@context": document["@context"], **proof}, document)]
    signed = {**document, "proof": {**proof, "proofValue": base58(key.sign(b"".join(hashed)))}}
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def code(text: str) -> str:
    """Make the QR code's SVG with the image factory of the library."""
    out = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage).save(out)
    return out.getvalue().decode()


def page(content: CertificateContent, credential: bytes, svg: str) -> bytes:
    """Compile the template with a call of its own."""
    folder = render.templates()
    stated = json.dumps(render._stated(content, frozenset(), plain=False), ensure_ascii=False)
    inputs = {"certificate": stated, "credential": credential.decode(), "qr": svg, **render._drawings()}
    return typst.compile(
        str(folder / "certificate.typ"), root=str(folder), font_paths=list(fonts.FOLDERS), sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"]
    )


def load_signer(folder: Path) -> signers.SimpleSigner:
    """Load the signer from its three files."""
    signer = signers.SimpleSigner.load(str(folder / "key.pem"), str(folder / "seal.pem"), ca_chain_files=(str(folder / "chain.pem"),))
    assert isinstance(signer, signers.SimpleSigner)
    return signer


def seal(pdf: bytes, signer: signers.SimpleSigner) -> bytes:
    """Seal as the examples do."""
    metadata = signers.PdfSignatureMetadata(
        field_name="Seal", subfilter=SigSeedSubFilter.PADES, reason="Certificate issued", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES
    )
    out: io.BytesIO = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=signer)
    return out.getvalue()


def _now(document: dict[str, Any]) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(document["validFrom"])
