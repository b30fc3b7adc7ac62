"""Settings of an installation: environment first, then `sealwright.toml` in its home, then the defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from certificate_signing.seal_level import SealLevel
from lti_tool.problem import Problem

CHECKOUT = Path(__file__).resolve().parent.parent
PREFIX = "SEALWRIGHT_"


class Settings(BaseModel):
    """Every setting of an installation; `sealwright config` lists them with their descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Annotated[Path, Field(description="the folder that holds all state of this installation")]
    keys_dir: Annotated[Path | None, Field(description="the folder of the private keys; default: keys/ in the home")] = None
    signing_keys_dir: Annotated[
        Path | None, Field(description="the folder of the keys that sign certificates, if they lie apart from those for LMSs; default: keys_dir")
    ] = None
    keys_password_file: Annotated[Path | None, Field(description="a file that holds the password with which private keys are encrypted")] = None
    pkcs11_module: Annotated[str, Field(description="the PKCS#11 module (a path) of the hardware token that holds keys")] = ""
    token_pin_file: Annotated[Path | None, Field(description="a file that holds the PIN of that token")] = None
    signer: Annotated[Path | None, Field(description="the socket of `sealwright signer`; left out, each process signs by itself")] = None
    signer_clients: Annotated[str, Field(description="users who may ask the signer besides its own, by commas: names or numeric ids")] = ""
    signer_per_minute: Annotated[int, Field(ge=1, le=1_000_000, description="most calls that the signer answers one user in a minute")] = 6000
    base_url: Annotated[str, Field(pattern=r"^https?://[^/]+$", description="the public address, no final slash; QR codes hold it for decades")] = (
        "http://localhost:8400"
    )
    database_url: Annotated[str | None, Field(description="an SQLAlchemy URL; default: an SQLite file in the home")] = None
    files_url: Annotated[str | None, Field(description="where documents are stored (file, s3, gs or az URL); default: files/ in the home")] = None
    organisation: Annotated[str, Field(min_length=1, max_length=120, description="the issuing body, as certificates name it")] = "Example Academy"
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="the issuing body's country, ISO 3166-1 alpha-2")] = "BE"
    seal_level: Annotated[
        SealLevel,
        Field(description="how much proof the seals of certificates carry: B-B, B-T, B-LT or B-LTA (with B-LTA they are no PDF/A any more)"),
    ] = SealLevel.B_B
    timestamp_url: Annotated[
        str | None, Field(pattern=r"^https?://[^/]+", description="the address of the RFC 3161 timestamping authority; needed from B-T on")
    ] = None
    timestamp_certificates: Annotated[
        Path | None,
        Field(description="a PEM file of certificates or CAs that timestamps are trusted by, beside those of `keys authority`; never remove one"),
    ] = None
    timestamp_policy: Annotated[
        str | None, Field(pattern=r"^[0-2](\.\d+)+$", description="the policy (OID) that timestamps must follow; default: any of the authority's")
    ] = None
    legal_identifier: Annotated[
        str | None,
        Field(
            min_length=1, max_length=80, description="the issuing body's VAT or register number, for European Digital Credentials; none without it"
        ),
    ] = None
    legal_country: Annotated[
        str | None,
        Field(pattern=r"^[A-Z]{2}$", description="the country of that number and of the body's seat, ISO 3166-1 alpha-2; default: country"),
    ] = None
    sample: Annotated[
        float | None, Field(ge=0, le=1, description="share of automatic awards that a person sees all the same; default: the scheme's")
    ] = None
    max_upload_mb: Annotated[int, Field(ge=1, le=200, description="largest document taken, in MiB")] = 20
    max_documents: Annotated[int, Field(ge=7, le=500, description="most documents that one application may hold")] = 40
    person_daily_documents: Annotated[
        int, Field(ge=7, le=10_000, description="most documents that one person may add within 24 hours, removed ones included")
    ] = 200
    person_mb: Annotated[
        int, Field(ge=20, le=100_000, description="most MiB of documents kept for one person, removed ones until they are erased")
    ] = 500
    tenant_daily_documents: Annotated[int, Field(ge=7, le=10_000_000, description="most documents that one tenant may add in a day (UTC)")] = 20_000
    tenant_mb: Annotated[int, Field(ge=20, le=1_000_000_000, description="most MiB of documents kept for one tenant")] = 50_000
    max_pages: Annotated[int, Field(ge=1, le=500, description="most pages of one document")] = 20
    reading_niceness: Annotated[
        int, Field(ge=0, le=19, description="how far readings stand back from whoever serves pages on the same machine (nice)")
    ] = 10
    session_hours: Annotated[int, Field(ge=1, le=72, description="longest life of a session after its launch, in hours")] = 12
    retention_days: Annotated[
        int, Field(ge=1, le=36500, description="days that evidence is kept after its decision, where a tenant says nothing else")
    ] = 365
    proxy_hops: Annotated[int, Field(ge=0, le=5, description="number of trusted reverse proxies in front")] = 0
    host: Annotated[str, Field(description="the address that `sealwright serve` listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535, description="the port that `sealwright serve` listens on")] = 8400
    threads: Annotated[
        int, Field(ge=2, le=64, description="threads of each serving process; an LMS asks for our keys while we ask for its token")
    ] = 8
    workers: Annotated[int, Field(ge=1, le=64, description="serving processes")] = 1
    allow_private_hosts: Annotated[bool, Field(description="let the tool call LMSs on loopback and private addresses (demo and tests)")] = False
    log_level: Annotated[str, Field(pattern=r"^(debug|info|warning|error)$", description="least severe log line written")] = "info"

    @property
    def keys(self) -> Path:
        """The folder of the private keys; of those for LMSs alone, if the others lie apart."""
        return self.keys_dir or self.home / "keys"

    @property
    def signing_keys(self) -> Path:
        """The folder of the keys that sign certificates, status lists and the public log."""
        return self.signing_keys_dir or self.keys

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the one database."""
        return self.database_url or f"sqlite:///{self.home / 'sealwright.sqlite3'}"


def default_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Return SEALWRIGHT_HOME, else `.sealwright` in the checkout or in the current folder."""
    if named := environment.get(PREFIX + "HOME"):
        return Path(named).resolve()
    return (CHECKOUT if in_checkout() else Path.cwd()) / ".sealwright"


def in_checkout() -> bool:
    """Tell whether the program runs from a source checkout rather than an installed wheel."""
    return (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "keys").is_dir()


def load(home: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of the installation in `home`.

    Raises Problem("setting-wrong") naming the first setting at fault and where it stands.
    """
    home = (home or default_home(environment)).resolve()
    file = home / "sealwright.toml"
    values: dict[str, object] = {"home": home}
    if in_checkout() and home == CHECKOUT / ".sealwright":
        values["keys_dir"] = CHECKOUT / "keys"
    from_file = _read(file)
    from_environment = {
        name: environment[PREFIX + name.upper()] for name in Settings.model_fields if name != "home" and PREFIX + name.upper() in environment
    }
    try:
        return Settings.model_validate({**values, **from_file, **from_environment})
    except ValidationError as error:
        first = error.errors()[0]
        setting = ".".join(str(part) for part in first["loc"])
        source = "the environment" if setting in from_environment else str(file)
        raise Problem("setting-wrong", setting=setting, reason=f"{first['msg']}.", source=source) from None


def _read(file: Path) -> dict[str, object]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem("setting-wrong", setting="the whole file", reason=f"{error}.", source=str(file)) from None
