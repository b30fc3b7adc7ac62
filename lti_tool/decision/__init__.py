"""The outcome as arithmetic over findings; states and moves as one table."""
