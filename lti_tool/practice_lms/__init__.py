"""A small LTI 1.3 platform, so that the tool can be tried and tested with no LMS at hand.

It behaves as Moodle 4.5 was measured to do, in whatever a tool can notice, or in the manner of Canvas; everybody in it is invented.
"""
