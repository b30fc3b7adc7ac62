"""What the tests of trust kits share: an issuer with a certificate of every standing, and its kit when it is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

from record_parts import issued

from lti_tool.administration import trust_kit
from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.token import qr_text
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_verify import KitAnswer

FORMS = ("pdf", "credential", "jwt", "token")


class Issuer:
    """An issuer with a certificate of every standing, which leaves nothing behind but its kit and its holders' files."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation, self.folder = installation, folder
        self.numbers = {"kept": issued(installation, "Þóra Guðmundsdóttir"), "revoked": issued(installation), "replaced": issued(installation)}
        revoking.revoke(installation, self.numbers["revoked"], "asked by Þóra", "administrator")
        self.numbers["corrected"] = issued(installation, supersedes=self.numbers["replaced"])
        self.files = {name: self.of(number) for name, number in self.numbers.items()}

    def of(self, number: str) -> dict[str, bytes]:
        with self.installation.database.read() as session:
            record = session.get_one(CertificateRecord, number)
            held = register.certificate(record)
            jwt = self.installation.files.get(record.jwt_sha256) if record.jwt_sha256 else b""
        token = qr_text(held.content, ring(self.installation).credential).encode()
        return {
            "pdf": register.pdf(self.installation, number),
            "credential": register.credential(self.installation, number),
            "jwt": jwt,
            "token": token,
        }

    def gone(self) -> TrustKit:
        """Write the kit, delete the installation, and open what is left."""
        write(self.installation, self.folder)
        self.installation.database.engine.dispose()
        shutil.rmtree(self.installation.settings.home)
        return TrustKit.open(self.folder)


def write(installation: Installation, folder: Path) -> None:
    for place, content in trust_kit.files(installation):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)


def told(answer: KitAnswer) -> tuple[str, tuple[str, ...]]:
    return answer.verdict.outcome.value, answer.verdict.reasons
