"""Launches per second (login and message) as a ratio to the stock Flask pattern of the LTI library, and calls made for each.

Both run in this process and thread over WSGI, driven by the same client, with the platform's keys cached and no network to the
platform in between; neither writes log lines. Signing the platform's token is not in the times, the client is. Every launch is
somebody else's, from another address, in a browser without cookies.

Ours does every check and keeps person and visit in a real database that several processes share. So the stock one that it is held
against keeps its launches and keys in Redis, which the library's README advises for production; the same with its store in this
process's memory is measured too, as the bound of what any store can do. Processor time is this process's alone: what PostgreSQL and
Redis work is in the wall's time, and both are on this machine.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import redis
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from bench import stock_launch
from bench.platform import Platform
from bench.report import Report
from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.migrations.upgrade import upgrade
from lti_tool.settings import Settings
from lti_tool.web import logs
from lti_tool.web.app import create_app

WANTED = 1.0
POSTGRESQL = os.environ.get("SEALWRIGHT_TEST_POSTGRESQL", "postgresql://root@/postgres?host=/var/run/postgresql")
REDIS = os.environ.get("SEALWRIGHT_TEST_REDIS", "redis://127.0.0.1:6379/9")
STOCK, BOUND = "stock", "in memory"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that a launch took: on the wall, and of this process's processor time, which a busy machine blurs less."""

    wall: float
    processor: float


@dataclass
class Way:
    """One application to launch: where it takes logins and messages, what it answers, and the times of its rounds."""

    app: Flask
    base: str
    login: str
    launch: str
    answer: int
    rounds: list[Times] = field(default_factory=list)


def measure(quick: bool) -> Report:
    """Alternate rounds of launches between the stock pattern and ours on each database."""
    rounds, launches = (2, 3) if quick else (25, 20)
    report = Report()
    logs.configure("error")
    with tempfile.TemporaryDirectory() as made, Platform() as platform, ExitStack() as ends:
        ways = _ways(Path(made), platform, ends, report)
        addresses = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in count(1))
        for way in ways.values():
            _launched(way, platform, addresses)  # not counted: each fetches the keys once
        visits = platform.visits
        for _ in range(rounds):
            for way in ways.values():
                way.rounds.append(_mean([_launched(way, platform, addresses) for _ in range(launches)]))
        _tell(report, ways, rounds, launches, platform.visits - visits)
    return report


def _ways(folder: Path, platform: Platform, ends: ExitStack, report: Report) -> dict[str, Way]:
    keys = folder / "keys"
    ring = KeyRing.create_for_development(keys, "Example Academy", "BE", clock.now())
    made = (folder, platform.registration, ring.lti(clock.now()).private_pem)
    ways = {BOUND: Way(stock_launch.make_app(*made), stock_launch.BASE, "/login", "/launch", 200)}
    if _answers(REDIS):
        ways[STOCK] = Way(stock_launch.make_app(*made, REDIS), stock_launch.BASE, "/login", "/launch", 200)
    else:
        report.say("no Redis answers at SEALWRIGHT_TEST_REDIS: the stock pattern is measured with its store in memory alone")
    for name, url in _databases(folder, ends, report).items():
        home = folder / name
        home.mkdir(mode=0o700)
        settings = Settings(
            home=home, keys_dir=keys, allow_private_hosts=True, log_level="warning", database_url=url, base_url="https://tool.example"
        )
        ways[name] = Way(_our_app(settings, platform, ends), "https://tool.example", "/lti/login", "/lti/launch", 303)
    return ways


def _answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.RedisError:
        return False


def _our_app(settings: Settings, platform: Platform, ends: ExitStack) -> Flask:
    upgrade(settings.database)
    opened = Installation(settings)
    ends.callback(opened.database.engine.dispose)
    with opened.database.write() as session:
        registrations.add(session, **platform.registration)
    return create_app(opened)


