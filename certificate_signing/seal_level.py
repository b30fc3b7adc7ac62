"""How much proof a seal carries of its own time and standing: the PAdES baseline levels (ETSI EN 319 142-1)."""

from __future__ import annotations

from enum import StrEnum


class SealLevel(StrEnum):
    """The baseline levels, each with all that the one before it has.

    B-B: signed, by a named certificate. B-T: with a timestamp, so that the seal outlives its certificate, and a key that is
    stolen later. B-LT: with proof inside the file that no certificate was revoked. B-LTA: with a timestamp over all of that, so
    that it outlives the authority's certificate too; it is a second revision, so the file is no PDF/A any more, whose rules want
    every signature to cover the whole file.
    """

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"
