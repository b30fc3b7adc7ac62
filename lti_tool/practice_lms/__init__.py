"""A small LTI 1.3 platform, so that the tool can be tried and tested with no LMS at hand."""
