"""From a number, or an address that holds one, to a `Verdict`."""

from __future__ import annotations

from typing import Final

from lti_tool.installation import Installation
from lti_tool.issuing.number import parse
from lti_tool.verification.standing import STANDING, stand
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import Shown, Verdict, VerdictOutcome

NUMBER_STEPS: Final = ("number-well-formed", *STANDING)


def verify_number(installation: Installation, text: str, shown: Shown = Shown.NUMBER) -> Verdict:
    """Answer for a number, typed in whatever way."""
    steps = Steps(*NUMBER_STEPS, shown=shown)
    with installation.database.look() as reader:
        try:
            number = parse(text)
            if number is None:
                raise Ended(VerdictOutcome.CANNOT_TELL, "number-mistyped")
            steps.held("number-well-formed")
            return steps.verdict(stand(reader, steps, number))
        except Ended as ended:
            return steps.failed(ended)
