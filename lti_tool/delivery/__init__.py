"""Carries results outward, once: scores to the LMS."""
