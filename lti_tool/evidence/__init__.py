"""Receive, store and read documents: facts with the place they were read at, and no verdicts."""