def _databases(folder: Path, ends: ExitStack, report: Report) -> dict[str, str]:
    urls = {"sqlite": f"sqlite:///{folder / 'bench.sqlite3'}"}
    try:
        urls["postgresql"] = ends.enter_context(_postgresql())
    except sa.exc.OperationalError:
        report.say("no PostgreSQL answers at SEALWRIGHT_TEST_POSTGRESQL: SQLite alone is measured")
    return urls


@contextmanager
def _postgresql() -> Iterator[str]:
    """Make a database, to be dropped at the end."""
    url = sa.make_url(POSTGRESQL).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"sealwright_bench_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'create database "{name}"')
    try:
        yield sa.make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'drop database "{name}" with (force)')
        admin.dispose()


def _mean(times: list[Times]) -> Times:
    return Times(statistics.fmean(each.wall for each in times), statistics.fmean(each.processor for each in times))


def _launched(way: Way, platform: Platform, addresses: Iterator[str]) -> Times:
    """Launch once in a new browser from another address; return what login and message took."""
    client, target = way.app.test_client(), way.base + way.launch
    asked = {"iss": platform.url, "client_id": "bench", "target_link_uri": target, "login_hint": "5"}
    caller = {"REMOTE_ADDR": next(addresses)}
    answer, login = _timed(lambda: client.post(way.login, data=asked, base_url=way.base, environ_overrides=caller))
    sent = parse_qs(urlsplit(answer.headers["Location"]).query)
    form = {"state": sent["state"][0], "id_token": platform.token(sent["nonce"][0], target)}
    answer, message = _timed(lambda: client.post(way.launch, data=form, base_url=way.base, environ_overrides=caller))
    if answer.status_code != way.answer:
        raise RuntimeError(f"a launch was answered with {answer.status_code}: {answer.text[:500]}")
    return Times(login.wall + message.wall, login.processor + message.processor)


def _timed(ask: Callable[[], TestResponse]) -> tuple[TestResponse, Times]:
    wall, processor = time.perf_counter(), time.process_time()
    answer = ask()
    return answer, Times(time.perf_counter() - wall, time.process_time() - processor)


def _tell(report: Report, ways: dict[str, Way], rounds: int, launches: int, visits: int) -> None:
    report.say(f"login and launch, medians of {rounds} alternating rounds of {launches} launches; load {os.getloadavg()[0]:.1f}")
    baselines = {name: ways[name] for name in (STOCK, BOUND) if name in ways}
    for name, way in ways.items():
        wall, processor = (statistics.median(getattr(each, kind) for each in way.rounds) for kind in ("wall", "processor"))
        report.values |= {f"{name}_launch_ms": wall * 1000, f"{name}_processor_ms": processor * 1000}
        report.say(f"  {name:<11} {wall * 1000:7.2f} ms {1 / wall:5.0f} per second, {processor * 1000:6.2f} ms of processor")
        for other, baseline in baselines.items() if name not in baselines else ():
            ratios = {kind: _ratio(baseline, way, kind) for kind in ("wall", "processor")}
            report.values |= {f"{name}_to_{other}": ratios["wall"], f"{name}_to_{other}_processor": ratios["processor"]}
            wanted = f"   (wanted {WANTED})" if other == STOCK else ""
            if other == STOCK:
                report.wants(f"launches on {name}, times as many a second as the stock pattern (wall)", ratios["wall"], at_least=WANTED)
                report.wants("the same by processor time", ratios["processor"], at_least=WANTED)
            report.say(f"    launches to {other:<9}: {ratios['wall']:5.2f}, by processor {ratios['processor']:5.2f}{wanted}")
    report.values["outgoing_per_launch"] = visits / (rounds * launches * len(ways))
    report.wants("calls to the platform for a launch when warm", report.values["outgoing_per_launch"], at_most=0)
    report.say(f"  calls to the platform for each launch when warm: {report.values['outgoing_per_launch']:.2f}")


def _ratio(stock: Way, way: Way, kind: str) -> float:
    # Round by round, since what else runs on the machine changes from one to the next.
    return statistics.median(getattr(one, kind) / getattr(other, kind) for one, other in zip(stock.rounds, way.rounds, strict=True))
