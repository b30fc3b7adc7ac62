"""The PDF seal: PAdES B-B (ETSI EN 319 142-1), certified so that nothing may be changed afterwards."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any, Final, TypeVar

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificate_signing.key_types import SealKey
from certificate_signing.seal_field import FIELD, with_seal_field

_T = TypeVar("_T")
_DIGEST: Final = "sha256"
_ROOM: Final = 1024  # bytes of CMS beside certificates and signature value


def seal(pdf: bytes, key: SealKey, *, at: datetime, reason: str, organisation: str) -> bytes:
    """Seal a tagged PDF; the result is PDF/A-3a and PDF/UA-1 if `pdf` is.

    The same input and time give the same bytes. Raises pikepdf.PdfError or AttributeError for what is no tagged PDF,
    ValueError for one that has form fields or a seal already.
    """
    prepared = with_seal_field(pdf, f"Electronic seal of {organisation}")
    return _sign(prepared, _signer(key), at, reason)


class _ParsedKeySigner(Signer):
    """A signer that keeps the parsed key: pyHanko's own parses it at each signature, 0.2 s for RSA-3072."""

    def __init__(self, key: SealKey) -> None:
        registry = SimpleCertificateStore.from_certs([_asn1(each) for each in key.chain])  # type: ignore[no-untyped-call]  # pyHanko types no constructor
        super().__init__(signing_cert=_asn1(key.certificate), cert_registry=registry, embed_roots=True)
        self.signed_attr_prov_spec = _WholeChain((_asn1(key.certificate), *registry))
        self.key = key
        certificates = (key.certificate, *key.chain)
        size = sum(len(each.public_bytes(Encoding.DER)) for each in certificates) + key.private_key.key_size // 8 + _ROOM
        self.hex_characters = 2 * size

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != _DIGEST:
            raise ValueError(f"the seal is made with {_DIGEST} alone")
        return b"" if dry_run else self.key.private_key.sign(data, PKCS1v15(), hashes.SHA256())


class _WholeChain(SignedAttributeProviderSpec, CMSAttributeProvider):
    """The attribute signing-certificate-v2 (RFC 5035), naming the signer's certificate first and then the whole chain.

    Naming the chain too means that no byte of the seal is left unsigned: the check refuses a changed CA certificate.
    """

    attribute_type = "signing_certificate_v2"

    def __init__(self, certificates: Sequence[asn1_x509.Certificate]) -> None:
        # Encoded once: asn1crypto takes milliseconds to build it, and it is the same in every seal.
        self.encoded = tsp.SigningCertificateV2({"certs": [_named(certificate) for certificate in certificates]}).dump()

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterable[CMSAttributeProvider]:
        return (self,)

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2.load(self.encoded)


class _KeepingWriter(IncrementalPdfFileWriter):
    """An incremental update that leaves the archival metadata as typst wrote them, and whose file id is no random number."""

    def _update_meta(self) -> None:
        """Write nothing: pyHanko's own XMP breaks eight rules of PDF/A."""

    @classmethod
    def _handle_id(cls, prev: Any) -> generic.ArrayObject:
        first, _random = super()._handle_id(prev)  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        return generic.ArrayObject([first, generic.ByteStringObject(hashlib.sha256(bytes(first) + b"sealed").digest()[:16])])


@lru_cache(maxsize=8)
def _signer(key: SealKey) -> _ParsedKeySigner:
    return _ParsedKeySigner(key)


def _sign(prepared: bytes, signer: _ParsedKeySigner, at: datetime, reason: str) -> bytes:
    metadata = PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm=_DIGEST, reason=reason, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES
    )
    session = PdfSigner(metadata, signer).init_signing_session(_KeepingWriter(BytesIO(prepared)), existing_fields_only=True)
    session.system_time = at
    return _finish(session, signer)


def _finish(session: PdfSigningSession, signer: _ParsedKeySigner) -> bytes:
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=signer.hex_characters)
    output = BytesIO()
    digest, _ = document.digest_tbs_document(output=output)
    digest.fill_with_cms(output, _finished(signer.async_sign(digest.document_digest, _DIGEST, use_pades=True)))
    return output.getvalue()


def _finished(signing: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end; where this thread runs an event loop already, in a thread beside it."""
    if asyncio._get_running_loop() is None:
        return asyncio.run(signing)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, signing).result()


def _named(certificate: asn1_x509.Certificate) -> tsp.ESSCertIDv2:
    return tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": _DIGEST}, "cert_hash": hashlib.sha256(certificate.dump()).digest()})


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
