"""Names with the last surname before a comma, as lists and some forms print those of two surnames: "Magalhães, João Conceição"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final

_WORDS: Final = re.compile(r"[^\W_]+")


def turned(printed: str, given: Sequence[str], family: Sequence[str], equal: Callable[[str, str], bool]) -> Iterator[str]:
    """Yield a printed name with what stands before its one comma moved to its end, if the applicant's surnames end in that and hold more.

    "Magalhães, João Conceição" is João of the surnames Conceição Magalhães; "Conceição, João Magalhães" has them in another order.
    """
    before, comma, after = (side.strip() for side in unicodedata.normalize("NFKC", printed).partition(","))
    last, first = _WORDS.findall(before), _WORDS.findall(after)[:1]
    if not comma or "," in after or not 0 < len(last) < len(family):
        return
    if first and given and equal(given[0], first[0]) and all(map(equal, last, family[len(family) - len(last) :])):
        yield f"{after} {before}"
