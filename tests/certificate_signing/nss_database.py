"""Make a database of trusted roots for NSS, which pdfsig asks: nss_database.py FOLDER ROOT.der…; run as a program of its own.

`certutil` would do the same, but is a package more, while the library is there wherever pdfsig is.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

POINTER = ctypes.c_void_p


class Item(ctypes.Structure):
    """SECItem."""

    _fields_ = [("type", ctypes.c_int), ("data", ctypes.c_char_p), ("length", ctypes.c_uint)]


FUNCTIONS: dict[str, tuple[type, list[type]]] = {
    "NSS_InitReadWrite": (ctypes.c_int, [ctypes.c_char_p]),
    "PK11_GetInternalKeySlot": (POINTER, []),
    "PK11_InitPin": (ctypes.c_int, [POINTER, ctypes.c_char_p, ctypes.c_char_p]),
    "PK11_ImportDERCert": (ctypes.c_int, [POINTER, ctypes.POINTER(Item), ctypes.c_ulong, ctypes.c_char_p, ctypes.c_int]),
    "CERT_GetDefaultCertDB": (POINTER, []),
    "CERT_FindCertByDERCert": (POINTER, [POINTER, ctypes.POINTER(Item)]),
    "CERT_DecodeTrustString": (ctypes.c_int, [POINTER, ctypes.c_char_p]),
    "CERT_ChangeCertTrust": (ctypes.c_int, [POINTER, POINTER, POINTER]),
}


def main(folder: str, *roots: str) -> None:
    nss = ctypes.CDLL("libnss3.so")
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(nss, name)
        function.restype, function.argtypes = result, arguments
    done(nss.NSS_InitReadWrite(f"sql:{folder}".encode()))
    slot = nss.PK11_GetInternalKeySlot()
    done(nss.PK11_InitPin(slot, None, b""))
    for number, root in enumerate(roots):
        der = Path(root).read_bytes()
        item, trust = Item(0, der, len(der)), (ctypes.c_uint * 3)()
        done(nss.PK11_ImportDERCert(slot, item, 0, f"root {number}".encode(), 0))
        done(nss.CERT_DecodeTrustString(trust, b",C,"))  # a CA for e-mail, which signatures of documents count as
        done(nss.CERT_ChangeCertTrust(nss.CERT_GetDefaultCertDB(), nss.CERT_FindCertByDERCert(nss.CERT_GetDefaultCertDB(), item), trust))


def done(status: int) -> None:
    if status:
        raise SystemExit("NSS refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
