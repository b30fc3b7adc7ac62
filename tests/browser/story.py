"""The acts of the story, as people do them in a browser: at the practice LMS, in the tool, on a public page."""

from __future__ import annotations

import base64
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import requests
from playwright.sync_api import BrowserContext, Download, Error, Frame, Page, expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Typesetting, sealing and reading on two busy cores.
# Milliseconds: a bound to waiting, not to how long a thing may take, since other tests run on the same cores.
PATIENCE = 120_000
SEALWRIGHT = (sys.executable, "-c", "from lti_tool.commands.main import main; main()")
APPLY, FINAL, REVIEW = "1", "2", "3"

Files = Mapping[str, bytes]
Surface = Page | Frame
# A way to give the tool files: by mouse or by the file field.
Hand = Callable[["Surface", Files], None]
# Opens a browser of its own, with an empty profile.
Opener = Callable[..., BrowserContext]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@dataclass
class Demo:
    """`sealwright demo` as a process of its own, on free ports."""

    home: Path
    manner: str = "moodle"
    port: int = field(default_factory=free_port)
    lms_port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    words: str = ""

    @property
    def tool_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def lms_url(self) -> str:
        return f"http://127.0.0.1:{self.lms_port}"

    def start(self) -> None:
        """Return when it has printed what to click; fail with its own words when it ends before."""
        # Beside other tests a reading that stands back would stand still.
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.home / "sealwright.toml").write_text("reading_niceness = 0\n", encoding="utf-8")
        arguments = ["--home", str(self.home), "demo", "--port", str(self.port), "--lms-port", str(self.lms_port), "--manner", self.manner]
        self.process = subprocess.Popen([*SEALWRIGHT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout
        for line in self.process.stdout:
            self.words += line
            if "Ctrl-C" in line:
                return
        raise AssertionError(f"the demo ended by itself: {self.words}\n{self.logs()}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process
        assert self.process.stdout
        self.process.send_signal(number)
        code = self.process.wait(40)
        self.words += self.process.stdout.read()
        self.process.stdout.close()
        return code

    def logs(self) -> str:
        return "\n".join(f"== {file.name}\n{file.read_text(encoding='utf-8')[-3000:]}" for file in sorted((self.home / "logs").glob("*.log")))

    def get(self, address: str) -> Any:
        return requests.get(f"{self.lms_url}{address}", timeout=300).json()

    def behave(self, **switches: str) -> Any:
        return requests.post(f"{self.lms_url}/behaviour.json", json=switches, timeout=300).json()

    def scores(self, person: str) -> list[Any]:
        """The score messages that the LMS got for this person, accepted or not."""
        return [receipt for receipt in self.get("/grade/receipts.json") if receipt["person"] == person]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of the tool, in its home."""
        environment = {**os.environ, "SEALWRIGHT_HOME": str(self.home), "SEALWRIGHT_BASE_URL": self.tool_url}
        return subprocess.run([*SEALWRIGHT, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False)

    def verify(self, file: Path) -> subprocess.CompletedProcess[str]:
        return self.run("verify", str(file))


@dataclass
class Visitor:
    """Somebody with a browser, signed in at the practice LMS."""

    demo: Demo
    context: BrowserContext
    person: str
    name: str
    page: Page

    @classmethod
    def arrive(cls, demo: Demo, context: BrowserContext, person: str) -> Visitor:
        page = context.new_page()
        page.goto(demo.lms_url)
        card = page.locator("form", has=page.locator(f'input[name="person"][value="{person}"]'))
        name = card.locator("strong").inner_text()
        card.locator("button").click()
        expect(page.locator("h1")).to_have_text("Apply for your certificate")
        return cls(demo, context, person, name, page)

    def documents(self, set_name: str) -> dict[str, bytes]:
        """Download a whole set of sample documents."""
        self.page.goto(f"{self.demo.lms_url}/documents")
        with self.page.expect_download() as arriving:
            self.page.locator(f'a[href$="/documents/{set_name}.zip"]').click()
        with zipfile.ZipFile(io.BytesIO(content_of(arriving.value))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def document(self, set_name: str, file: str) -> bytes:
        """Download one sample document."""
        self.page.goto(f"{self.demo.lms_url}/documents")
        with self.page.expect_download() as arriving:
            self.page.locator(f'a[href$="/{set_name}/{file}"]').click()
        return content_of(arriving.value)

    def open(self, activity: str, way: str, course: str = "2") -> Surface:
        """Open a link of a course from its page, in the frame or in a new window."""
        surface = self.try_to_open(activity, way, course)
        arrived(surface, lambda url: url.startswith(self.demo.tool_url) and "/lti/" not in url)
        return surface

    def try_to_open(self, activity: str, way: str, course: str = "2") -> Surface:
        """Do the same without waiting for a page of the tool."""
        self.page.goto(f"{self.demo.lms_url}/course/view.php?id={course}")
        if way == "window":
            with self.context.expect_page() as opening:
                self.page.locator(f'a[target="_blank"][href*="id={activity}&"]').click()
            surface: Surface = opening.value
        else:
            self.page.locator(f'a[href$="/mod/lti/view.php?id={activity}"]').last.click()
            frame = self.page.locator("iframe.tool").element_handle().content_frame()
            assert frame
            surface = frame
        return surface

    def in_frame(self, name: str = "iframe.tool") -> Frame:
        """The tool in the frame of the page that is open."""
        frame = self.page.locator(name).element_handle().content_frame()
        assert frame
        return frame

    def grade(self, course: str = "2") -> str:
        """What the teacher reads under "My grades"."""
        self.page.goto(f"{self.demo.lms_url}/grade/report.php?id={course}")
        return self.page.locator(f'tr[data-person="{self.person}"] .grade').inner_text()


def drop(surface: Surface, files: Files) -> None:
    """Drop all files at once onto the drop zone, as a hand with a mouse does."""
    # Once its script runs, the page hides the button for sending without script.
    surface.wait_for_selector("body.scripted", state="attached")
    packed = [[name, base64.b64encode(content).decode()] for name, content in files.items()]
    transfer = surface.evaluate_handle(
        """packed => {
            const transfer = new DataTransfer();
            for (const [name, content] of packed)
                transfer.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
            return transfer;
        }""",
        packed,
    )
    for event in ("dragenter", "dragover", "drop"):
        surface.dispatch_event(".drop-zone", event, {"dataTransfer": transfer})


def choose(surface: Surface, files: Files) -> None:
    """Choose all files at once in the file field, as one does by keyboard or on a phone."""
    types = {".pdf": "application/pdf", ".jpg": "image/jpeg"}
    surface.wait_for_selector("body.scripted", state="attached")
    surface.set_input_files("#files", [{"name": name, "mimeType": types[name[-4:]], "buffer": content} for name, content in files.items()])


def wait_until_read(surface: Surface, documents: int) -> None:
    """Wait until this many documents are listed and none is being sent or read."""
    expect(surface.locator("#live-list .item-file")).to_have_count(documents, timeout=PATIENCE)
    expect(surface.locator('[id^="reading-"]')).to_have_count(0, timeout=PATIENCE)
    expect(surface.locator("#sending li")).to_have_count(0, timeout=PATIENCE)


def found(surface: Surface) -> list[str]:
    """The requirements that are met."""
    rows = surface.locator('[id^="requirement-"]', has=surface.locator(".item-state.text-good"))
    return [str(identifier).removeprefix("requirement-") for identifier in rows.evaluate_all("rows => rows.map(row => row.id)")]


def declare(surface: Surface) -> None:
    """Say that the self-reflection was done."""
    surface.locator('form[action*="declar"] button').click()
    surface.wait_for_selector('form[action*="declar"] input[name="on"][value="0"]', state="attached")


def remove_all(surface: Surface) -> None:
    """Remove every document, each by its menu."""
    files = surface.locator("#live-list .item-file")
    while count := files.count():
        surface.locator("details.menu summary").first.click()
        surface.locator('details.menu[open] form[action$="/remove"] button').click()
        expect(files).to_have_count(count - 1)


def page_of(surface: Surface) -> Page:
    """The window itself, of something opened in a window of its own."""
    assert isinstance(surface, Page)
    return surface


def submit(surface: Surface) -> None:
    button = surface.locator("#submit-form button:not([disabled])")
    button.click(timeout=PATIENCE)
    try:
        expect(surface.locator(".timeline")).to_be_visible(timeout=PATIENCE / 12)
    except AssertionError:
        # In a window behind another one, Chromium lost a click that came right after a page; whoever clicks sees that and clicks again.
        button.click(timeout=PATIENCE)
        expect(surface.locator(".timeline")).to_be_visible(timeout=PATIENCE)


def certificate(surface: Surface) -> None:
    """Wait until the page shows the certificate and its picture."""
    expect(surface.locator("section.certificate")).to_be_visible(timeout=PATIENCE)
    picture = surface.locator("section.certificate img")
    picture.scroll_into_view_if_needed()
    until(lambda: picture.evaluate("img => img.complete && img.naturalWidth > 500"), "the certificate's picture is drawn")


def download(page: Page, surface: Surface, folder: Path) -> Path:
    with page.expect_download() as arriving:
        surface.locator('section.certificate a.btn-primary[href$=".pdf"]').click()
    file = folder / arriving.value.suggested_filename
    file.write_bytes(content_of(arriving.value))
    return file


def content_of(downloaded: Download) -> bytes:
    return Path(downloaded.path()).read_bytes()


def qr_address(pdf: Path) -> str:
    """Read the QR code from a rendering, with programs that are not ours."""
    picture = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", str(pdf), str(picture)], check=True, timeout=300)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", f"{picture}.png"], check=True, capture_output=True, text=True, timeout=300)
    return read.stdout.strip()


def check_file(page: Page, file: Path) -> None:
    """Give a file to the checking form of a public page, which sends it at once."""
    page.wait_for_selector("body.scripted", state="attached")
    with page.expect_navigation():
        page.set_input_files("#check input[type=file]", file)


def complaints(surface: Surface) -> list[str]:
    """What an accessibility engine of WCAG 2.1 A and AA finds (axe-core), one line for each rule and place."""
    surface.evaluate(AXE)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    result = surface.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, iframes: false})", rules)
    return [
        f"{violation['id']} ({violation['impact']}) at {' '.join(map(str, node['target']))}: {violation['help']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def wider_than_its_window(surface: Surface) -> bool:
    return bool(surface.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))


def until(holds: Callable[[], bool], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"after {seconds} s still not: {what}"
        time.sleep(0.2)


def arrived(surface: Page | Frame, there: Callable[[str], bool]) -> None:
    """Wait until a window or frame is at an address of which `there` holds, and all of its document is there.

    The document is asked itself: of a frame that changes its process on the way, events are now and then not told.
    """
    until(lambda: _loaded(surface, there), "it arrived", PATIENCE / 1000)


def _loaded(surface: Page | Frame, there: Callable[[str], bool]) -> bool:
    try:
        # Unlike `evaluate`, this gives up when nobody answers; an expression instead of a function would be an `eval` each time it asks again.
        at = surface.wait_for_function("() => document.readyState === 'complete' && location.href", timeout=5_000, polling=100).json_value()
    except Error:
        # Between two documents there is nobody to ask.
        return False
    return there(at)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
