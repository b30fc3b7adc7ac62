"""Platforms and deployments that this installation knows, and who may change them."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, selectinload

from lti_tool import clock, history
from lti_tool.launch.claims import origin
from lti_tool.launch.id_token import usable
from lti_tool.launch.platforms import families, platform
from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.reviewers import LISTED
from lti_tool.launch.upserts import upsert
from lti_tool.problem import Problem

ACTIVE: Final = "active"
PENDING: Final = "pending"
SUSPENDED: Final = "suspended"
# Values of Registration.new_deployments.
ASK: Final = "ask"
TRUST: Final = "trust"
# A platform that invents deployments can't fill the database with them.
MOST_PENDING: Final = 500

# Asked for at every launch, so built once: rows of columns, no objects that a session follows.
_COLUMNS: Final = tuple(Registration.__table__.c)
_OF_ISSUER: Final = sa.select(*_COLUMNS).where(Registration.issuer == sa.bindparam("issuer")).limit(2)
_OF_CLIENT: Final = _OF_ISSUER.where(Registration.client_id == sa.bindparam("client_id"))
_OF_ID: Final = sa.select(*_COLUMNS).where(Registration.id == sa.bindparam("id"))

log = structlog.get_logger(__name__)


def add(  # noqa: PLR0913 - a registration has this many parts, each named by the caller
    session: Session,
    *,
    issuer: str,
    client_id: str,
    auth_url: str,
    token_url: str,
    jwks_url: str,
    deployment_ids: Collection[str],
    family: str = "",
    token_audience: str | None = None,
    reviewers: str = LISTED,
    replace: bool = False,
    allow_http: bool = False,
    status: str = ACTIVE,
    by: str = "administrator",
) -> Registration:
    """Make a platform known, or add deployments to one that is; doing the same again changes nothing.

    `reviewers` says who may review in deployments that are new here: listed people, or everybody whom the course makes staff.
    `status` is that of a platform and of deployments that are new here; what is known keeps its own, except that a pending
    deployment which is added as active becomes it.

    Known (issuer, client_id) with another address is refused unless `replace`: it would hand the platform's people to whoever
    owns that address (threat L15). Raises Problem("registration-wrong", setting=…) or Problem("registration-differs").
    """
    addresses = {"auth_url": auth_url, "token_url": token_url, "jwks_url": jwks_url}
    _check_words(issuer, client_id, deployment_ids, family)
    _check_addresses(addresses, allow_http=allow_http)
    known = session.scalars(sa.select(Registration).filter_by(issuer=issuer, client_id=client_id)).one_or_none()
    values = {**addresses, "token_audience": token_audience}
    if known is None:
        known = Registration(issuer=issuer, client_id=client_id, family=family, status=status, created_at=clock.now(), **values)
        session.add(known)
        session.flush()
        history.append(session, "lms-added", f"registration:{known.id}", by, {"jwks_url": jwks_url})
    else:
        _change(session, known, {**values, **({"family": family} if family else {})}, replace=replace, by=by)
    for deployment_id in deployment_ids:
        _add_deployment(session, known, deployment_id, status, reviewers)
    session.flush()
    return known


def _change(session: Session, known: Registration, values: dict[str, str | None], *, replace: bool, by: str) -> None:
    changed = {name: value for name, value in values.items() if getattr(known, name) != value}
    # A family or an audience may be filled in later; where a platform's keys and answers come from may not.
    guarded = sorted(name for name in changed if name.endswith("_url"))
    if guarded and not replace:
        log.warning("takeover of a registration refused", registration=known.id, differs=guarded)
        raise Problem("registration-differs", differs=", ".join(guarded))
    for name, value in changed.items():
        setattr(known, name, value)
    if changed:
        history.append(session, "lms-changed", f"registration:{known.id}", by, changed)


def _add_deployment(session: Session, registration: Registration, deployment_id: str, status: str, reviewers: str) -> None:
    found = _deployment(session, registration.id, deployment_id)
    if found is None:
        key = {"registration_id": registration.id, "deployment_id": deployment_id}
        session.add(Deployment(**key, status=status, reviewers=reviewers, created_at=clock.now()))
    elif found.status == PENDING:
        found.status = status


def _deployment(session: Session, registration_id: int, deployment_id: str) -> Deployment | None:
    wanted = sa.select(Deployment).filter_by(registration_id=registration_id, deployment_id=deployment_id)
    return session.scalars(wanted).one_or_none()


def _check_words(issuer: str, client_id: str, deployment_ids: Collection[str], family: str) -> None:
    if not usable(issuer, 500):
        raise Problem("registration-wrong", setting="issuer")
    if not usable(client_id, 255):
        raise Problem("registration-wrong", setting="client_id")
    if not all(usable(deployment_id, 255) for deployment_id in deployment_ids):
        raise Problem("registration-wrong", setting="deployment")
    if family and family not in families():
        raise Problem("registration-wrong", setting="family")


def _check_addresses(addresses: Mapping[str, str], *, allow_http: bool) -> None:
    for name, url in addresses.items():
        if len(url) > 500 or origin(url) is None or "#" in url or not (allow_http or _protected(url)):
            raise Problem("registration-wrong", setting=name)


def _protected(url: str) -> bool:
    # Over plain http anybody on the way could swap the platform's keys; on this machine nobody is on the way.
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def listed(session: Session) -> Sequence[Registration]:
    """Return every registration with its deployments, in the order they were made."""
    return session.scalars(sa.select(Registration).options(selectinload(Registration.deployments)).order_by(Registration.id)).all()


def _rows(asked: Session | sa.Connection, statement: sa.Select[Any], **values: Any) -> Iterator[sa.Row[Any]]:
    connection = asked.connection() if isinstance(asked, Session) else asked
    return iter(connection.execute(statement, values).all())


def _loaded(row: sa.Row[Any]) -> Registration:
    return Registration(**{column.key: row._mapping[column] for column in _COLUMNS})


def find(asked: Session | sa.Connection, issuer: str, client_id: str | None) -> Registration:
    """Return the active registration of a platform; without a client id only if the platform has a single one here.

    Raises Problem: platform-unknown, client-id-missing, platform-pending or platform-suspended.
    """
    found = [_loaded(row) for row in _rows(asked, _OF_CLIENT if client_id else _OF_ISSUER, issuer=issuer, client_id=client_id)]
    if not found:
        raise Problem("platform-unknown", issuer=issuer, client_id=client_id or "—")
    if len(found) > 1:
        raise Problem("client-id-missing", issuer=issuer)
    return active(found[0])


def active(found: Registration) -> Registration:
    """Return a registration that may launch; raises Problem("platform-pending") or Problem("platform-suspended")."""
    if found.status == PENDING:
        raise Problem("platform-pending", issuer=found.issuer, client_id=found.client_id)
    if found.status != ACTIVE:
        raise Problem("platform-suspended", issuer=found.issuer, client_id=found.client_id)
    return found


def by_id(connection: sa.Connection, registration_id: int) -> Registration | None:
    """Return the registration with this id, whatever its status."""
    row = next(_rows(connection, _OF_ID, id=registration_id), None)
    return None if row is None else _loaded(row)


def find_deployment(session: Session, registration: Registration, deployment_id: str) -> Deployment:
    """Return a deployment, whatever its status; one never seen before is stored, in the caller's transaction.

    It is pending then, or active where an administrator chose to trust the platform with new places.
    """
    found = _deployment(session, registration.id, deployment_id)
    if found is not None:
        return found
    if registration.new_deployments == TRUST:
        return _trusted(session, registration, deployment_id)
    fresh = {"status": PENDING, "created_at": clock.now()}
    waiting = sa.select(sa.func.count()).select_from(Deployment).filter_by(registration_id=registration.id, status=PENDING)
    if (session.scalar(waiting) or 0) < MOST_PENDING:
        upsert(session, Deployment, {"registration_id": registration.id, "deployment_id": deployment_id}, fresh, replace=False)
    return _deployment(session, registration.id, deployment_id) or Deployment(deployment_id=deployment_id, **fresh)


def _trusted(session: Session, registration: Registration, deployment_id: str) -> Deployment:
    key = {"registration_id": registration.id, "deployment_id": deployment_id}
    upsert(session, Deployment, key, {"status": ACTIVE, "created_at": clock.now()}, replace=False)
    found = session.scalars(sa.select(Deployment).filter_by(**key)).one()
    history.append(session, "deployment-trusted", f"registration:{registration.id}", "program", {"deployment": deployment_id})
    return found


def learn_family(session: Session, registration_id: int, family: str) -> None:
    """Store what kind of platform a verified launch says it is, if nobody told before."""
    unknown = sa.update(Registration).where(Registration.id == registration_id, Registration.family == "")
    session.execute(unknown.values(family=family))


def set_status(session: Session, *, issuer: str, client_id: str, status: str, deployment_id: str | None = None) -> None:
    """Suspend or resume a platform, or one of its deployments; sessions die with it (threat L18). Raises Problem("platform-unknown")."""
    known = session.scalars(sa.select(Registration).filter_by(issuer=issuer, client_id=client_id)).one_or_none()
    found = known and (_deployment(session, known.id, deployment_id) if deployment_id else known)
    if not known or not found:
        raise Problem("platform-unknown", issuer=issuer, client_id=client_id)
    found.status = status
    content = {"status": status, "deployment": deployment_id}
    history.append(session, "lms-status", f"registration:{known.id}", "administrator", content)


def origins(registration: Registration) -> frozenset[str]:
    """Return the origins that belong to a platform: the only ones that a bearer token or a link of ours goes to."""
    urls = (registration.issuer, registration.auth_url, registration.token_url, registration.jwks_url)
    return frozenset(found for found in map(origin, urls) if found)


def may_call(registration: Registration, url: str) -> bool:
    """Tell whether a service address belongs to this platform: one of its origins, or a host its family's row names (threat L21)."""
    found = origin(url)
    if found is None or found in origins(registration):
        return found is not None
    host = urlsplit(url).hostname or ""
    return found.startswith("https://") and host.endswith(platform(registration.family).service_hosts)
