"""Invented documents as teachers of many countries hand them in, each with what is right about it; seeded.

`python -m documents FOLDER` writes a set, `python -m documents.report` reads one and counts (both from `tests/data`).
"""
