"""Papers printed by Chromium: Skia's PDF, fonts as it likes, uppercase made by style sheet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from documents.paper import Paper, Style
from documents.producers import html

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def there() -> bool:
    """Tell whether this machine has it."""
    return Path(CHROMIUM).exists()


def render_all(papers: Sequence[tuple[Paper, Style]]) -> list[bytes]:
    """Return the PDF of each paper; one browser prints them all."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        found = []
        for paper, style in papers:
            tab.set_content(html.page(paper, style))
            found.append(tab.pdf(prefer_css_page_size=True, print_background=True))
        browser.close()
    return found
