"""The library's error for a service that answered with an error status, by the name under which the rest of the tool knows it."""

from pylti1p3.exception import LtiServiceException as ServiceRefused

__all__ = ["ServiceRefused"]
