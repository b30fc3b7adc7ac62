"""From an LTI 1.3 message to a `Visit`."""
