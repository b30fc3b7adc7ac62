"""The command line, a stable interface."""
