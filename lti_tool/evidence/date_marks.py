"""Marks between a label and its date: those that end a sentence, and points of abbreviations and dots that end none."""

from __future__ import annotations

from lti_tool.evidence.layout import Row


def interrupted(row: Row, begin: int, end: int) -> bool:
    """Tell whether a sentence or a paragraph ends between two lexemes of a row."""
    for at in range(begin, end + 1):
        lexeme = row.lexemes[at]
        if lexeme.fresh:
            return True
        if at < end and lexeme.form in (".", ";", "!", "?", "|", "•") and not _abbreviates(row, at) and not _leads_on(row, at):
            return True
    return False


def _abbreviates(row: Row, at: int) -> bool:
    """Tell a point that ends no sentence: after one to three letters, or before a small letter."""
    before = row.lexemes[at - 1].form if at else ""
    after = row.lexemes[at + 1].raw if at + 1 < len(row.lexemes) else ""
    return len(before) <= 3 or after[:1].islower()


def _leads_on(row: Row, at: int) -> bool:
    """Tell one of the dots that lead from a label to its value: a space stands before the first of them."""
    while at > 0 and row.lexemes[at].form == "." and row.lexemes[at].glued:
        at -= 1
    return row.lexemes[at].form == "."
