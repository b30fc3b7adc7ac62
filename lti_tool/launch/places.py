"""A platform with one of its places, as a launch is checked with them: read together, and held against their rows again.

The statement that writes a visit looks whether both rows are still what was read (`holding`), so that a launch which trusts what its
process remembers is never accepted by what no longer holds.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from lti_tool.launch.records import Deployment, Registration

# What a launch is checked with; the rest of the rows may change unnoticed until they are read again.
_CHECKED: Final = ("id", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "family", "status", "new_deployments")
_PLACE: Final = ("id", "registration_id", "deployment_id", "status", "default_scheme", "branding", "time_zone", "reviewers")
_PLATFORMS: Final = Registration.__table__
_PLACES: Final = Deployment.__table__

# Asked for at launches, so built once.
_TOGETHER: Final = (
    sa.select(*(_PLATFORMS.c[name] for name in _CHECKED), *(_PLACES.c[name] for name in _PLACE))
    .select_from(_PLATFORMS)
    .outerjoin(_PLACES, sa.and_(_PLACES.c.registration_id == _PLATFORMS.c.id, _PLACES.c.deployment_id == sa.bindparam("deployment_id")))
    .where(_PLATFORMS.c.id == sa.bindparam("id"))
)


class Changed(Exception):
    """The rows of platform and place are not what a launch was checked with."""


def find(connection: sa.Connection, registration: Registration, deployment_id: str) -> Deployment | None:
    """Return the place of a platform with this id, or None for one never seen; it has the fields that a visit needs, and no others.

    Raises Changed if the platform's row is not what `registration` says.
    """
    row = connection.execute(_TOGETHER, {"id": registration.id, "deployment_id": deployment_id}).one_or_none()
    if row is None or any(getattr(registration, name) != value for name, value in zip(_CHECKED, row, strict=False)):
        raise Changed
    place = dict(zip(_PLACE, row[len(_CHECKED) :], strict=True))
    return None if place["id"] is None else Deployment(**place)


def holding() -> sa.ColumnElement[bool]:
    """Return the condition that both rows are what `expected` gives."""
    platform = (_PLATFORMS.c[name] == sa.bindparam(f"platform_{name}", type_=_PLATFORMS.c[name].type) for name in _CHECKED)
    place = (_PLACES.c[name] == sa.bindparam(f"place_{name}", type_=_PLACES.c[name].type) for name in _PLACE)
    return sa.select(sa.literal_column("1")).where(_PLACES.c.registration_id == _PLATFORMS.c.id, *platform, *place).exists()


def expected(registration: Registration, place: Deployment) -> dict[str, Any]:
    """Return the values of `holding`."""
    platform = {f"platform_{name}": getattr(registration, name) for name in _CHECKED}
    return platform | {f"place_{name}": getattr(place, name) for name in _PLACE}
