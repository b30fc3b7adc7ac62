"""What each level of a seal needs: whom to ask for timestamps and for revocation."""

from __future__ import annotations

from dataclasses import dataclass

from certificate_signing.seal_level import SealLevel
from certificate_signing.seal_validation import Revocations
from certificate_signing.timestamps import TimestampAuthority


@dataclass(frozen=True)
class SealPolicy:
    """A level and what it needs: from B-T on an authority, from B-LT on where revocation is asked for. Raises ValueError without."""

    level: SealLevel = SealLevel.B_B
    authority: TimestampAuthority | None = None
    revocations: Revocations | None = None

    def __post_init__(self) -> None:
        if self.level is not SealLevel.B_B and self.authority is None:
            raise ValueError(f"{self.level} needs a timestamping authority")
        if self.level in {SealLevel.B_LT, SealLevel.B_LTA} and self.revocations is None:
            raise ValueError(f"{self.level} needs a way to ask for revocation")
