"""The QR code's token: it says what the paper says, in a code that is coarse enough to be read."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import zxingcpp
from certificate_parts import BASE, CONTENT, NOW, NUMBER, content, make_ring
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageChops, ImageFilter

from certificate_signing.cose_sign1 import key_id
from certificate_signing.decimal_text import from_digits
from certificate_signing.key_types import CredentialKey
from certificate_signing.keyring import KeyRing
from certificate_signing.offline_token import TokenClaims, TokenKey, check_token
from lti_tool.decision.outcome import LearningEvent
from lti_tool.issuing.number import new_number
from lti_tool.issuing.qr import MOST_BITS, bits, qr_svg
from lti_tool.issuing.render import render
from lti_tool.issuing.token import claims_of, packed, qr_text, says_the_same, unpacked

EVENT = LearningEvent("e" * 32, "Digital storytelling for everybody", date(2026, 11, 12), date(2026, 11, 14), 360)
HOLDERS = {
    "Icelandic": "Þóra Guðmundsdóttir",
    "Greek": "Ελένη Παπαδοπούλου",
    "Bulgarian": "Цветелина Йорданова",
    "four Spanish names": "María José García-Lorca Ñíguez de la Fuente",
    "double Greek": "Ελένη-Χριστίνα Παπαδοπούλου-Χριστοδούλου",
    "Georgian": "ანასტასია ჯავახიშვილი-ბარათაშვილი",
}
ENDLESS = {"Latin": "Anna " * 60, "Cyrillic": "Ж" * 200, "Georgian": "ნინო " * 40, "one word": "x" * 300}


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("ring") / "keys")


def said(text: str, ring: KeyRing) -> TokenClaims:
    address, _, token = text.partition("#")
    assert address.startswith(f"{BASE}/c/")
    public = ring.credential.public_bytes
    checked = check_token(from_digits(token, 512), {key_id(public): TokenKey(public, NOW)})
    assert checked.code == ""
    assert checked.claims is not None
    return checked.claims


def modules(text: str) -> int:
    found = re.search(r'viewBox="0 0 (\d+) ', qr_svg(text))
    assert found
    return int(found[1])


@pytest.mark.parametrize("name", HOLDERS.values(), ids=HOLDERS.keys())
def test_it_says_what_the_paper_says(ring: KeyRing, name: str) -> None:
    made = content(holder_name=name)
    claims = said(qr_text(made, ring.credential), ring)
    assert unpacked(claims.number) == NUMBER
    assert (claims.holder, claims.award, claims.level) == (name, CONTENT.title, "B2")
    assert (claims.issued_on, claims.status_index, claims.last_day, claims.ends_at) == (date(2026, 11, 21), 94_567, None, None)
    assert claims.shortened == frozenset()
    assert says_the_same(claims, made)


def test_the_common_code_has_57_modules_and_none_more_than_61(ring: KeyRing) -> None:
    assert modules(qr_text(CONTENT, ring.credential)) == 57
    for name in (*HOLDERS.values(), *ENDLESS.values()):
        text = qr_text(content(holder_name=name, expires_on=date(2028, 11, 21), status_index=1_048_575), ring.credential)
        assert bits(text) <= MOST_BITS
        assert modules(text) <= 61
    assert modules(CONTENT.address) == 33


@pytest.mark.parametrize("size", range(1, 12))
def test_bits_are_counted_as_they_are_drawn(size: int) -> None:
    """The longest number behind an address that a code of version 11 takes is the longest that is counted as fitting."""
    address = f"{BASE}/c/{'A' * size}#"
    longest = max(count for count in range(600, 760) if bits(address + "7" * count) <= MOST_BITS)
    assert modules(address + "7" * longest) == 61
    assert modules(address + "7" * (longest + 1)) == 65


@pytest.mark.parametrize("name", ENDLESS.values(), ids=ENDLESS.keys())
@pytest.mark.parametrize("event", [None, replace(EVENT, title="Storytelling " * 30)], ids=["award", "event"])
def test_what_is_too_long_is_said_by_its_beginning(ring: KeyRing, name: str, event: LearningEvent | None) -> None:
    made = content(holder_name=name, event=event)
    claims = said(qr_text(made, ring.credential), ring)
    assert claims.shortened == {"award", "holder"}
    assert " ".join(name.split()).startswith(claims.holder)
    assert len(claims.holder.encode()) > 80
    assert says_the_same(claims, made)


@pytest.mark.parametrize(
    "changes",
    [
        {"holder_name": "Þóra Guðmundsdótti"}, {"holder_name": "þóra Guðmundsdóttir"}, {"title": "Digital competencies"}, {"level": "B1"},
        {"level": ""},
        {"issued_on": date(2026, 11, 22)}, {"status_index": 94_568}, {"expires_on": date(2030, 1, 1)}, {"number": "2" * 24}, {"event": EVENT},
    ],
)  # fmt: skip
def test_another_record_is_told_apart(ring: KeyRing, changes: dict[str, object]) -> None:
    assert not says_the_same(said(qr_text(CONTENT, ring.credential), ring), content(**changes))


@pytest.mark.parametrize("name", ["Anna " * 60 + "x", "Anna " * 61, "Berta " * 60, "Anna " * 17])
def test_a_shortened_name_is_compared_as_far_as_it_goes(ring: KeyRing, name: str) -> None:
    claims = said(qr_text(content(holder_name="Anna " * 60), ring.credential), ring)
    assert says_the_same(claims, content(holder_name=name)) is name.startswith("Anna " * 60)


def test_an_event_is_named_in_the_place_of_the_award(ring: KeyRing) -> None:
    assert said(qr_text(content(event=EVENT, level=""), ring.credential), ring).award == EVENT.title


def test_the_end_is_the_one_of_the_scheme_s_own_day() -> None:
    """The scheme is at home where the last day ends before it ends in UTC."""
    claims = claims_of(content(expires_on=date(2028, 11, 21)))
    assert claims.last_day == date(2028, 11, 21)
    assert claims.ends_at == datetime(2028, 11, 21, 23, 0, tzinfo=UTC)
    unknown = claims_of(content(expires_on=date(2028, 11, 21), scheme_id="gone"))
    assert unknown.ends_at == datetime(2028, 11, 22, tzinfo=UTC)


def test_an_address_that_leaves_no_room_stands_alone(ring: KeyRing) -> None:
    long = content(address=f"https://{'a' * 150}.example/c/{NUMBER}")
    assert qr_text(long, ring.credential) == long.address


def test_hostile_names_are_said_as_they_are_printed(ring: KeyRing) -> None:
    claims = said(qr_text(content(holder_name="\u202eAnna\n\x00 <b>Muster</b>\u200b"), ring.credential), ring)
    assert claims.holder == "Anna <b>Muster</b>"
    assert said(qr_text(content(holder_name="\u200b"), ring.credential), ring).holder == "□"


def test_numbers_come_back() -> None:
    for number in (NUMBER, *(new_number() for _ in range(50))):
        assert unpacked(packed(number)) == number
    assert [unpacked(wrong) for wrong in (b"", b"\xff" * 15, bytes(14), bytes(16))] == [None] * 4


def picture(pdf: bytes, folder: Path, dpi: int, *options: str) -> Image.Image:
    (folder / "certificate.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", *options, str(folder / "certificate.pdf"), str(folder / "page")]
    subprocess.run(command, check=True, timeout=300)
    with Image.open(folder / "page.png") as opened:
        return opened.convert("L")


def zbar(image: Image.Image, folder: Path) -> list[str]:
    image.save(folder / "shown.png")
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(folder / "shown.png")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300).stdout.split()


def zxing(image: Image.Image) -> list[str]:
    return [each.text for each in zxingcpp.read_barcodes(image)]


def photo(page: Image.Image, seed: int) -> Image.Image:
    """A photo of the lower right half of a sheet on a dark table: in perspective, askew, a little blurred, noisy, as JPEG."""
    chance = random.Random(seed)  # noqa: S311 - the same photo every time
    page = page.crop((page.width // 2, page.height // 2, page.width, page.height))
    width, height = page.width + 120, page.height + 120
    table = Image.new("L", (width, height), 90)
    table.paste(page, (60, 60))
    off = [chance.uniform(0, 0.04) for _ in range(8)]
    corners = (-off[0] * width, -off[1] * height, -off[2] * width, height * (1 + off[3]), width * (1 + off[4]), height * (1 + off[5]),
               width * (1 + off[6]), -off[7] * height)  # fmt: skip
    seen = table.transform((width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=90)
    seen = seen.rotate(chance.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor=90).filter(ImageFilter.GaussianBlur(0.8))
    # Pillow's own noise can not be told where to begin.
    noise = Image.frombytes("L", seen.size, chance.randbytes(seen.width * seen.height)).point(lambda value: 104 + value * 48 // 255)
    noisy = ImageChops.add(seen, noise, 1, -128)
    stored = io.BytesIO()
    noisy.save(stored, "JPEG", quality=70)
    with Image.open(stored) as opened:
        return opened.convert("L")


@pytest.mark.judge
@pytest.mark.parametrize("name", [HOLDERS["Icelandic"], HOLDERS["double Greek"], ENDLESS["one word"]], ids=["common", "long", "endless"])
def test_two_readers_read_the_code_from_a_coarse_page_and_from_a_photo(tmp_path: Path, name: str, request: pytest.FixtureRequest) -> None:
    if not (shutil.which("zbarimg") and shutil.which("pdftoppm")):
        request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py")).skip_or_fail("zbarimg and pdftoppm are not installed")
    made = content(holder_name=name)
    # The same key every time, and so the same code.
    text = qr_text(made, CredentialKey.of(Ed25519PrivateKey.from_private_bytes(bytes(32))))
    pdf = render(made, b"{}", text)
    coarse = picture(pdf, tmp_path, 110)
    assert (zbar(coarse, tmp_path), zxing(coarse)) == ([text], [text])
    for seed in range(3):
        seen = photo(picture(pdf, tmp_path, 200), seed)
        assert (zbar(seen, tmp_path), zxing(seen)) == ([text], [text]), seed
