"""The public log: what was issued, revoked and replaced, and every key, in a tree that can only grow."""
