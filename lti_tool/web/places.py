"""Where the web's own files lie: beside the packages in a checkout, inside the package in a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent.parent
STATIC: Final = PACKAGE / "web" / "static"
TRANSLATIONS: Final = PACKAGE / "web" / "translations"


def templates() -> Path:
    """Return the folder of the page templates: `lti_tool/templates` in a wheel, `templates/` in a checkout."""
    packed = PACKAGE / "templates"
    return packed if packed.is_dir() else PACKAGE.parent / "templates"
