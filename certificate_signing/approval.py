"""A plain PAdES signature (B-B, ETSI EN 319 142-1) as other bodies put on their documents: for trying out what checks them.

Certificates of this product are sealed by `pdf_seal.py`, which keeps them archival and accessible; this keeps nothing but the text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from typing import Any, Final, TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificate_signing.key_types import SealKey

_T = TypeVar("_T")
_DIGEST: Final = "sha256"
_ROOM: Final = 1024  # bytes of CMS beside certificates and signature value


def approve(pdf: bytes, key: SealKey, at: datetime, *, field: str = "Signature") -> bytes:
    """Return the PDF with one more signature in a new field, as an incremental update that covers the whole file."""
    metadata = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm=_DIGEST)
    signer = ParsedKeySigner(key)
    session = PdfSigner(metadata, signer).init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf)))
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=signer.hex_characters)
    output = BytesIO()
    digest, _ = document.digest_tbs_document(output=output)
    digest.fill_with_cms(output, _finished(signer.async_sign(digest.document_digest, _DIGEST, use_pades=True)))
    return output.getvalue()


class ParsedKeySigner(Signer):
    """A signer that keeps the parsed key: pyHanko's own parses it at each signature, 0.2 s for RSA-3072."""

    def __init__(self, key: SealKey) -> None:
        registry = SimpleCertificateStore.from_certs([_asn1(each) for each in key.chain])  # type: ignore[no-untyped-call]  # pyHanko types no constructor
        super().__init__(signing_cert=_asn1(key.certificate), cert_registry=registry, embed_roots=True)
        self.key = key
        certificates = (key.certificate, *key.chain)
        size = sum(len(each.public_bytes(Encoding.DER)) for each in certificates) + key.signature_length + _ROOM
        self.hex_characters = 2 * size

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature value (RSA PKCS#1 v1.5 with SHA-256). Raises ValueError for another digest."""
        if digest_algorithm != _DIGEST:
            raise ValueError(f"the signature is made with {_DIGEST} alone")
        return b"" if dry_run else self.key.sign(data)


def _finished(signing: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end; where this thread runs an event loop already, in a thread beside it."""
    if asyncio._get_running_loop() is None:
        return asyncio.run(signing)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, signing).result()


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
